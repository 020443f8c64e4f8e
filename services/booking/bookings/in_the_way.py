"""What whoever decides is told of a room that is taken: by what, as far as they may know it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings import store
from services.booking.bookings.domain import Booking
from services.booking.bookings.views import BookingView, booking_view
from services.booking.claims.domain import RoomTaken
from services.booking.links import link_of_booking
from services.booking.rooms import store as rooms
from services.booking.times import Times, times
from shared.identity.listed import Person
from shared.web.problems import Problem

AT_MOST = 5


class InTheWayView(Times):
    """From when to when the room is held, or a part of it, buffers included."""

    booking: BookingView | None
    """Null where it is not yours to look up."""


class NotFreeProblem(Problem):
    """A refusal; of a room that is taken, with up to five that hold it."""

    in_the_way: list[InTheWayView] | None = None


async def tell_what_is_in_the_way(
    session: AsyncSession, taken: RoomTaken, booking: Booking, *, by: Person, at: datetime
) -> None:
    """Has the refusal say what holds the room of this booking."""
    room = (await rooms.catalogue(session)).known(booking.room_id)
    with session.no_autoflush:  # the booking was decided, and is not any more
        found = await store.in_the_way(session, booking.wanted(room), at=at, limit=AT_MOST)
        there = await store.bookings_shown(session, [each.booking_id for each in found], to=by)
    shown = {
        each.id: booking_view(
            each, visits={}, viewer=by, at=at, link=link_of_booking(session, each.id)
        )
        for each in there
    }
    views = [
        InTheWayView(
            **times((each.starts_at, each.ends_at), timezone=booking.timezone).model_dump(),
            booking=shown.get(each.booking_id),
        )
        for each in found
    ]
    taken.members = {"in_the_way": [view.model_dump(mode="json") for view in views]}
