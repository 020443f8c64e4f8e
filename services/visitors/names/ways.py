"""The ways in which known words may fit what was typed, as values that a statement is given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import Enum, auto
from itertools import chain
from typing import Any

from services.visitors.names.sounds import Pattern
from services.visitors.names.terms import Closeness, Term

AFTER_ALL, _AFTER_IT = "\U0010ffff", "\x01"
"""Behind all that begins so, and behind this word alone."""
_ANYTHING = ""
"""As a regular expression."""


class Fit(Enum):
    """What may bring a word together with what was typed."""

    SPELT = auto()
    """It begins with these letters."""
    SOUNDING = auto()
    """Or sounds like it, or like its beginning."""
    ALIKE = auto()
    """It has the same consonants, and no more is asked."""


@dataclass(frozen=True)
class Way:
    """A stretch of an index whose words may fit a term, and which of them do."""

    term: int
    """0 is the one that a find is named after."""
    is_of_spelling: bool
    """Else the stretch is one of consonants."""
    low: str
    high: str
    """Half-open."""
    whole: str = _ANYTHING
    """How the words sound that are `low` and no more."""
    beginning: str | None = _ANYTHING
    """How those sound that go on behind it; None: they do not fit."""
    as_whole: Closeness = Closeness.SAME_CONSONANTS
    as_beginning: Closeness = Closeness.SAME_CONSONANTS


def ways_of(terms: Sequence[Term], *, fit: Fit = Fit.SOUNDING) -> list[dict[str, Any]]:
    """The ways that words may fit each of the terms, numbered, as JSON takes them.

    What is said of a find is said of the first; the longest says most.
    """
    longest_first = sorted(terms, key=lambda term: len(term.spelt), reverse=True)
    of_each = [list(_of_term(nth, term, fit)) for nth, term in enumerate(longest_first)]
    ways = chain(*of_each) if all(of_each) else ()  # nobody fits a term that has none
    return [{"number": number, **asdict(way)} for number, way in enumerate(ways)]


def _of_term(nth: int, term: Term, fit: Fit) -> Iterator[Way]:
    if fit is Fit.ALIKE:
        for each in term.loosely:
            yield Way(nth, False, each, each + AFTER_ALL)
        return
    spelt, same, begins = term.spelt, Closeness.SAME, Closeness.BEGINS
    yield Way(nth, True, spelt, spelt + AFTER_ALL, as_whole=same, as_beginning=begins)
    if fit is Fit.SOUNDING:
        for pattern in term.patterns:
            yield _sounding(nth, pattern, may_go_on=term.may_begin_like(pattern))


def _sounding(nth: int, pattern: Pattern, *, may_go_on: bool) -> Way:
    return Way(
        nth,
        False,
        low=pattern.consonants,
        high=pattern.consonants + (AFTER_ALL if may_go_on else _AFTER_IT),
        whole=pattern.whole,
        beginning=pattern.beginning if may_go_on else None,
        as_whole=Closeness.SOUNDS_THE_SAME,
        as_beginning=Closeness.SOUNDS_LIKE_ITS_BEGINNING,
    )
