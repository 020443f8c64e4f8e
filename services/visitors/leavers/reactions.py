"""When somebody is delisted: the visits to them are let go of by steps, and access is answered."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.inbox import inbox, timers
from services.visitors.leavers import commands
from shared import directory
from shared.events.directory import PersonDelisted
from shared.leaving import LEAVING, Leaver, leaver_not_answered_for, let_go, note_leaver


@inbox.on(PersonDelisted)
async def let_go_of_the_leavers_visits(event: PersonDelisted, session: AsyncSession) -> None:
    """Older news of them has no effect."""
    if await directory.learn_person(session, event):
        leaver = await note_leaver(session, event.person, left_at=event.heard.time)
        await _step(session, leaver, at=event.heard.time)


@timers.on(LEAVING)
async def go_on_with_the_leavers_visits(key: str, session: AsyncSession, at: datetime) -> None:
    leaver = await leaver_not_answered_for(session, UUID(key))
    if leaver is not None:
        await _step(session, leaver, at=at)


async def _step(session: AsyncSession, leaver: Leaver, *, at: datetime) -> None:
    await let_go(session, leaver, work=commands.let_go_of_visits, answer=commands.answer, at=at)
