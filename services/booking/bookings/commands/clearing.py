"""Clearing a room that is closed, or no room any more, of the bookings that it was to have."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings import store
from services.booking.bookings.domain import Booking, Standing, decline, lose_room
from services.booking.claims.store import give_back
from services.booking.rooms import store as rooms
from shared.identity.listed import Person
from shared.messaging.outbox import announce

AT_ONCE = 500


async def clear_room(
    session: AsyncSession,
    room_id: UUID,
    *,
    between: tuple[datetime, datetime],
    by: Person,
    at: datetime,
) -> list[UUID]:
    """The bookings that meet this time and are not over, cancelled, and the open requests,
    declined; `AT_ONCE` at most.

    Raises `NoSuchRoom`; a room that was taken out is one still.
    """
    room = (await rooms.catalogue(session)).known(room_id)
    not_over = (max(between[0], at), between[1])
    found = await store.bookings_in_room(
        session, room.room_id, between=not_over, at=at, limit=AT_ONCE
    )
    await clear(session, found, by=by, at=at)
    return [booking.id for booking in found]


async def clear(
    session: AsyncSession,
    found: Sequence[Booking],
    *,
    by: Person,
    note: str | None = None,
    at: datetime,
) -> None:
    """Locked bookings, cancelled, and open requests, declined with a note; nothing is held."""
    for booking in found:
        if booking.status == Standing.REQUESTED:
            decline(booking, by=by, note=note, at=at)
        else:
            announce(session, lose_room(booking, at=at))
    await give_back(session, *(booking.id for booking in found))
