"""What can be looked up and written of bookings; `claims` is the one door to a room's spaces."""

from services.booking.bookings.store.bookings import (
    NoSuchBooking,
    booking,
    bookings_named,
    bookings_of,
    live_bookings,
    write_new,
)
from services.booking.bookings.store.claims import claim, give_back, shorten_claims
from services.booking.bookings.store.guest_visits import learn_visit, visits_of_guests
from services.booking.bookings.store.people import is_held_listed

__all__ = [
    "NoSuchBooking",
    "booking",
    "bookings_named",
    "bookings_of",
    "claim",
    "give_back",
    "is_held_listed",
    "learn_visit",
    "live_bookings",
    "shorten_claims",
    "visits_of_guests",
    "write_new",
]
