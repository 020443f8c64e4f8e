"""What can be looked up and written of bookings."""

from services.booking.bookings.store.bookings import (
    NoSuchBooking,
    booking,
    bookings_named,
    bookings_of,
    live_bookings,
    lock_in_order,
    write_new,
)
from services.booking.bookings.store.guest_visits import learn_visit, visits_of_guests
from services.booking.bookings.store.people import held_listed, is_held_listed

__all__ = [
    "NoSuchBooking",
    "booking",
    "bookings_named",
    "bookings_of",
    "held_listed",
    "is_held_listed",
    "learn_visit",
    "live_bookings",
    "lock_in_order",
    "visits_of_guests",
    "write_new",
]
