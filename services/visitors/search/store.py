"""Looks up what was typed; who may see which visit is decided in the query, as for every list.

One rule: visits of the day, and those around it, are brought together with all words near to what
was typed, so none of them is missed; of all others those whose words fit best, as many as a screen
can use.
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
    false,
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
from services.visitors.names.matching import (
    MOST_OWNERS,
    Fit,
    apart,
    begins,
    best_as,
    best_of,
    has_word,
    judged,
    owners_of,
    read_best,
    the_longest_first,
    to_be_judged,
    words_near,
)
from services.visitors.names.terms import Closeness, Term
from services.visitors.search.domain import Asked
from services.visitors.visitors.domain import Visitor
from services.visitors.visits.domain import Visit
from services.visitors.visits.domain.columns import IS_HERE, OVER_NIGHT, TO_SWEEP
from services.visitors.visits.store import is_of_their_reception, may_see
from shared.directory import people, tenants
from shared.identity.listed import Person

MOST_OF_DAY = 100
"""More visits of the day than are shown at once."""
MOST_TO_COME, MOST_BEFORE = 3_000, 1_000
"""As many visits around the day are looked through: a day's visits of the whole park, or so."""
LATEST, NEXT = 3, 5
"""As many visits of somebody whose visits are all on other days."""
_OF_VISIT = ("id", "starts_at", "visitor_id", "host_id", "is_of_day")
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


async def hits_of_the_day(
    session: AsyncSession, terms: Sequence[Term], *, day: Day, seen_by: Person, fit: Fit
) -> list[Hit]:
    """Visits of that day, as its board has them."""
    query = _of_whom(_visits_of_the_day(day, seen_by), terms, day, fit)
    return await _hits(session, query, day)


async def hits_around(
    session: AsyncSession, terms: Sequence[Term], *, day: Day, seen_by: Person, fit: Fit
) -> list[Hit]:
    """Those, the next visits after that day, and the last before it."""
    visits = [*_visits_of_the_day(day, seen_by), *_visits_around(day, seen_by)]
    return await _hits(session, _of_whom(visits, terms, day, fit), day)


async def hits_of_anybody(
    session: AsyncSession, terms: Sequence[Term], *, day: Day, seen_by: Person, fit: Fit
) -> list[Hit]:
    """The latest and the next visits of those whose words fit best."""
    theirs = col(SearchWord.tenant_id) == seen_by.tenant_id
    if seen_by.is_landlords_receptionist:
        every = select(tenants.c.tenant_id).scalar_subquery()
        theirs = col(SearchWord.tenant_id) == any_(func.array(every))
    owners = owners_of(terms, theirs, fit=fit).subquery("owners")
    before, ahead = col(Visit.starts_at) < day.begins_at, col(Visit.starts_at) >= day.ends_at
    latest, soonest = col(Visit.starts_at).desc(), col(Visit.starts_at)
    parts: list[Any] = [
        select(col(Visit.id).label("visit_id"), col(Visit.starts_at).label("starts_at"))
        .where(whose == owners.c.owner_id, may_see(seen_by), when)
        .order_by(order)
        .limit(most)
        .correlate(owners)
        for whose in (col(Visit.visitor_id), col(Visit.host_id))
        for when, order, most in ((before, latest, LATEST), (ahead, soonest, NEXT))
    ]
    visits = union_all(*(select(part.subquery()) for part in parts)).lateral("theirs")
    query = select(visits, false(), owners.c.best).select_from(owners.join(visits, true()))
    return await _hits(session, query, day)


async def hits_directly(
    session: AsyncSession, asked: Asked, *, day: Day, seen_by: Person
) -> list[Hit]:
    """By what the visit itself holds, its code or its plate."""
    found: list[Hit] = []
    if asked.code is not None:
        has_code = begins(col(Visit.desk_code), asked.code)
        found += await _hits(session, _nearest(has_code, FoundBy.CODE, day, seen_by), day)
    if asked.plate is not None:
        has_plate = and_(col(Visit.plate).is_not(None), begins(_PLATE, asked.plate))
        found += await _hits(session, _nearest(has_plate, FoundBy.PLATE, day, seen_by), day)
    return found


async def _hits(session: AsyncSession, query: Select[Any], day: Day) -> list[Hit]:
    hits = []
    for visit_id, starts_at, is_of_day, best in await session.execute(query):
        closeness, found_by = read_best(best)
        begins_then = day.begins_at <= starts_at < day.ends_at
        hits.append(Hit(visit_id, starts_at, found_by, closeness, is_of_day or begins_then))
    return hits


