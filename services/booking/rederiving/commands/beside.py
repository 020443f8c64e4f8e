"""Closures, and what people wait for, follow their wall times as bookings do.

One rule: nobody is in their way, so all of them move; whoever is changing one, or booking a room
that closes, comes first.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.closures.commands import closed_by
from services.booking.closures.store import NoSuchClosure, closure
from services.booking.rederiving import store
from services.booking.rederiving.domain import closure_meant, wish_meant
from services.booking.rooms.store import hold_spaces
from shared.database import Busy, Database

ROUNDS = 3
Move = Callable[[AsyncSession, UUID], Awaitable[None]]


@dataclass(frozen=True)
class Beside:
    """How many closures and wishes have moved, or would; and how many are still to."""

    closures: int
    wishes: int
    left: int = 0


async def follow_beside(database: Database, *, at: datetime, is_dry_run: bool = False) -> Beside:
    """Each in a transaction of its own, so that it may be broken off and run again."""
    async with database.transaction() as session:
        closures = await store.closures_to_move(session, at=at)
        wishes = await store.wishes_to_move(session, at=at)
    if is_dry_run:
        return Beside(len(closures), len(wishes))

    async def close(session: AsyncSession, closure_id: UUID) -> None:
        await _move_closure(session, closure_id, at=at)

    async def wish(session: AsyncSession, waiting_id: UUID) -> None:
        await _move_wish(session, waiting_id, at=at)

    still_closures = await _moved(database, closures, close)
    still_wishes = await _moved(database, wishes, wish)
    return Beside(
        len(closures) - still_closures, len(wishes) - still_wishes, still_closures + still_wishes
    )


async def _moved(database: Database, ids: Sequence[UUID], move: Move) -> int:
    """Moves all of them; how many others were at each time."""
    left = list(ids)
    for _ in range(ROUNDS):
        again, left = left, []
        for each in again:
            try:
                async with database.transaction() as session:
                    await move(session, each)
            except Busy:
                left.append(each)
    return len(left)


async def _move_closure(session: AsyncSession, closure_id: UUID, *, at: datetime) -> None:
    """Whoever claims a space of it comes first, or sees that the rules have changed."""
    try:
        found = await closure(session, closure_id, lock=True)
    except NoSuchClosure:  # it was lifted meanwhile
        return
    found.starts_at, found.ends_at = closure_meant(found, at=at)
    await session.flush()
    within = await closed_by(session, found)
    await hold_spaces(session, room_ids=within.room_ids)


async def _move_wish(session: AsyncSession, waiting_id: UUID, *, at: datetime) -> None:
    for waiting in await store.wish_held(session, waiting_id, at=at):
        waiting.starts_at, waiting.ends_at = wish_meant(waiting)
