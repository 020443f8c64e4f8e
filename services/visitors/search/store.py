"""Looks up what was typed; who may see which visit is decided in the query, as for every list.

One rule: today's visits are searched one by one, so none of them is missed; of all others those
whose words fit best, as many as a screen can use.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    any_,
    func,
    literal,
    literal_column,
    select,
    text,
    true,
    union,
    union_all,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.visitors.names.domain import FoundBy, SearchWord
from services.visitors.names.matching import MOST_OWNERS, begins, fits, has_word, owners_of
from services.visitors.names.terms import Closeness, Term
from services.visitors.search.domain import Asked
from services.visitors.visitors.domain import Visitor
from services.visitors.visits.domain import Visit
from services.visitors.visits.domain.columns import IS_HERE, OVER_NIGHT
from services.visitors.visits.store import may_see
from shared.directory import people, tenants
from shared.identity.listed import Person

MOST_OF_DAY = 100
"""More visits of the day than are shown at once."""
MOST_BEFORE, MOST_AHEAD = 3, 5
"""As many visits of each of them."""
_PLATE: ColumnElement[str] = literal_column("upper(translate(visits.plate, ' -./|', ''))")
"""As its index says it."""


@dataclass(frozen=True)
class Day:
    """The day of the park on which is searched, half-open; and the moment."""

    begins_at: datetime
    ends_at: datetime
    at: datetime


@dataclass(frozen=True)
class Hit:
    """A visit that may be meant."""

    visit_id: UUID
    starts_at: datetime
    found_by: FoundBy
    closeness: Closeness
    is_of_day: bool
    """Begins on the day that is searched, lasts into it, or the visitor is here."""


@dataclass(frozen=True)
class Shown:
    """A visit with those whom it is about."""

    visit: Visit
    visitor: Visitor
    host_name: str | None


async def hits(
    session: AsyncSession, asked: Asked, *, day: Day, seen_by: Person, is_loose: bool = False
) -> list[Hit]:
    """Visits of that day and of other days that fit, the best of each visit; in no order.

    `is_loose`: also those of which only the consonants fit.
    """
    queries: list[Select[Any]] = []
    found: dict[UUID, Hit] = {}
    if asked.terms:
        of_day = await hits_of_the_day(
            session, asked.terms, day=day, seen_by=seen_by, is_loose=is_loose
        )
        found = _best_of(of_day)
        queries.append(_of_other_days(asked.terms, day, seen_by, is_loose))
    if asked.code is not None and not is_loose:
        code = begins(col(Visit.desk_code), asked.code)
        queries.append(_directly(code, FoundBy.CODE, day, seen_by))
    if asked.plate is not None and not is_loose:
        has_plate = and_(col(Visit.plate).is_not(None), begins(_PLATE, asked.plate))
        queries.append(_directly(has_plate, FoundBy.PLATE, day, seen_by))
    for query in queries:
        hits_of_query = await _hits(session, query, day, is_of_day=False)
        found = _best_of(hits_of_query) | found
    return list(found.values())


async def hits_of_the_day(
    session: AsyncSession,
    terms: tuple[Term, ...],
    *,
    day: Day,
    seen_by: Person,
    is_loose: bool = False,
) -> list[Hit]:
    """Visits of that day, by each word of their visitors and hosts that fits."""
    query = _of_the_day(terms, day, seen_by, is_loose)
    return await _hits(session, query, day, is_of_day=True)


async def _hits(
    session: AsyncSession, query: Select[Any], day: Day, *, is_of_day: bool
) -> list[Hit]:
    return [
        Hit(
            visit_id,
            starts_at,
            FoundBy(found_by),
            Closeness(closeness),
            is_of_day or day.begins_at <= starts_at < day.ends_at,
        )
        for visit_id, starts_at, found_by, closeness in await session.execute(query)
    ]


def _best_of(hits: Sequence[Hit]) -> dict[UUID, Hit]:
    return {each.visit_id: each for each in sorted(hits, key=lambda hit: -hit.closeness)}


async def shown(session: AsyncSession, visit_ids: Sequence[UUID]) -> dict[UUID, Shown]:
    """These visits by id; whoever asks has the ids from `hits`, so may see them."""
    name = func.concat_ws(" ", people.c.given_name, people.c.family_name)
    query = (
        select(Visit, Visitor, name)
        .join(Visitor, col(Visit.visitor_id) == col(Visitor.id))
        .outerjoin(people, people.c.person_id == col(Visit.host_id))
        .where(col(Visit.id).in_(visit_ids))
    )
    rows = await session.execute(query)
    return {row[0].id: Shown(row[0], row[1], row[2] or None) for row in rows}


def _of_the_day(terms: tuple[Term, ...], day: Day, seen_by: Person, is_loose: bool) -> Select[Any]:
    """Each visit of the day by the best word of its visitor and of its host, term by term.

    Visit by visit (hence the limit), which costs the same whatever is typed.
    """
    visits = _visits_of(day, seen_by).subquery("of_day")
    whose = any_(array([visits.c.visitor_id, visits.c.host_id]))
    first, *others = terms
    closeness, does_fit = fits(SearchWord, first, is_loose=is_loose)
    word = (
        select(col(SearchWord.found_by), closeness.label("closeness"))
        .where(col(SearchWord.owner_id) == whose, does_fit)
        .order_by(text("closeness"))
        .limit(1)
        .correlate(visits)
        .lateral("word")
    )
    query = select(visits.c.id, visits.c.starts_at, word.c.found_by, word.c.closeness)
    query = query.select_from(visits.join(word, true()))
    for each in others:
        query = query.where(has_word(each, whose, is_loose=is_loose))
    distance = func.abs(func.extract("epoch", visits.c.starts_at - day.at))
    return query.order_by(word.c.closeness, distance).limit(MOST_OF_DAY)


def _visits_of(day: Day, seen_by: Person) -> CompoundSelect[Any]:
    """As the board has them; each part by an index of its own."""
    starts_at = col(Visit.starts_at)
    begins_then = (starts_at >= day.begins_at) & (starts_at < day.ends_at)
    lasts_into = and_(
        text(OVER_NIGHT), col(Visit.ends_at) > day.begins_at, starts_at < day.begins_at
    )
    columns: Any = (col(Visit.id), starts_at, col(Visit.visitor_id), col(Visit.host_id))
    parts = (begins_then, lasts_into, text(IS_HERE))
    return union(*(select(*columns).where(part, may_see(seen_by)) for part in parts))


def _of_other_days(
    terms: tuple[Term, ...], day: Day, seen_by: Person, is_loose: bool
) -> Select[Any]:
    """The latest and the next visits of those whose words fit best."""
    theirs = col(SearchWord.tenant_id) == seen_by.tenant_id
    if seen_by.is_landlords_receptionist:
        every = select(tenants.c.tenant_id).scalar_subquery()
        theirs = col(SearchWord.tenant_id) == any_(func.array(every))
    owners = owners_of(terms, theirs, is_loose=is_loose).subquery("owners")
    owner_id = owners.c.owner_id
    before, ahead = col(Visit.starts_at) < day.begins_at, col(Visit.starts_at) >= day.begins_at
    latest, soonest = col(Visit.starts_at).desc(), col(Visit.starts_at)
    parts: list[Any] = [
        select(col(Visit.id).label("visit_id"), col(Visit.starts_at).label("starts_at"))
        .where(whose == owner_id, may_see(seen_by), when)
        .order_by(order)
        .limit(most)
        .correlate(owners)
        for whose in (col(Visit.visitor_id), col(Visit.host_id))
        for when, order, most in ((before, latest, MOST_BEFORE), (ahead, soonest, MOST_AHEAD))
    ]
    visits = union_all(*(select(part.subquery()) for part in parts)).lateral("theirs")
    return select(visits, owners.c.found_by, owners.c.closeness).select_from(
        owners.join(visits, true())
    )


def _directly(
    which: ColumnElement[bool], found_by: FoundBy, day: Day, seen_by: Person
) -> Select[Any]:
    """By what the visit itself holds, those nearest to now first: a series has one code."""
    named = literal(found_by.value), literal(int(Closeness.BEGINS))
    query: Any = select(col(Visit.id), col(Visit.starts_at), *named)
    query = query.where(which, may_see(seen_by))
    away = func.abs(func.extract("epoch", col(Visit.starts_at) - day.at))
    nearest: Select[Any] = query.order_by(away).limit(MOST_OWNERS)
    return nearest
