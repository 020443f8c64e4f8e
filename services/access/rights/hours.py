"""Which schedules are open, as rights and ceilings ask it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.terms import IsOpen


async def opening_hours(session: AsyncSession) -> IsOpen:
    """Whether a schedule is open at an instant. None is kept yet, and one that is not known never
    is open.
    """

    def is_open(schedule_id: UUID, at: datetime) -> bool:
        return False

    return is_open
