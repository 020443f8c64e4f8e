"""Looks up series; whoever sees one of its visits sees the series."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.visitors.series.domain import NoSuchSeries
from services.visitors.visitors.domain import Visitor
from services.visitors.visits.domain import Visit, VisitSeries
from services.visitors.visits.store import (
    keep_tenants_zones,
    may_see,
    needs_a_host,
    series_of_visit,
    visits_of_series,
)
from shared.directory import people
from shared.identity.listed import Person

Pairs = Sequence[tuple[Visit, Visitor]]


async def series(session: AsyncSession, series_id: UUID, *, seen_by: Person) -> VisitSeries:
    """Raises `NoSuchSeries`, also for what is not theirs to see."""
    theirs = exists().where(col(Visit.series_id) == series_id, may_see(seen_by))
    found = await session.scalar(
        select(VisitSeries).where(col(VisitSeries.id) == series_id, theirs)
    )
    if found is None:
        raise NoSuchSeries
    return found


async def locked(
    session: AsyncSession, series_id: UUID, *, seen_by: Person
) -> tuple[VisitSeries, Pairs]:
    """The series and all its visits, locked: the visits first, as whoever changes one does; and
    before them the zones of its tenant, as they may be asked for.

    Raises `NoSuchSeries`.
    """
    found = await series(session, series_id, seen_by=seen_by)
    await keep_tenants_zones(session, found.tenant_id)
    visits = await visits_of_series(session, series_id, lock=True)
    return await series_of_visit(session, series_id), visits


async def days_of(session: AsyncSession, series_id: UUID, *, seen_by: Person) -> Sequence[Visit]:
    """Those of its visits that are theirs to see, as the rule has them; as many as may be."""
    found = await session.scalars(
        select(Visit)
        .where(col(Visit.series_id) == series_id, may_see(seen_by))
        .order_by(col(Visit.recurrence_wall))
    )
    return found.all()


async def hosts_who_left(session: AsyncSession, visits: Sequence[Visit]) -> set[UUID]:
    """The hosts of these visits who are with their tenant no more."""
    hosts = {visit.host_id for visit in visits}
    gone = select(people.c.person_id).where(people.c.person_id.in_(hosts), ~people.c.is_listed)
    return set(await session.scalars(gone))


async def all_series(
    session: AsyncSession,
    me: Person,
    *,
    needs_host: bool | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[VisitSeries]:
    """Those they see, in the order they were made; one more than `limit` if there is."""
    theirs = exists().where(col(Visit.series_id) == col(VisitSeries.id), may_see(me))
    query = select(VisitSeries).where(theirs)
    if needs_host is not None:
        without = theirs.where(needs_a_host())
        query = query.where(without if needs_host else ~without)
    if after is not None:
        at, series_id = after
        is_later = (col(VisitSeries.created_at) > at) | (
            (col(VisitSeries.created_at) == at) & (col(VisitSeries.id) > series_id)
        )
        query = query.where(is_later)
    query = query.order_by(col(VisitSeries.created_at), col(VisitSeries.id)).limit(limit + 1)
    return (await session.scalars(query)).all()
