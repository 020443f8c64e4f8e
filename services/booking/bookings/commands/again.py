"""Telling the latest facts of all bookings once more."""

from datetime import datetime

from services.booking.bookings import store
from services.booking.bookings.domain import Standing
from shared.database import Database
from shared.events.booking import BookingCheckedIn, BookingConfirmed
from shared.messaging.retelling import Retelling

BATCH = 200


async def tell_bookings_again(database: Database, retelling: Retelling, *, at: datetime) -> None:
    """The latest facts of every booking that holds a room, in batches."""
    last = None
    while True:
        async with database.transaction() as session:
            found = await store.live_bookings(session, after=last, ends_after=at, limit=BATCH)
            for booking in found:
                is_here = booking.status == Standing.CHECKED_IN
                event = BookingCheckedIn if is_here else BookingConfirmed
                retelling.tell(session, event(booking=booking.facts()))
        if not found:
            return
        last = found[-1].id
