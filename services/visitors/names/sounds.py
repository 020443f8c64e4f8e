"""Whether two words sound alike: the same consonants, and vowels that can stand for each other.

A sound is stored whole, with its consonants apart to be looked up by; a pattern is a regular
expression that the sounds of the same name match, whichever script and spelling they came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from services.visitors.names import arabic, latin
from services.visitors.names.letters import is_arabic, is_latin
from services.visitors.names.words import Word

_WEAK = re.compile(r"[^A-Z]+")
_SLOTS = re.compile(r"[A-Z]")
_GLIDE_TO_I = re.compile(r"[ae]i[ae]?")
"""Tayeb, Tayyib; Zaynab, Zineb."""
_LATIN_GLIDE = re.compile(r"[ae](?=[iu])")
_LONG_AT_END = ("i", "u")
"""Who types such a vowel last has read one that is written in Arabic too."""
_GLUED = (
    re.compile(r"^[ae]l(?P<stem>[^aeiouyw].{2,})$"),
    re.compile(r"^[ae]([strdnz])(?P<stem>\1.{3,})$"),
    re.compile(r"^le?(?P<stem>(?:(?<=e)m[^aeiouy]|(?<=l)(?:y[aeou]|[^aeiouyl]{2})).{2,})$"),
)
"""Articles written together with what follows."""
_SHORT_FOR = {"med": "mohamed", "mhd": "mohamed"}
"""Kept as the whole name too; typed, they may be the beginning of another."""
MOST_REMEMBERED = 10_000
"""Words whose sounds are not worked out again: a few names are many people's."""
FEWEST_FOR_BEGINNING = 3
"""Fewer consonants are the beginning of too many names: then the whole name must be meant."""


@dataclass(frozen=True)
class Sound:
    """How a word may sound."""

    consonants: str
    whole: str


@dataclass(frozen=True)
class Pattern:
    """What a word that was asked for sounds like."""

    consonants: str
    beginning: str
    """A regular expression for names that begin so."""
    whole: str
    """The same for names that are nothing but this."""
    is_open: bool
    """Whether a name may go on behind it."""

    def may_be_beginning(self, *, is_narrowed: bool = False) -> bool:
        """`is_narrowed`: another word is meant as well, so that less of this one is enough."""
        fewest = 1 if is_narrowed else FEWEST_FOR_BEGINNING
        return self.is_open and len(self.consonants) >= fewest


@lru_cache(maxsize=MOST_REMEMBERED)
def sounds_of(word: Word) -> tuple[Sound, ...]:
    """All that is stored of a word; empty for other scripts."""
    written_out = Word(_SHORT_FOR.get(word.spelt, word.spelt), word.has_article, word.others)
    several = dict.fromkeys((*_readings(word), *_readings(written_out)))
    readings = [each.removesuffix(latin.WHOLE) for each in several]
    return tuple(Sound(_WEAK.sub("", each), each) for each in dict.fromkeys(readings))


def patterns_of(word: Word) -> list[Pattern]:
    """All that a word may be found by."""
    return [_pattern(each, is_arabic=is_arabic(word.spelt)) for each in _readings(word)]


def _readings(word: Word) -> list[str]:
    found: list[str] = []
    for spelt in (word.spelt, *word.others):
        if is_arabic(spelt):
            several = arabic.readings(spelt)
            found += [arabic.MARK + each for each in several if each]
            found += [f"{arabic.MARK}L{each}" for each in several if word.has_article]
        elif is_latin(spelt):
            for spelling in latin.spellings(spelt):
                found += latin.readings(spelling)
                found += _with_article(spelling) if word.has_article else []
            found += _without_article(spelt)
    return list(dict.fromkeys(each for each in found if each))


def _with_article(word: str) -> list[str]:
    return [each if each.startswith("L") else "L" + each for each in latin.readings(word)]


def _without_article(word: str) -> list[str]:
    """Elfassi and Alfasi may be El Fassi, Attazi may be At-Tazi, and Lemrabet El Mrabet."""
    stems = [glued.group("stem") for each in _GLUED if (glued := each.match(word))]
    readings = [reading for stem in stems for reading in latin.readings(stem)]
    return [each for each in readings if len(_WEAK.sub("", each)) > 1]


class _Answer(Protocol):
    """What may stand for a slot (the vowels between two consonants), as a regular expression."""

    def __call__(self, slot: str, *, is_first: bool, is_last: bool) -> str: ...


def _pattern(reading: str, *, is_arabic: bool) -> Pattern:
    sound = reading.removesuffix(latin.WHOLE).removeprefix(arabic.MARK)
    to_latin = _latin_for_arabic if is_arabic else _latin_for_latin
    to_arabic = _arabic_for_arabic if is_arabic else _arabic_for_latin
    scripts: tuple[tuple[str, _Answer], ...] = (("", to_latin), (arabic.MARK, to_arabic))
    consonants = _WEAK.sub("", sound)
    return Pattern(
        consonants=consonants,
        beginning=_either(mark + _beginning(sound, answer) for mark, answer in scripts),
        whole=_either(mark + _whole(sound, answer) + "$" for mark, answer in scripts),
        is_open=not reading.endswith(latin.WHOLE),
    )


