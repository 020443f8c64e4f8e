"""What can be looked up and written of bookings."""

from services.booking.bookings.store.bookings import (
    NoSuchBooking,
    booking,
    bookings_in_room,
    bookings_named,
    live_bookings,
    lock_in_order,
)
from services.booking.bookings.store.changes import (
    changed_since,
    forget_changes,
)
from services.booking.bookings.store.extras import OrderedExtra, extras_ordered
from services.booking.bookings.store.guest_visits import (
    end_visits,
    learn_visit,
    let_visit_go,
    visits_of_guests,
)
from services.booking.bookings.store.held import bookings_shown, in_the_way
from services.booking.bookings.store.holds import (
    HOLD_ENDS,
    count_holds,
    hold,
    hold_to_end,
    holds_of,
    offers_of,
)
from services.booking.bookings.store.mine import bookings_of, those_of
from services.booking.bookings.store.new import write_new
from services.booking.bookings.store.offers import is_offer_used
from services.booking.bookings.store.people import (
    absent,
    held_listed,
    is_held_alone,
    is_held_listed,
)
from services.booking.bookings.store.releasing import bookings_nobody_came_for
from services.booking.bookings.store.requests import (
    count_requests_to_decide,
    requests_to_decide,
    waits_for,
)

__all__ = [
    "HOLD_ENDS",
    "NoSuchBooking",
    "OrderedExtra",
    "absent",
    "booking",
    "bookings_in_room",
    "bookings_named",
    "bookings_nobody_came_for",
    "bookings_of",
    "bookings_shown",
    "changed_since",
    "count_holds",
    "count_requests_to_decide",
    "end_visits",
    "extras_ordered",
    "forget_changes",
    "held_listed",
    "hold",
    "hold_to_end",
    "holds_of",
    "in_the_way",
    "is_held_alone",
    "is_held_listed",
    "is_offer_used",
    "learn_visit",
    "let_visit_go",
    "live_bookings",
    "lock_in_order",
    "offers_of",
    "requests_to_decide",
    "those_of",
    "visits_of_guests",
    "waits_for",
    "write_new",
]
