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
    Select,
    and_,
    any_,
    func,
    literal,
    literal_column,
    select,
    true,
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
from services.visitors.visits.store import may_see
from shared.directory import people, tenants
from shared.identity.listed import Person

MOST_BEFORE, MOST_AHEAD = 3, 5
"""As many visits of each of them."""
_PLATE: ColumnElement[str] = literal_column("upper(translate(visits.plate, ' -./|', ''))")
"""As its index says it."""


@dataclass(frozen=True)
class Day:
    """The day of the park on which is searched; half-open."""

    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Hit:
    """A visit that may be meant."""

    visit_id: UUID
    starts_at: datetime
    found_by: FoundBy
    closeness: Closeness


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
    if asked.terms:
        queries.append(_of_the_day(asked.terms, day, seen_by, is_loose))
        queries.append(_of_other_days(asked.terms, day, seen_by, is_loose))
    if asked.code is not None and not is_loose:
        code = begins(col(Visit.desk_code), asked.code)
        queries.append(_directly(code, FoundBy.CODE, seen_by))
    if asked.plate is not None and not is_loose:
        has_plate = and_(col(Visit.plate).is_not(None), begins(_PLATE, asked.plate))
        queries.append(_directly(has_plate, FoundBy.PLATE, seen_by))
    found: dict[UUID, Hit] = {}
    for query in queries:
        for visit_id, starts_at, found_by, closeness in await session.execute(query):
            hit = Hit(visit_id, starts_at, FoundBy(found_by), Closeness(closeness))
            if visit_id not in found or hit.closeness < found[visit_id].closeness:
                found[visit_id] = hit
    return list(found.values())


async def hits_of_the_day(
    session: AsyncSession, terms: tuple[Term, ...], *, day: Day, seen_by: Person
) -> list[Hit]:
    """Visits of that day, by each word of their visitors and hosts that fits."""
    rows = await session.execute(_of_the_day(terms, day, seen_by, is_loose=False))
    return [Hit(row[0], row[1], FoundBy(row[2]), Closeness(row[3])) for row in rows]


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
    """Each visit of the day by the words of its visitor and of its host, term by term."""
    whose = array([col(Visit.visitor_id), col(Visit.host_id)])
    first, *others = terms
    closeness, does_fit = fits(SearchWord, first, is_loose=is_loose)
    query: Any = (
        select(col(Visit.id), col(Visit.starts_at), col(SearchWord.found_by), closeness)
        .join(SearchWord, col(SearchWord.owner_id) == any_(whose))
        .where(may_see(seen_by), does_fit)
        .where(col(Visit.starts_at) >= day.begins_at, col(Visit.starts_at) < day.ends_at)
    )
    for each in others:
        query = query.where(has_word(each, any_(whose), is_loose=is_loose))
    of_the_day: Select[Any] = query
    return of_the_day


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


def _directly(which: ColumnElement[bool], found_by: FoundBy, seen_by: Person) -> Select[Any]:
    """By what the visit itself holds."""
    named = literal(found_by.value), literal(int(Closeness.BEGINS))
    query: Any = select(col(Visit.id), col(Visit.starts_at), *named)
    query = query.where(which, may_see(seen_by))
    latest: Select[Any] = query.order_by(col(Visit.starts_at).desc()).limit(MOST_OWNERS)
    return latest
