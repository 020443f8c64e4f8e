"""Clearing a room that is closed, or no room any more, of the bookings that it was to have."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings import store
from services.booking.bookings.domain import Standing, decline, lose_room
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
    for booking in found:
        if booking.status == Standing.REQUESTED:
            decline(booking, by=by, note=None, at=at)
        else:
            announce(session, lose_room(booking, at=at))
    cleared = [booking.id for booking in found]
    await give_back(session, *cleared)
    return cleared