async def shown(session: AsyncSession, visit_ids: Sequence[UUID]) -> dict[UUID, Shown]:
    """These visits by id; whoever asks has the ids from a search, so may see them."""
    name = func.concat_ws(" ", people.c.given_name, people.c.family_name)
    query = (
        select(Visit, Visitor, name)
        .join(Visitor, col(Visit.visitor_id) == col(Visitor.id))
        .outerjoin(people, people.c.person_id == col(Visit.host_id))
        .where(col(Visit.id).in_(visit_ids))
    )
    rows = await session.execute(query)
    return {row[0].id: Shown(row[0], row[1], row[2] or None) for row in rows}


def _of_whom(
    visits: Sequence[Select[Any]], terms: Sequence[Term], day: Day, fit: Fit
) -> Select[Any]:
    """Those of the visits of whose visitor or host a word fits, for each term."""
    first, *others = the_longest_first(terms)
    those = union(*visits).cte("those").prefix_with("MATERIALIZED")
    whose = union_all(
        *(select(those, each.label("owner_id")) for each in (those.c.visitor_id, those.c.host_id))
    ).cte("whose")
    # Only of the tenants of these visits, by the index: few, where few are seen.
    theirs = func.array(select(those.c.tenant_id).distinct().scalar_subquery())
    near = words_near(first, col(SearchWord.tenant_id) == any_(theirs), fit=fit)
    words = apart(near).subquery("near")
    met = select(whose, *to_be_judged(words)).join(words, words.c.owner_id == whose.c.owner_id)
    found = best_of([judged(met, _OF_VISIT, first, fit=fit)], _OF_VISIT).subquery("found")
    query = select(found.c.id, found.c.starts_at, found.c.is_of_day, found.c.best)
    owners = array([found.c.visitor_id, found.c.host_id])
    for each in others:
        query = query.where(has_word(each, col(SearchWord.owner_id) == any_(owners), fit=fit))
    away = func.abs(func.extract("epoch", found.c.starts_at - day.at))
    return query.order_by(found.c.is_of_day.desc(), found.c.best, away).limit(MOST_OF_DAY)


def _visits_of_the_day(day: Day, seen_by: Person) -> list[Select[Any]]:
    """As the board has them; each part by an index of its own."""
    starts_at = col(Visit.starts_at)
    begins_then = (starts_at >= day.begins_at) & (starts_at < day.ends_at)
    lasts_into = and_(
        text(OVER_NIGHT), col(Visit.ends_at) > day.begins_at, starts_at < day.begins_at
    )
    parts = (begins_then, lasts_into, text(IS_HERE))
    return [_visits(may_see(seen_by), is_of_day=True).where(part) for part in parts]


def _visits_around(day: Day, seen_by: Person) -> list[Select[Any]]:
    """What is to come, by its end, which an index has; and what began last."""
    starts_at, ends_at = col(Visit.starts_at), col(Visit.pass_valid_until)
    to_come = _visits(may_see(seen_by)).where(text(TO_SWEEP), starts_at >= day.ends_at)
    to_come = to_come.where(ends_at > day.ends_at).order_by(ends_at).limit(MOST_TO_COME)
    before = _visits(is_of_their_reception(seen_by)).where(starts_at < day.begins_at)
    before = before.order_by(starts_at.desc()).limit(MOST_BEFORE)
    return [select(to_come.subquery("to_come")), select(before.subquery("before"))]


def _visits(which: ColumnElement[bool], *, is_of_day: bool = False) -> Select[Any]:
    owners = col(Visit.visitor_id), col(Visit.host_id)
    of_day = literal(is_of_day).label("is_of_day")
    query: Any = select(col(Visit.id), col(Visit.starts_at), *owners, of_day, col(Visit.tenant_id))
    visits: Select[Any] = query.where(which)
    return visits


def _nearest(
    which: ColumnElement[bool], found_by: FoundBy, day: Day, seen_by: Person
) -> Select[Any]:
    """Those nearest to now first: a series has one code."""
    best = literal(best_as(Closeness.BEGINS, found_by))
    query: Any = select(col(Visit.id), col(Visit.starts_at), false(), best)
    away = func.abs(func.extract("epoch", col(Visit.starts_at) - day.at))
    nearest: Select[Any] = query.where(which, may_see(seen_by)).order_by(away).limit(MOST_OWNERS)
    return nearest
