"""The visits to a leaver that are not over."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.visitors.visitors.domain import Visitor
from services.visitors.visits.domain import STEPS, Step, Visit
from services.visitors.visits.store import locked

MOVABLE = [status for step, status in STEPS if step is Step.CHANGE_HOST]
"""A visit that may get another host."""


async def visits_to(
    session: AsyncSession, host_id: UUID, *, limit: int
) -> Sequence[tuple[Visit, Visitor]]:
    """By id, locked."""
    query = select(Visit).where(*_to(host_id)).order_by(col(Visit.id)).limit(limit)
    return await locked(session, query)


async def count_visits_to(session: AsyncSession, host_id: UUID) -> int:
    found = await session.scalar(select(func.count()).select_from(Visit).where(*_to(host_id)))
    return found or 0


def _to(host_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return col(Visit.host_id) == host_id, col(Visit.status).in_(MOVABLE)
