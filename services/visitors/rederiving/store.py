"""Looks up the visits still to come that follow no booking."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Result, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.visitors.rederiving.domain import Kept
from services.visitors.visitors.domain import Visitor
from services.visitors.visits.domain import UNANNOUNCED, Visit
from services.visitors.visits.store import lock_visits_of_series, locked
from shared.events.visits import VisitStatus

_A_WHILE = text("SET LOCAL lock_timeout = '2s'")
TO_COME = (*UNANNOUNCED, VisitStatus.EXPECTED)


async def kept_times(
    session: AsyncSession, *, at: datetime, after: UUID, limit: int
) -> Sequence[Kept]:
    """By id from there on."""
    rows: Result[Any] = await session.execute(
        select(
            col(Visit.id).label("visit_id"),
            col(Visit.series_id),
            col(Visit.starts_at),
            col(Visit.ends_at),
            col(Visit.starts_wall),
            col(Visit.ends_wall),
            col(Visit.timezone),
        )
        .where(*_are_to_come(at), col(Visit.id) > after)
        .order_by(col(Visit.id))
        .limit(limit)
    )
    return [Kept(**row._mapping) for row in rows]


async def visits_to_come(
    session: AsyncSession, visit_ids: Collection[UUID], *, series_id: UUID | None, at: datetime
) -> list[tuple[Visit, Visitor]]:
    """Those of them that are still to come, locked; of a series all others with them."""
    await session.execute(_A_WHILE)
    if series_id is not None:
        await lock_visits_of_series(session, series_id)
    these = select(Visit).where(*_are_to_come(at), col(Visit.id).in_(visit_ids))
    return await locked(session, these.order_by(col(Visit.id)))


def _are_to_come(at: datetime) -> tuple[ColumnElement[bool], ...]:
    is_ahead = col(Visit.starts_at) > at
    return is_ahead, col(Visit.status).in_(TO_COME), col(Visit.booking_id).is_(None)
