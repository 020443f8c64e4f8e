"""What is typed to find somebody, word by word, and how well a known word fits it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from services.visitors.names.domain import FEWEST_DIGITS, digits_of
from services.visitors.names.letters import fold
from services.visitors.names.sounds import Pattern, patterns_of, sounds_of
from services.visitors.names.words import words_of

MOST_TERMS = 5
FEWEST_SOUNDS = 2
_TELEPHONE = re.compile(r"[\d\s+().-]+")
_DOTTED = re.compile(r"\S+(?:@|\.\w)\S*")


class Closeness(IntEnum):
    """How well a word fits what was typed; the smaller the better."""

    SAME = 0
    BEGINS = 1
    SOUNDS_THE_SAME = 2
    SOUNDS_LIKE_ITS_BEGINNING = 3
    SAME_CONSONANTS = 4
    """Only asked for where nothing else was found."""


@dataclass(frozen=True)
class Term:
    """One word that was typed."""

    spelt: str
    patterns: tuple[Pattern, ...] = ()
    is_narrowed: bool = False
    """Whether it was typed with another one."""

    @property
    def loosely(self) -> tuple[str, ...]:
        """Consonants by which it may be found where its vowels fit nobody's."""
        consonants = {each.consonants for each in self.patterns if each.is_open}
        return tuple(sorted(each for each in consonants if len(each) >= FEWEST_SOUNDS))

    def may_begin_like(self, pattern: Pattern) -> bool:
        """Whether a name that goes on behind that pattern may be meant."""
        return pattern.may_be_beginning(is_narrowed=self.is_narrowed)

    def is_same(self, name: str) -> bool:
        """Whether a word of the name is this one, in whatever spelling."""
        for known in words_of(name):
            sounds = sounds_of(known)
            if fold(known.spelt) == self.spelt or any(
                pattern.consonants == sound.consonants and re.search(pattern.whole, sound.whole)
                for pattern in self.patterns
                for sound in sounds
            ):
                return True
        return False


def terms_of(typed: str) -> tuple[Term, ...]:
    """An address or a telephone number is one; else each word is. Each of them is meant."""
    text = fold(typed.strip())
    digits = digits_of(text)
    if _TELEPHONE.fullmatch(text) and len(digits) >= FEWEST_DIGITS:
        return (Term(digits),)
    return (Term(text),) if _DOTTED.fullmatch(text) else terms_of_name(typed)


def terms_of_name(name: str) -> tuple[Term, ...]:
    """Its first words."""
    words = words_of(name)[:MOST_TERMS]
    return tuple(
        Term(fold(word.spelt), tuple(patterns_of(word)), is_narrowed=len(words) > 1)
        for word in words
    )
