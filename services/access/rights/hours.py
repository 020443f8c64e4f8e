"""Which schedules are open, as rights and ceilings ask it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.schedules import store as schedules
from services.access.terms import IsOpen


async def opening_hours(session: AsyncSession, schedule_ids: Collection[UUID]) -> IsOpen:
    """Whether one of these schedules is open at an instant. One that is not kept never is."""
    known = await schedules.hours_of(session, schedule_ids)
    days = await schedules.days_that_count(session) if known else None

    def is_open(schedule_id: UUID, at: datetime) -> bool:
        hours = known.get(schedule_id)
        return hours is not None and days is not None and hours.counts_at(at, days=days)

    return is_open
