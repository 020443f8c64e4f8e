"""Telling the latest facts of all bookings once more."""

from datetime import datetime

from services.booking.bookings import store
from services.booking.bookings.domain import Standing
from shared.database import Database
from shared.events.booking import BookingCheckedIn, BookingConfirmed
from shared.messaging.outbox import announce_again

BATCH = 200


async def announce_bookings_again(database: Database, *, at: datetime) -> int:
    """The latest facts of every booking that holds a room, in batches; how many there were."""
    count, last = 0, None
    while True:
        async with database.transaction() as session:
            found = await store.live_bookings(session, after=last, ends_after=at, limit=BATCH)
            for booking in found:
                is_here = booking.status == Standing.CHECKED_IN
                event = BookingCheckedIn if is_here else BookingConfirmed
                announce_again(session, event(booking=booking.facts()))
        if not found:
            return count
        count, last = count + len(found), found[-1].id
