"""How a search word fits what was typed, said to the database.

One rule: the words near to what was typed are read from an index alone, are brought together with
those who are meant, and only what is left is judged by its vowels: a common name has ten thousand
words, and a regular expression costs ten times what reading one does.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from typing import Any, TypeVar

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    FromClause,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlmodel import col

from services.visitors.names.domain import FoundBy, SearchWord
from services.visitors.names.sounds import Pattern
from services.visitors.names.terms import Closeness, Term

MOST_OWNERS = 150
"""As many people as are looked at for one search."""
Selected = TypeVar("Selected", Select[Any], CompoundSelect[Any])
_AFTER_ALL = "\U0010ffff"
_BASE = 10
"""`best` is how well a word fits, times this, and which of `FoundBy` it is."""


class Fit(Enum):
    """What may bring a word together with what was typed."""

    SPELT = auto()
    """It begins with these letters."""
    SOUNDING = auto()
    """Or sounds like it, or like its beginning."""
    ALIKE = auto()
    """It has the same consonants, and no more is asked."""


def owners_of(
    terms: Sequence[Term], whose: ColumnElement[bool], *, fit: Fit = Fit.SOUNDING
) -> Select[Any]:
    """Whose words fit each of the terms: `owner_id`, `best`, `closeness`, the best first.

    `whose`: which words may be looked at.
    """
    terms = the_longest_first(terms)
    near = [
        words_near(term, whose, fit=fit).cte(f"near_{nth}").prefix_with("MATERIALIZED")
        for nth, term in enumerate(terms)
    ]
    met: list[Select[Any]] = [select(each) for each in near]
    if len(near) > 1:
        of_each = _near_each_term(near)
        met = [each.join(of_each, of_each.c.owner_id == each.selected_columns[0]) for each in met]
    parts = [
        judged(each, ("owner_id",), term, fit=fit, nth=nth)
        for nth, (each, term) in enumerate(zip(met, terms, strict=True))
    ]
    found = best_of(parts, ("owner_id",)).subquery("found")
    closeness = found.c.best.op("/", return_type=Integer())(_BASE).label("closeness")
    return select(found, closeness).order_by(found.c.best).limit(MOST_OWNERS)


def _near_each_term(near: Sequence[CTE]) -> CTE:
    """Those who have a word near to each term, before any of them is judged."""
    words = union_all(
        *(select(each.c.owner_id, literal(1 << nth).label("term")) for nth, each in enumerate(near))
    ).subquery("near_any")
    query = select(words.c.owner_id).group_by(words.c.owner_id)
    return query.having(_is_each_there(words.c.term, near)).cte("near_each")


def the_longest_first(terms: Sequence[Term]) -> list[Term]:
    """What is said of a find is said of the first; the longest says most."""
    return sorted(terms, key=lambda term: len(term.spelt), reverse=True)


def words_near(term: Term, whose: ColumnElement[bool], *, fit: Fit) -> CompoundSelect[Any]:
    """The words that may fit the term, each read once."""
    return union_all(*_parts(term, whose, fit))


def _parts(term: Term, whose: ColumnElement[bool], fit: Fit) -> list[Select[Any]]:
    """Each by one index, which holds all that is read."""
    owner = col(SearchWord.owner_id), col(SearchWord.found_by)
    nothing = cast(null(), String)
    if fit is Fit.ALIKE:
        like = [begins(col(SearchWord.consonants), each) for each in term.loosely] or [false()]
    else:
        like = [] if fit is Fit.SPELT else _consonants_like(term)
    parts: list[Any] = [
        select(
            *owner,
            nothing.label("spelt"),
            col(SearchWord.consonants),
            col(SearchWord.sound),
        ).where(whose, each)
        for each in like
    ]
    if fit is not Fit.ALIKE:
        spelt = col(SearchWord.spelt), nothing.label("consonants"), nothing.label("sound")
        parts.append(select(*owner, *spelt).where(whose, begins(col(SearchWord.spelt), term.spelt)))
    return parts


def _consonants_like(term: Term) -> list[ColumnElement[bool]]:
    """None of them says what another says too."""
    begun = {each.consonants for each in term.patterns if term.may_begin_like(each)}
    whole = {each.consonants for each in term.patterns}
    consonants = col(SearchWord.consonants)
    return [begins(consonants, each) for each in sorted(begun) if not _is_begun_by(begun, each)] + [
        consonants == each for each in sorted(whole - begun) if not _is_begun_by(begun, each)
    ]


def _is_begun_by(begun: set[str], consonants: str) -> bool:
    return any(consonants[:end] in begun for end in range(1, len(consonants)))


def judged(
    met: Select[Any], keys: Sequence[str], term: Term, *, fit: Fit, nth: int = 0
) -> Select[Any]:
    """Of what was brought together with words near to the term, what fits it: `keys` and `best`."""
    words = apart(met).subquery(f"met_{nth}")  # else each word is judged before it is met
    closeness = _closeness(words.c, term, fit)
    rank = case({each: place for place, each in enumerate(FoundBy)}, value=words.c.found_by)
    best = (closeness * _BASE + rank).label("best")
    found = [words.c[key] for key in keys]
    return select(*found, literal(1 << nth).label("term"), best).where(closeness.is_not(None))


def best_of(parts: Sequence[Select[Any]], keys: Sequence[str]) -> Select[Any]:
    """What is in each of the parts that were judged, and the best of the first of them."""
    fitting = union_all(*parts).subquery("fitting")
    found = [fitting.c[key] for key in keys]
    of_first = func.min(fitting.c.best).filter(fitting.c.term == 1)
    query = select(*found, of_first.label("best")).group_by(*found)
    return query.having(_is_each_there(fitting.c.term, parts))


def has_word(term: Term, whose: ColumnElement[bool], *, fit: Fit) -> ColumnElement[bool]:
    """Whether another word of theirs fits; looked up for each of them, so for few."""
    does_fit = _closeness(SearchWord, term, fit).is_not(None)
    words = select(col(SearchWord.id)).where(whose, does_fit)
    return apart(words).exists()  # else all words that fit are looked for


def apart(query: Selected) -> Selected:
    """What PostgreSQL works out by itself, whatever is around it: it takes no OFFSET apart."""
    return query.offset(0)


def _is_each_there(term: ColumnElement[int], of: Sequence[object]) -> ColumnElement[bool]:
    return func.bit_or(term) == (1 << len(of)) - 1


def to_be_judged(words: FromClause) -> list[ColumnElement[Any]]:
    """What `judged` asks of what was brought together, beside its keys."""
    return [words.c[name] for name in ("found_by", "spelt", "consonants", "sound")]


def best_as(closeness: Closeness, found_by: FoundBy) -> int:
    """As `read_best` reads it."""
    return int(closeness) * _BASE + tuple(FoundBy).index(found_by)


def read_best(best: int) -> tuple[Closeness, FoundBy]:
    """How well it fits, and what it is of somebody."""
    closeness, rank = divmod(best, _BASE)
    return Closeness(closeness), tuple(FoundBy)[rank]


def _closeness(words: Any, term: Term, fit: Fit) -> ColumnElement[int]:
    """How well a word fits the term; null where it does not."""
    if fit is Fit.ALIKE:
        like = [begins(col(words.consonants), each) for each in term.loosely]
        return case((or_(false(), *like), int(Closeness.SAME_CONSONANTS)))
    spelt = col(words.spelt)
    ways: list[tuple[ColumnElement[bool], Closeness]] = [
        (spelt == term.spelt, Closeness.SAME),
        (begins(spelt, term.spelt), Closeness.BEGINS),
    ]
    if fit is Fit.SOUNDING:
        ways += [(_is_whole(words, each), Closeness.SOUNDS_THE_SAME) for each in term.patterns]
        ways += [
            (_is_begun(words, each), Closeness.SOUNDS_LIKE_ITS_BEGINNING)
            for each in term.patterns
            if term.may_begin_like(each)
        ]
    return case(*((does_fit, int(closeness)) for does_fit, closeness in ways))


def _is_whole(words: Any, pattern: Pattern) -> ColumnElement[bool]:
    is_same = col(words.consonants) == pattern.consonants
    return and_(is_same, col(words.sound).regexp_match(pattern.whole))


def _is_begun(words: Any, pattern: Pattern) -> ColumnElement[bool]:
    begun = begins(col(words.consonants), pattern.consonants)
    return and_(begun, col(words.sound).regexp_match(pattern.beginning))


def begins(column: Any, with_: str) -> ColumnElement[bool]:
    """As LIKE 'with_%' does; said so that an index answers it also in a prepared statement."""
    return and_(column.op("~>=~")(with_), column.op("~<~")(with_ + _AFTER_ALL))