def _either(ways: Iterable[str]) -> str:
    return f"^(?:{'|'.join(ways)})"


def _whole(sound: str, answer: _Answer) -> str:
    slots = _SLOTS.split(sound)
    last = f"(?:{answer(slots[-1], is_first=len(slots) == 1, is_last=True)})"
    return _up_to_last_slot(sound, answer) + last


def _beginning(sound: str, answer: _Answer) -> str:
    slots = _SLOTS.split(sound)
    last = slots[-1]
    if last in _LONG_AT_END:
        open_end = answer(last, is_first=False, is_last=True)
    else:
        open_end = answer(last, is_first=len(slots) == 1, is_last=False) if last else ""
    return _up_to_last_slot(sound, answer) + f"(?:{open_end})"


def _up_to_last_slot(sound: str, answer: _Answer) -> str:
    slots, consonants = _SLOTS.split(sound)[:-1], _WEAK.sub("", sound)
    return "".join(
        f"(?:{answer(slot, is_first=at == 0, is_last=False)}){consonant}"
        for at, (slot, consonant) in enumerate(zip(slots, consonants, strict=True))
    )


def _latin_for_latin(slot: str, *, is_first: bool, is_last: bool) -> str:
    if len(slot) < 2:
        return (_LAST if is_last else _FIRST if is_first else _SHORT)[slot]
    if _GLIDE_TO_I.fullmatch(slot):
        return "[ae]?i[ae]|[ae]i" if len(slot) > 2 else "[ae]?i|[ae]i[ae]|ae"  # Ismael
    if slot == "ae" and not is_last:
        return "[ae][ae]|ai"
    bare = _LATIN_GLIDE.sub("", slot)
    if is_first and bare in ("ua", "ue"):
        return "[ae]?u[ae]?"
    return "".join("[ae]" if vowel in "ae" else f"[ae]?{vowel}" for vowel in bare)


_SHORT = {"": "[aeiu]?", "a": "[aei]?", "e": "[aeiu]?", "i": "[ae]?i?", "u": "[ae]?u|e?"}
_FIRST = {"": "[eiu]?", "a": "[ae]", "e": "[aeiu]?", "i": "[ae]?i|e?", "u": "[ae]?u[ae]?|e?"}
_LAST = {"": "e?", "a": "[ae]", "e": "[ae]?", "i": "[ae]?i[ae]?", "u": "[ae]?u"}
"""What a short vowel may also be written as: within, at the beginning, at the end of a name."""

_ARABIC_SHORT = {"": "ع?", "a": "[اىع]?", "e": "[ايع]?", "i": "ع?[يى]?ع?", "u": "ع?و*ع?"}
_ARABIC_FIRST = _ARABIC_SHORT | {"a": "[اعى]*", "e": "[اعي]*"}
_ARABIC_LAST = {"": "", "a": "ع?[اى]|ع", "e": "ع?[اى]?", "i": "ع?[يى]ع?", "u": "ع?و"}


def _arabic_for_latin(slot: str, *, is_first: bool, is_last: bool) -> str:
    if len(slot) < 2:
        return (_ARABIC_LAST if is_last else _ARABIC_FIRST if is_first else _ARABIC_SHORT)[slot]
    if slot == "ae" and not (is_first or is_last):
        return "[اعى]*ي?"  # Ismael
    if slot == "iu" and is_first:
        return "ي+و*"  # Yousra
    answers = []
    for at, vowel in enumerate(slot):
        if vowel in "ae":
            answers.append("[اعى]*")
        elif vowel == "i":
            answers.append("ي+ع?")
        elif at == 0 and not is_first and slot[1] in "ae":
            is_long = len(slot) > 2
            answers.append("(?:و+|عو?)" if is_long else "(?:و+[اى]?|عو?[اى])")  # Chouaib, Souad
        else:
            answers.append("ع?و+" if at > 0 or slot[1] in "ae" else "ع?و*")
    return "".join(answers)


def _latin_for_arabic(slot: str, *, is_first: bool, is_last: bool) -> str:
    if not slot:
        return "e?" if is_last else "[aeiu]?"
    answers = {
        "ا": "[ae]" if is_first or is_last else "[ae]{1,2}",  # Alaeddine
        "ى": "[aei]",
        "و": "[ae]?u[ae]?",
        "ي": "[ae]?[ie][ae]?",
        "ع": "[aeiu]?" if is_first else "[aeu]?",
    }
    if is_first and slot == "ي":
        return "[ae]?[ie][aeu]?"  # Yousra
    if is_last:
        answers |= {"و": "[ae]?u", "ي": "[ae]?i", "ع": "a?"}
    elif len(slot) > 1 and not is_first:
        answers["و"] = "[ae]?u"
    return "".join(answers[letter] for letter in re.sub(r"(.)\1+", r"\1", slot))


def _arabic_for_arabic(slot: str, *, is_first: bool, is_last: bool) -> str:
    answers = {"ا": "[اى]" if is_last else "[اى]?", "ى": "[ايى]", "و": "و+", "ي": "[يى]+", "ع": "ع"}
    return "".join(answers[letter] for letter in slot) or ("" if is_last else "ا?")
