"""How a search word fits what was typed, said to the database.

One rule: what was typed is a value, `ways`, so that one statement, built and planned once, looks
for whatever is typed. The words near to it are read from indexes that hold all that is read, are
brought together with those who are meant, and only what is left is judged by its vowels: a common
name has ten thousand words, and a regular expression costs ten times what reading one does.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    CompoundSelect,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    case,
    column,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col

from services.visitors.names.domain import FoundBy, SearchWord
from services.visitors.names.terms import Closeness

MOST_OWNERS = 150
"""As many people as are looked at for one search."""
_BASE = 10
_RANKED = tuple(FoundBy)
"""`best` is how well a word fits, times `_BASE`, and its place in `_RANKED`."""
_WAY = (
    func.jsonb_to_recordset(bindparam("ways", type_=JSONB))
    .table_valued(
        *(column(name, Integer) for name in ("number", "term", "as_whole", "as_beginning")),
        *(column(name, Text) for name in ("low", "high", "whole", "beginning")),
        column("is_of_spelling", Boolean),
    )
    .render_derived(name="way", with_types=True)
)
"""Each of `ways_of`, as a row."""


def owners_of(whose: ColumnElement[bool]) -> Select[Any]:
    """Whose words fit each term of `ways`: `owner_id`, `best`, `closeness`, the best first.

    `whose`: which words may be looked at.
    """
    near = words_near(whose).cte("near").prefix_with("MATERIALIZED")
    of_each = select(near.c.owner_id).group_by(near.c.owner_id)
    of_each = of_each.having(_is_each_there(near.c.term))
    found = _fitting(select(near).where(near.c.owner_id.in_(of_each))).subquery("fitting")
    of_first = func.min(found.c.best).filter(found.c.term == 0)
    best = select(found.c.owner_id, of_first.label("best")).group_by(found.c.owner_id)
    best_first = best.having(_is_each_there(found.c.term)).order_by("best").limit(MOST_OWNERS)
    each = best_first.subquery("found")
    closeness = each.c.best.op("/", return_type=Integer())(_BASE).label("closeness")
    return select(each, closeness).order_by(each.c.best)


def _is_each_there(term: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether the group has every term."""
    way = _WAY.alias("any_way")
    every = select(func.bit_or(_bit(way.c.term))).scalar_subquery()
    return func.bit_or(_bit(term)) == every


def _bit(term: ColumnElement[int]) -> ColumnElement[int]:
    return literal(1).bitwise_lshift(term)


def words_near(whose: ColumnElement[bool]) -> CompoundSelect[Any]:
    """The words that may fit, by which way and for which term; each by an index alone."""
    spelt, consonants = col(SearchWord.spelt), col(SearchWord.consonants)
    return union_all(
        _near(whose, _WAY.c.is_of_spelling, spelt, sound=literal("")),
        _near(whose, ~_WAY.c.is_of_spelling, consonants, sound=col(SearchWord.sound)),
    )


def _near(
    whose: ColumnElement[bool], which: ColumnElement[bool], word: Any, *, sound: Any
) -> Select[Any]:
    owner, found_by = col(SearchWord.owner_id), col(SearchWord.found_by)
    columns: Any = (_WAY.c.number, _WAY.c.term, owner, found_by)
    query: Select[Any] = select(*columns, word.label("word"), sound.label("sound"))
    is_near = is_between(word, _WAY.c.low, _WAY.c.high)
    return query.join(SearchWord, and_(whose, is_near)).where(which)


def _fitting(near: Select[Any]) -> Select[Any]:
    """Of these words those that do fit: `owner_id`, `term`, `best`."""
    words = near.offset(0).subquery("met")  # worked out by itself: else each is judged unmet
    closeness = _closeness(words.c.word, words.c.sound, _WAY)
    rank = case({each: place for place, each in enumerate(_RANKED)}, value=words.c.found_by)
    best = (closeness * _BASE + rank).label("best")
    query = select(words.c.owner_id, words.c.term, best)
    return query.join(_WAY, _WAY.c.number == words.c.number).where(closeness.is_not(None))


def best_of_owners(near: Select[Any]) -> Select[Any]:
    """How well the best of these words fits, for each owner of one that does."""
    found = _fitting(near).subquery("fitting")
    return select(found.c.owner_id, func.min(found.c.best).label("best")).group_by(found.c.owner_id)


def fit_others(whose: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether for each term but the first one of these words fits; looked up, so for few."""
    term, way = _WAY.alias("other"), _WAY.alias("way_of_other")
    word = case((way.c.is_of_spelling, col(SearchWord.spelt)), else_=col(SearchWord.consonants))
    closeness = _closeness(word, func.coalesce(col(SearchWord.sound), ""), way)
    is_near = is_between(word, way.c.low, way.c.high)
    fits = select(way.c.number).join(SearchWord, and_(whose, is_near))
    fits = fits.where(way.c.term == term.c.term, closeness.is_not(None)).correlate(term)
    return ~select(term.c.number).where(term.c.term > 0, ~fits.exists()).exists()


def is_between(word: Any, low: Any, high: Any) -> ColumnElement[bool]:
    """Half-open, as LIKE compares; said so that an index answers it in a prepared statement."""
    return and_(word.op("~>=~")(low), word.op("~<~")(high))


def _closeness(word: Any, sound: Any, way: FromClause) -> ColumnElement[int]:
    """How well a word near to it fits; null where it does not."""
    is_whole = and_(word == way.c.low, sound.regexp_match(way.c.whole))
    does_begin = sound.regexp_match(way.c.beginning)
    return case((is_whole, way.c.as_whole), (does_begin, way.c.as_beginning))


def best_as(closeness: Closeness, found_by: FoundBy) -> int:
    """As `read_best` reads it."""
    return int(closeness) * _BASE + _RANKED.index(found_by)


def read_best(best: int) -> tuple[Closeness, FoundBy]:
    """How well it fits, and what it is of somebody."""
    closeness, rank = divmod(best, _BASE)
    return Closeness(closeness), _RANKED[rank]
