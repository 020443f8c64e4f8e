"""How a word in Latin letters sounds, by French and by English spelling alike.

Capitals are consonants, small letters vowels: a, e, i (also y), u (also o, ou, w).
"""

from __future__ import annotations

import re

_SOFT = "eiy"
_VOWELS = {"a": "a", "e": "e", "i": "i", "y": "i", "o": "u", "u": "u", "w": "u"}
_LONG = {"ou": "u", "oo": "u", "ee": "i"}
_ONE = {
    "b": "B",
    "p": "B",
    "t": "T",
    "d": "D",
    "j": "J",
    "h": "H",
    "r": "R",
    "z": "Z",
    "s": "S",
    "f": "F",
    "v": "F",
    "k": "K",
    "q": "K",
    "l": "L",
    "m": "M",
    "n": "N",
    "x": "KS",
}
_SEVERAL: dict[str, tuple[str, ...]] = {
    "tch": ("TX",),
    "sch": ("X",),
    "ch": ("X",),
    "sh": ("X", "SH"),
    "kh": ("H",),
    "gh": ("G",),
    "dh": ("D", "Z", "DH"),
    "th": ("T", "TH"),
    "ph": ("F",),
    "dj": ("J",),
    "rh": ("G", "R", "RH"),
    "ck": ("K",),
    "cq": ("K",),
}
"""What several letters may stand for; two consonants only within a word (Ishaq, Fathi)."""
_HARD_G = ("G", "K", "J")
"""As in Regragui (also written with a k in Arabic) and Gamal (ج)."""
_SERVANT = re.compile(r"^abd(?:ou|[aou])(?=[^aeiouwy]{1,2}[aeiouwy])")
_FATHER = re.compile(r"^abo?u(?=[^aeiouwy].{2})")
_BEFORE_SUN = re.compile(r"^(abde)l(?=[strdznl])")
_BEFORE_CONSONANT = re.compile(r"th(?=[^aeiouwy])")
WHOLE = "$"
"""Ends a reading that nothing follows: what it leaves out is only left out at the end of a name."""
MOST_READINGS = 8


def readings(word: str) -> list[str]:
    """How it may sound; the likeliest first."""
    found = [""]
    at = 0
    while at < len(word):
        options, taken = _sound_at(word, at)
        found = [begun + option for begun in found for option in options][:MOST_READINGS]
        at += taken
    several = [ending for each in found for ending in _endings(word, each)]
    return list(dict.fromkeys(re.sub(r"(.)\1+", r"\1", each) for each in several))


def spellings(word: str) -> list[str]:
    """Abdullah is Abdellah, Abdelrahman also Abderrahman, and Aboulfath Boulfath."""
    usual = _FATHER.sub("bou", _SERVANT.sub("abde", word))
    return [usual, *([_BEFORE_SUN.sub(r"\1", usual)] if _BEFORE_SUN.match(usual) else [])]


def _sound_at(word: str, at: int) -> tuple[tuple[str, ...], int]:
    """What stands there may sound like, and how many letters that is."""
    if _BEFORE_CONSONANT.match(word, at):
        return ("T", "S"), 2  # Othman, Osman
    for length in (3, 2):
        letters = word[at : at + length]
        if options := _SEVERAL.get(letters):
            is_within = 0 < at < len(word) - (0 if letters == "th" else length)
            apart = {letters[0].upper() + "H"}
            return tuple(o for o in options if is_within or o not in apart), length
        if letters in _LONG:
            return (_LONG[letters],), length
    sign, following = word[at], word[at + 1 : at + 2]
    if sign in "gq" and following == "u" and word[at + 2 : at + 3] in tuple(_SOFT):
        return (("K",) if sign == "q" else _HARD_G), 2
    if sign == "q" and following == "u":
        return ("K", "Ku"), 2
    if sign == "g":
        return (("J", "G", "K") if following and following in _SOFT else _HARD_G), 1
    if sign == "c":
        return _c(word[at - 1 : at], following), 1
    return (_VOWELS.get(sign) or _ONE.get(sign, ""),), 1


def _c(before: str, after: str) -> tuple[str, ...]:
    """Often without its cedilla between vowels (Faycal)."""
    if after and after in _SOFT:
        return ("S",)
    return ("K", "S") if before in _VOWELS and after in _VOWELS else ("K",)


def _endings(word: str, sound: str) -> list[str]:
    """A mute e is not heard, nor always a final h (Fatimah)."""
    if len(word) > 3 and word.endswith("e") and word[-2:] not in ("ee", "ie"):
        return [sound.removesuffix("e")]
    if word.endswith("ie"):
        return [sound.removesuffix("e"), sound]
    if word.endswith("ah") and sound.endswith("aH"):
        return [sound, sound.removesuffix("H") + WHOLE]
    return [sound]
