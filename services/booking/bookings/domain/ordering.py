"""Ordering extras for a booking that is there already."""

from collections.abc import Sequence
from datetime import datetime

from services.booking.bookings.domain.booking import Booking
from services.booking.bookings.domain.extras import Extra, must_be_offered
from services.booking.bookings.domain.refusals import AlreadyStarted
from services.booking.rooms.domain import BookableRoom


def order_extras(
    booking: Booking, extras: Sequence[Extra], *, room: BookableRoom, at: datetime
) -> None:
    """These, and nothing else. Nobody outside is told: those who prepare look it up."""
    booking.must_stand(at=at)
    if at >= booking.starts_at:
        raise AlreadyStarted
    must_be_offered(
        extras, offered=room.extras, starts_at=booking.starts_at, at=at, ordered=booking.ordered
    )
    booking.extras = [extra.kept() for extra in extras]
    booking.version += 1
