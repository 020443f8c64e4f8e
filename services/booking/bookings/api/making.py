"""Making a booking over HTTP."""

from fastapi import APIRouter, Response
from pydantic import BaseModel

from services.booking.bookings.commands import making
from services.booking.bookings.requests import NewBooking
from services.booking.bookings.views import BookingView, booking_view
from services.booking.links import link_of_booking
from services.booking.settings import ItsSettings
from services.booking.window import Window
from shared.web import Me, Now, Once, Session, etag_of

router = APIRouter(tags=["bookings"])


@router.post("/bookings", status_code=201, response_model=BookingView)
async def book_room(
    new: NewBooking, session: Session, me: Me, now: Now, once: Once, settings: ItsSettings
) -> Response:
    """Book a room, and invite people: whoever the park's directory knows as persons, others as
    guests, who are invited to the park for it."""
    wish = making.Wish(
        room_id=new.room_id,
        window=Window(new.starts_at, new.ends_at),
        timezone=new.timezone or settings.timezone,
        title=new.title,
        people=new.people,
        invited=[one.invited() for one in new.participants],
    )

    async def work() -> tuple[BaseModel, str]:
        booking = await making.book_room(session, wish, by=me, at=now)
        link = link_of_booking(session, booking.id)
        view = booking_view(booking, visits={}, viewer=me, at=now, link=link)
        return view, etag_of(booking.version)

    return await once(work)
