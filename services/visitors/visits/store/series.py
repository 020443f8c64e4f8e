"""Looks up the visits of a series, together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.visitors.visitors.domain import Visitor
from services.visitors.visits.domain import OVER, Visit, VisitSeries
from shared.events.visits import HERE


async def series_of_visit(session: AsyncSession, series_id: UUID) -> VisitSeries:
    """The series, locked; who asks has it from a visit. Visits are locked before it."""
    return await session.get_one(
        VisitSeries, series_id, with_for_update=True, populate_existing=True
    )


async def visits_of_series(
    session: AsyncSession, series_id: UUID, *, lock: bool = False
) -> Sequence[tuple[Visit, Visitor]]:
    """All of them, as the rule has them; as many as a series may have."""
    query = (
        select(Visit, Visitor)
        .join(Visitor, col(Visit.visitor_id) == col(Visitor.id))
        .where(col(Visit.series_id) == series_id)
        .execution_options(populate_existing=True)
    )
    if lock:
        await lock_visits_of_series(session, series_id)
    rows = await session.execute(query.order_by(col(Visit.recurrence_wall)))
    return [(row[0], row[1]) for row in rows]


async def first_of_series(session: AsyncSession, series_id: UUID) -> UUID:
    """The visit under which the notices of the series are kept."""
    query = select(col(Visit.id)).where(col(Visit.series_id) == series_id)
    return (await session.scalars(query.order_by(col(Visit.recurrence_wall)).limit(1))).one()


async def lock_visits_of_series(session: AsyncSession, series_id: UUID) -> None:
    """All of them, always in the same order."""
    query = select(col(Visit.id)).where(col(Visit.series_id) == series_id)
    await session.execute(query.order_by(col(Visit.id)).with_for_update())


def meant_at(at: datetime) -> tuple[ColumnElement[Any], ...]:
    """The order of visits that share a pass, the one meant first; as the doors see it: the one of
    now, the one whose visitor has not left, today's though it is over, the next, the last.
    """
    is_now = and_(col(Visit.pass_valid_from) <= at, at < col(Visit.pass_valid_until))
    is_over, is_here = col(Visit.status).in_(OVER), col(Visit.status).in_(HERE)
    place = case(
        (and_(is_now, is_here), 0),
        (and_(is_now, ~is_over), 1),
        (is_here, 2),
        (is_now, 3),
        (or_(is_over, col(Visit.pass_valid_until) <= at), 5),
        else_=4,
    )
    after = func.abs(func.extract("epoch", col(Visit.pass_valid_until) - at))
    return place, after, literal_column("visits.id")
