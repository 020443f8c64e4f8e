"""When somebody is delisted: their bookings are let go of, step by step, and access is answered."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.inbox import inbox, timers
from services.booking.leavers import commands
from shared import directory
from shared.events.directory import PersonDelisted
from shared.leaving import LEAVING, Leaver, leaver_not_answered_for, let_go, note_leaver


@inbox.on(PersonDelisted)
async def let_go_of_the_leavers_bookings(event: PersonDelisted, session: AsyncSession) -> None:
    """Older news of them has no effect."""
    if await directory.learn_person(session, event):
        leaver = await note_leaver(session, event.person, left_at=event.heard.time)
        await _step(session, leaver, at=event.heard.time)


@timers.on(LEAVING)
async def go_on_with_the_leavers_bookings(key: str, session: AsyncSession, at: datetime) -> None:
    leaver = await leaver_not_answered_for(session, UUID(key))
    if leaver is not None:
        await _step(session, leaver, at=at)


async def _step(session: AsyncSession, leaver: Leaver, *, at: datetime) -> None:
    await let_go(session, leaver, work=commands.let_go_of_bookings, answer=commands.answer, at=at)
