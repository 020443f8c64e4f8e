"""Holds as rows, each seen by its holder alone."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.booking.bookings.domain.holds import AT_MOST, Hold, NoSuchHold
from shared.identity.listed import Person

HOLD_ENDS = "hold.ends"
"""The timer that tidies a hold away; nothing depends on it."""


async def hold(session: AsyncSession, hold_id: UUID, *, of: Person, lock: bool = False) -> Hold:
    """Raises `NoSuchHold`, also where it is somebody else's."""
    query = select(Hold).where(col(Hold.booking_id) == hold_id, col(Hold.person_id) == of.person_id)
    found = await session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NoSuchHold
    return found


async def holds_of(session: AsyncSession, person: Person, *, at: datetime) -> list[Hold]:
    """The rooms that somebody holds at that time, the first to expire first; a few at most."""
    theirs = (col(Hold.person_id) == person.person_id, col(Hold.expires_at) > at)
    query = select(Hold).where(*theirs).order_by(col(Hold.expires_at), col(Hold.booking_id))
    return list(await session.scalars(query.limit(AT_MOST)))


async def offers_of(
    session: AsyncSession, person: Person, *, at: datetime, among: Sequence[UUID] | None = None
) -> list[Hold]:
    """What the waiting list keeps for somebody; with `among` only of these ids."""
    held = await holds_of(session, person, at=at)
    return [
        each
        for each in held
        if each.waiting_id is not None and (among is None or each.booking_id in among)
    ]


async def hold_to_end(session: AsyncSession, hold_id: UUID) -> Hold | None:
    """Whosever it is, locked; None where it was booked or let go meanwhile."""
    return await session.get(Hold, hold_id, with_for_update=True)


async def count_holds(session: AsyncSession, person: Person, *, at: datetime) -> int:
    """How many rooms somebody holds at that time."""
    theirs = (col(Hold.person_id) == person.person_id, col(Hold.expires_at) > at)
    return await session.scalar(select(func.count()).select_from(Hold).where(*theirs)) or 0
