"""What hangs on a zone, across the slices."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.access.evacuations.domain import ControllerInput, Evacuation
from services.access.lockdowns.domain import Lockdown
from services.access.rights.domain import Right, RightStatus


async def has_live_rights(session: AsyncSession, zone_id: UUID, *, at: datetime) -> bool:
    """Whether a right on the zone counts now or later; one on an access point needs a door."""
    live = exists().where(
        col(Right.zone_id) == zone_id,
        col(Right.status) == RightStatus.GRANTED,
        col(Right.ended_at).is_(None),
        or_(col(Right.valid_until).is_(None), col(Right.valid_until) > at),
    )
    return bool(await session.scalar(select(live)))


async def has_inputs(session: AsyncSession, zone_id: UUID) -> bool:
    return bool(
        await session.scalar(select(exists().where(col(ControllerInput.zone_id) == zone_id)))
    )


async def is_in_emergency(session: AsyncSession, zone_id: UUID) -> bool:
    """Whether a lockdown or an evacuation of just this zone stands."""
    locked = exists().where(col(Lockdown.zone_id) == zone_id, col(Lockdown.ended_at).is_(None))
    evacuated = exists().where(
        col(Evacuation.zone_id) == zone_id, col(Evacuation.ended_at).is_(None)
    )
    return bool(await session.scalar(select(or_(locked, evacuated))))
