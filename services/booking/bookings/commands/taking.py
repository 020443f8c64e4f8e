"""Taking a room for bookings that are there already: held first, then judged by what stands."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings.domain import Booking
from services.booking.claims.store import claim
from services.booking.rooms import store as rooms
from services.booking.rooms.domain import Catalogue
from shared.identity.listed import Person


async def take_rooms(
    session: AsyncSession, *bookings: Booking, known: Catalogue, by: Person | None, at: datetime
) -> None:
    """Each holds the room it is in now, all or none. Raises `RoomTaken`.

    Who closes a room, or changes what it asks, queues at its spaces too: what was decided by an
    older catalogue is decided again once they are held. `by` nobody: nobody overrides a closure.
    """
    while True:
        found = [(booking, known.known(booking.room_id)) for booking in bookings]
        await claim(session, *(booking.wanted(room) for booking, room in found), at=at)
        if await rooms.still_stands(session, known):
            return
        known = await rooms.catalogue(session)
        for booking in bookings:
            known.known(booking.room_id).must_take(
                booking.window, people=booking.people, layout=booking.layout, by=by
            )
