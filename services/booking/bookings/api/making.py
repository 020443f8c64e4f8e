"""Making a booking over HTTP."""

from datetime import datetime

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings.alternatives import RoomTakenProblem, tell_alternatives
from services.booking.bookings.commands import making
from services.booking.bookings.domain import Booking
from services.booking.bookings.domain.offers import OFFER_KEY
from services.booking.bookings.new import NewBooking
from services.booking.bookings.views import BookingView, booking_view
from services.booking.claims.domain import RoomTaken
from services.booking.links import link_of_booking
from services.booking.settings import ItsSettings
from shared.identity.listed import Person
from shared.web import Me, Now, Once, Session, etag_of

router = APIRouter(tags=["bookings"])


@router.post(
    "/bookings",
    status_code=201,
    response_model=BookingView,
    responses={409: {"model": RoomTakenProblem, "description": "It cannot be had as things are."}},
)
async def book_room(
    new: NewBooking, session: Session, me: Me, now: Now, once: Once, settings: ItsSettings
) -> Response:
    """Book a room, and invite people: whoever the park's directory knows as persons, others as
    guests, who are invited to the park for it.

    Name the room (`room_id`) or have any that fits (`any`), from `starts_at` to `ends_at`, from
    `starts_wall` to `ends_wall` by the clock on the wall, or now for some `minutes`. A room that
    needs somebody's approval answers with a booking that is `requested`, which holds nothing yet. A
    room that is taken answers with `alternatives`; the `token` of one books it. What you hold is
    booked by its `hold_id`."""

    async def work() -> tuple[BaseModel, str]:
        booking = await _booked(session, new, by=me, at=now, timezone=settings.timezone)
        link = link_of_booking(session, booking.id)
        view = booking_view(booking, visits={}, viewer=me, at=now, link=link)
        return view, etag_of(booking.version)

    return await once(work)


async def _booked(
    session: AsyncSession, new: NewBooking, *, by: Person, at: datetime, timezone: str
) -> Booking:
    if new.hold_id is not None:
        return await making.book_held(session, new.hold_id, by=by, at=at, **new.particulars())
    if new.token is not None:
        asked = making.offered(new.token, by=by, at=at, keys=session.info[OFFER_KEY].keys)
    else:
        asked = new.asked(timezone=timezone, at=at)
    try:
        return await making.book(session, asked, by=by, at=at)
    except RoomTaken as taken:
        await tell_alternatives(session, taken, asked, by=by, at=at)
        raise
