"""How a search word fits what was typed, said to the database.

One rule: a word is looked up by an index first (how it begins, or its consonants), and by its
vowels only among what that has left.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.visitors.names.domain import SearchWord
from services.visitors.names.terms import Closeness, Term

BY_SPELLING = 2
"""So many of the ways to fit go by the spelling; by the sound the others, through another index."""
MOST_OWNERS = 150
"""As many people as are looked at for one search."""
_AFTER_ALL = "\U0010ffff"


def owners_of(
    terms: tuple[Term, ...], whose: ColumnElement[bool], *, is_loose: bool = False
) -> Select[Any]:
    """Whose words fit each of the terms: `owner_id`, `found_by`, `closeness`, the best first.

    `whose`: which words may be looked at. `is_loose`: by consonants alone.
    """
    first, *others = sorted(terms, key=lambda term: len(term.spelt), reverse=True)
    parts: list[Select[Any]] = []
    ways = _ways(SearchWord, first, is_loose)
    for several in (ways[:BY_SPELLING], ways[BY_SPELLING:]):
        if not several:
            continue
        closeness, does_fit = _best_of(several)
        part: Any = select(
            col(SearchWord.owner_id), col(SearchWord.found_by), closeness.label("closeness")
        ).where(whose, does_fit)
        for each in others:
            part = part.where(has_word(each, col(SearchWord.owner_id), is_loose=is_loose))
        parts.append(select(part.limit(MOST_OWNERS).subquery()))
    every_way = union_all(*parts).subquery("every_way")
    best = func.min(every_way.c.closeness)
    found_by = func.min(every_way.c.found_by)
    return (
        select(every_way.c.owner_id, found_by.label("found_by"), best.label("closeness"))
        .group_by(every_way.c.owner_id)
        .order_by(best)
        .limit(MOST_OWNERS)
    )


def has_word(term: Term, owner: Any, *, is_loose: bool) -> ColumnElement[bool]:
    """Whether another word of theirs fits."""
    other = aliased(SearchWord)
    _, does_fit = fits(other, term, is_loose=is_loose)
    return select(literal(1)).where(col(other.owner_id) == owner, does_fit).exists()


def fits(
    word: type[SearchWord], term: Term, *, is_loose: bool
) -> tuple[ColumnElement[int], ColumnElement[bool]]:
    """How well the word fits the term, and whether it does."""
    return _best_of(_ways(word, term, is_loose))


def _best_of(
    ways: Sequence[tuple[Closeness, ColumnElement[bool]]],
) -> tuple[ColumnElement[int], ColumnElement[bool]]:
    closeness = case(*((fit, int(closeness)) for closeness, fit in ways))
    return closeness, or_(*(fit for _, fit in ways))


def _ways(
    word: type[SearchWord], term: Term, is_loose: bool
) -> list[tuple[Closeness, ColumnElement[bool]]]:
    """The best first."""
    if is_loose:
        like = [begins(col(word.consonants), each) for each in term.loosely]
        return [(Closeness.SAME_CONSONANTS, or_(false(), *like))]
    spelt = col(word.spelt)
    ways: list[tuple[Closeness, ColumnElement[bool]]] = [
        (Closeness.SAME, spelt == term.spelt),
        (Closeness.BEGINS, begins(spelt, term.spelt)),
    ]
    whole = [
        and_(col(word.consonants) == each.consonants, col(word.sound).regexp_match(each.whole))
        for each in term.patterns
    ]
    begun = [
        and_(
            begins(col(word.consonants), each.consonants),
            col(word.sound).regexp_match(each.beginning),
        )
        for each in term.patterns
        if each.may_be_beginning(is_narrowed=term.is_narrowed)
    ]
    if whole:
        ways.append((Closeness.SOUNDS_THE_SAME, or_(*whole)))
    if begun:
        ways.append((Closeness.SOUNDS_LIKE_ITS_BEGINNING, or_(*begun)))
    return ways


def begins(column: Any, with_: str) -> ColumnElement[bool]:
    """As LIKE 'with_%' does; said so that an index answers it also in a prepared statement."""
    return and_(column.op("~>=~")(with_), column.op("~<~")(with_ + _AFTER_ALL))
