"""What can be looked up about the pulses of controllers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.access.controllers.domain import Controller
from services.access.decisions.records import Decision
from services.access.heartbeats.domain import Pulse
from shared.messaging.outbox import driver_in_transaction

_ZONES_BEHIND = """
SELECT controller_id, array_agg(DISTINCT zone_id ORDER BY zone_id) AS zone_ids
FROM doors, unnest(ARRAY[from_zone_id, to_zone_id]) AS zone_id
WHERE controller_id = ANY ($1) AND zone_id IS NOT NULL GROUP BY controller_id
"""


async def pulse(session: AsyncSession, controller_id: UUID, *, at: datetime) -> Pulse:
    """Of a controller that is there, locked; its first sign of life makes it."""
    first = insert(Pulse).values(controller_id=controller_id, heard_at=at, zone_ids=[])
    await session.execute(first.on_conflict_do_nothing())
    return await session.get_one(Pulse, controller_id, with_for_update=True)


async def overdue(
    session: AsyncSession, *, before: datetime, limit: int
) -> list[tuple[Pulse, datetime | None]]:
    """Those whose last heartbeat is older, with when they asked for a decision last; locked, but
    for those that are just being heard. Who is not known to be silent comes first.
    """
    last_read = (
        select(col(Decision.decided_at))
        .where(col(Decision.controller_id) == col(Pulse.controller_id))
        .where(col(Decision.sequence).is_not(None))
        .order_by(col(Decision.epoch).desc(), col(Decision.sequence).desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(Pulse, last_read)
        .where(col(Pulse.heard_at) <= before)
        .order_by(col(Pulse.silent_since).is_not(None), col(Pulse.heard_at))
        .limit(limit)
        .with_for_update(of=Pulse, skip_locked=True)
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def silent(session: AsyncSession) -> Sequence[Pulse]:
    """Those that have fallen silent, locked."""
    query = select(Pulse).where(col(Pulse.silent_since).is_not(None))
    return (await session.scalars(query.with_for_update())).all()


async def count_silent(session: AsyncSession) -> int:
    """How many have fallen silent."""
    query = select(func.count()).where(col(Pulse.silent_since).is_not(None))
    return await session.scalar(query) or 0


async def zones_behind(
    session: AsyncSession, controller_ids: Sequence[UUID]
) -> dict[UUID, list[UUID]]:
    """Into which zones the doors of each controller lead, from either side, by id."""
    connection = await driver_in_transaction(session)
    found = await connection.fetch(_ZONES_BEHIND, list(controller_ids))
    return {row["controller_id"]: row["zone_ids"] for row in found}


async def pulses(
    session: AsyncSession,
    *,
    is_silent: bool | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[tuple[Pulse, Controller]]:
    """Who was heard longest ago comes first; all, or only those that are (not) silent."""
    order = (col(Pulse.heard_at), col(Pulse.controller_id))
    query = (
        select(Pulse, Controller)
        .join(Controller, col(Controller.controller_id) == col(Pulse.controller_id))
        .order_by(*order)
        .limit(limit)
    )
    if is_silent is not None:
        since = col(Pulse.silent_since)
        query = query.where(since.is_not(None) if is_silent else since.is_(None))
    if after is not None:
        query = query.where(tuple_(*order) > after)
    return [(row[0], row[1]) for row in await session.execute(query)]
