"""Every table of booking, for migrations: importing a slice's domain declares its tables."""

from services.booking.bookings import domain as bookings
from services.booking.claims import domain as claims
from services.booking.database import metadata
from services.booking.feeds import domain as feeds
from services.booking.rooms import domain as rooms
from services.booking.rooms import watched
from services.booking.series import domain as series
from services.booking.waiting import domain as waiting

SLICES = (bookings, claims, feeds, rooms, series, waiting, watched)

__all__ = ["SLICES", "metadata"]
