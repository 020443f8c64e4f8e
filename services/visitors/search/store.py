"""Looks up what was typed; who may see which visit is decided in the query, as for every list.

One rule: none of today's visits is missed: where more people fit than are looked at, today's visits
are searched one by one; of all others those whose words fit best, as many as a screen can use.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
    Uuid,
    and_,
    any_,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    true,
    union,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.visitors.names.domain import FoundBy, SearchWord
from services.visitors.names.matching import MOST_OWNERS, begins, fits, has_word, owners_of
from services.visitors.names.terms import Closeness, Term
from services.visitors.search.domain import Asked
from services.visitors.visitors.domain import Visitor
from services.visitors.visits.domain import Visit
from services.visitors.visits.domain.appointment import LONGEST_VISIT
from services.visitors.visits.domain.columns import IS_HERE, OVER_NIGHT
from services.visitors.visits.store import may_see
from shared.directory import people, tenants
from shared.identity.listed import Person

MOST_OF_DAY = 100
"""More visits of the day than are shown at once."""
MOST_BEFORE, MOST_AHEAD = 3, 20
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
    found: dict[UUID, Hit] = {}
    if asked.terms:
        owners = (await session.execute(_owners(asked.terms, seen_by, is_loose))).all()
        found = _best_of(await _hits_of_owners(session, owners, day=day, seen_by=seen_by))
        if any(row.of_part >= MOST_OWNERS for row in owners) or len(owners) >= MOST_OWNERS:
            of_day = await hits_of_the_day(
                session, asked.terms, day=day, seen_by=seen_by, is_loose=is_loose
            )
            found |= _best_of(of_day)
    if asked.code is not None and not is_loose:
        code = begins(col(Visit.desk_code), asked.code)
        query = _directly(code, FoundBy.CODE, seen_by)
        found = _best_of(await _hits(session, query, day, is_of_day=False)) | found
    if asked.plate is not None and not is_loose:
        has_plate = and_(col(Visit.plate).is_not(None), begins(_PLATE, asked.plate))
        query = _directly(has_plate, FoundBy.PLATE, seen_by)
        found = _best_of(await _hits(session, query, day, is_of_day=False)) | found
    return list(found.values())


async def _hits_of_owners(
    session: AsyncSession, owners: Sequence[Row[Any]], *, day: Day, seen_by: Person
) -> list[Hit]:
    by_id = {row.owner_id: row for row in owners}
    rows = await session.execute(_visits_of_owners(list(by_id), day, seen_by))
    return [
        Hit(
            row.visit_id,
            row.starts_at,
            FoundBy(by_id[row.owner_id].found_by),
            Closeness(by_id[row.owner_id].closeness),
            row.is_of_day,
        )
        for row in rows
    ]


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
    """Each part by an index of its own."""
    columns: Any = (
        col(Visit.id),
        col(Visit.starts_at),
        col(Visit.visitor_id),
        col(Visit.host_id),
    )
    return union(*(select(*columns).where(part, may_see(seen_by)) for part in _parts_of(day)))


def _parts_of(day: Day) -> tuple[ColumnElement[bool], ...]:
    """What a day has, as on the board: what begins then, what lasts into it, who is here."""
    starts_at = col(Visit.starts_at)
    begins_then = (starts_at >= day.begins_at) & (starts_at < day.ends_at)
    lasts_into = and_(
        text(OVER_NIGHT), col(Visit.ends_at) > day.begins_at, starts_at < day.begins_at
    )
    return begins_then, lasts_into, literal_column(f"({IS_HERE})", Boolean)


def _owners(terms: tuple[Term, ...], seen_by: Person, is_loose: bool) -> Select[Any]:
    theirs = col(SearchWord.tenant_id) == seen_by.tenant_id
    if seen_by.is_landlords_receptionist:
        every = select(tenants.c.tenant_id).scalar_subquery()
        theirs = col(SearchWord.tenant_id) == any_(func.array(every))
    return owners_of(terms, theirs, is_loose=is_loose)


def _visits_of_owners(owner_ids: list[UUID], day: Day, seen_by: Person) -> Select[Any]:
    """The latest visits of each, the next ones, and those that go on."""
    ids = literal(owner_ids, ARRAY(Uuid))
    owners = select(func.unnest(ids).label("owner_id")).subquery("owners")
    starts_at = col(Visit.starts_at)
    is_of_day = or_(*_parts_of(day))
    before, ahead = starts_at < day.begins_at, starts_at >= day.begins_at
    goes_on = before & (starts_at > day.begins_at - LONGEST_VISIT) & is_of_day
    parts: list[Any] = [
        select(
            col(Visit.id).label("visit_id"),
            starts_at.label("starts_at"),
            is_of_day.label("is_of_day"),
        )
        .where(whose == owners.c.owner_id, may_see(seen_by), when)
        .order_by(order)
        .limit(most)
        .correlate(owners)
        for whose in (col(Visit.visitor_id), col(Visit.host_id))
        for when, order, most in (
            (before, starts_at.desc(), MOST_BEFORE),
            (ahead, starts_at, MOST_AHEAD),
            (goes_on, starts_at, MOST_AHEAD),
        )
    ]
    visits = union_all(*(select(part.subquery()) for part in parts)).lateral("theirs")
    return select(owners.c.owner_id, visits).select_from(owners.join(visits, true()))


def _directly(which: ColumnElement[bool], found_by: FoundBy, seen_by: Person) -> Select[Any]:
    """By what the visit itself holds."""
    named = literal(found_by.value), literal(int(Closeness.BEGINS))
    query: Any = select(col(Visit.id), col(Visit.starts_at), *named)
    query = query.where(which, may_see(seen_by))
    latest: Select[Any] = query.order_by(col(Visit.starts_at).desc()).limit(MOST_OWNERS)
    return latest
