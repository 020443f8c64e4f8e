"""A booking for which nobody comes is given up, so that others find the room free.

One rule: whoever has come, by a door, by hand or as a guest, keeps the room; and what is given up
is not taken back, since others may have it by now.
"""

from services.booking.bookings.domain.booking import Booking
from services.booking.bookings.domain.kept import Standing
from shared.events.booking import BookingReason, BookingReleased
from shared.events.visits import VisitStatus

HAS_COME = frozenset(
    {
        VisitStatus.ARRIVED,
        VisitStatus.CHECKED_IN,
        VisitStatus.ON_BREAK,
        VisitStatus.CHECKED_OUT,
        VisitStatus.LEFT_UNSEEN,
    }
)
"""A guest who stands so has been here."""


def release(booking: Booking) -> BookingReleased:
    """Nobody came in time. Whoever looks for such bookings looks only for confirmed ones."""
    assert booking.status == Standing.CONFIRMED
    booking.status, booking.reason = Standing.RELEASED, BookingReason.NO_SHOW
    booking.version += 1
    return BookingReleased(booking=booking.facts())
