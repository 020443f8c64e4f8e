"""Requests over HTTP: what waits for somebody's word, and their word."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response

from services.booking.bookings import store
from services.booking.bookings.changing import Change
from services.booking.bookings.commands import deciding
from services.booking.bookings.domain import Booking
from services.booking.bookings.in_the_way import NotFreeProblem, tell_what_is_in_the_way
from services.booking.bookings.requests import Decision
from services.booking.bookings.views import BookingView, booking_view
from services.booking.claims.domain import RoomTaken
from services.booking.links import link_of_booking
from shared.web import Me, Now, Page, Session, page_of
from shared.web.pages import AskedPage

router = APIRouter(tags=["bookings"])


@router.get("/bookings/to-approve")
async def list_requests(session: Session, me: Me, now: Now, asked: AskedPage) -> Page[BookingView]:
    """The requests that wait for your word, by start. What has lapsed is not among them."""
    bound_to = f"requests {me.person_id}"
    cursor = asked.after(bound_to=bound_to, types=[datetime.fromisoformat, UUID])
    after = (cursor.key[0], cursor.key[1]) if cursor else None
    rows = await store.requests_to_decide(session, me, at=now, after=after, limit=asked.limit)
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda booking: (booking.starts_at.isoformat(), str(booking.id)),
        view=lambda booking: booking_view(
            booking, visits={}, viewer=me, at=now, link=link_of_booking(session, booking.id)
        ),
    )


@router.post(
    "/bookings/{booking_id}/approve",
    response_model=BookingView,
    responses={409: {"model": NotFreeProblem, "description": "It cannot stand as things are."}},
)
async def approve_request(
    session: Session, me: Me, now: Now, change: Change, said: Decision | None = None
) -> Response:
    """Let the request stand, if its room is still free then; its doors and guests follow. A room
    that is taken answers with what is `in_the_way`, as far as you may look it up."""
    note = said.note or None if said else None

    async def approve(booking: Booking) -> None:
        try:
            await deciding.approve_request(session, booking, note=note, by=me, at=now)
        except RoomTaken as taken:
            await tell_what_is_in_the_way(session, taken, booking, by=me, at=now)
            raise

    return await change(approve)


@router.post("/bookings/{booking_id}/decline", response_model=BookingView)
async def decline_request(
    session: Session, me: Me, now: Now, change: Change, said: Decision | None = None
) -> Response:
    """Do not let it stand. Whoever asked sees your note."""
    note = said.note or None if said else None
    return await change(
        lambda booking: deciding.decline_request(session, booking, note=note, by=me, at=now)
    )
