"""Looks up what was typed, and shows what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.names.domain import FoundBy
from services.visitors.names.matching import read_best
from services.visitors.names.terms import Closeness, Term
from services.visitors.names.ways import AFTER_ALL, Fit, ways_of
from services.visitors.search.domain import Asked
from services.visitors.search.store import statements
from services.visitors.visitors.domain import Visitor
from services.visitors.visits.domain import Visit
from shared.identity.listed import Person


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
    ways = ways_of(terms, fit=fit)
    return await _hits(session, statements.of_the_day, day=day, seen_by=seen_by, ways=ways)


async def hits_around(
    session: AsyncSession, terms: Sequence[Term], *, day: Day, seen_by: Person, fit: Fit
) -> list[Hit]:
    """Those, the next visits after that day, and the last before it."""
    ways = ways_of(terms, fit=fit)
    return await _hits(session, statements.around, day=day, seen_by=seen_by, ways=ways)


async def hits_of_anybody(
    session: AsyncSession, terms: Sequence[Term], *, day: Day, seen_by: Person, fit: Fit
) -> list[Hit]:
    """The latest and the next visits of those whose words fit best."""
    ways = ways_of(terms, fit=fit)
    return await _hits(session, statements.of_anybody, day=day, seen_by=seen_by, ways=ways)


async def hits_directly(
    session: AsyncSession, asked: Asked, *, day: Day, seen_by: Person
) -> list[Hit]:
    """By what the visit itself holds, its code or its plate."""
    return [
        hit
        for look, sign in ((statements.by_code, asked.code), (statements.by_plate, asked.plate))
        if sign is not None
        for hit in await _hits(
            session, look, day=day, seen_by=seen_by, low=sign, high=sign + AFTER_ALL
        )
    ]


async def _hits(
    session: AsyncSession, look: statements.Look, *, day: Day, seen_by: Person, **typed: Any
) -> list[Hit]:
    query = statements.statement(look, seen_by=seen_by)
    values = typed | vars(day) | statements.given(seen_by)
    hits = []
    for visit_id, starts_at, is_of_day, best in await session.execute(query, values):
        closeness, found_by = read_best(best)
        begins_then = day.begins_at <= starts_at < day.ends_at
        hits.append(Hit(visit_id, starts_at, found_by, closeness, is_of_day or begins_then))
    return hits


async def shown(session: AsyncSession, visit_ids: Sequence[UUID]) -> dict[UUID, Shown]:
    """These visits by id; whoever asks has the ids from a search, so may see them."""
    rows = await session.execute(statements.SHOWN, {"visit_ids": visit_ids})
    return {row[0].id: Shown(row[0], row[1], row[2] or None) for row in rows}
