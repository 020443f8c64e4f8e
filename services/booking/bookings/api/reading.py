"""Reading bookings over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.booking.bookings import store
from services.booking.bookings.changing import shown, tag_of
from services.booking.bookings.views import BookingView, booking_view
from services.booking.links import link_of_booking
from shared.web import Instant, Me, Now, Page, Session, etag_of, not_modified, page_of
from shared.web.pages import AskedPage
from shared.web.values import LATEST

router = APIRouter(tags=["bookings"])


@router.get("/bookings")
async def list_bookings(
    session: Session,
    me: Me,
    now: Now,
    asked: AskedPage,
    begins: Annotated[Instant | None, Query(alias="from")] = None,
    until: Instant | None = None,
) -> Page[BookingView]:
    """What you organise or take part in, by start: from now on unless you say otherwise."""
    between = (begins or now, until or LATEST)
    bound_to = f"bookings {me.person_id} {begins} {until}"
    cursor = asked.after(bound_to=bound_to, types=[datetime.fromisoformat, UUID])
    after = (cursor.key[0], cursor.key[1]) if cursor else None
    rows = await store.bookings_of(session, me, between=between, after=after, limit=asked.limit)
    visits = await store.visits_of_guests(session, [booking.id for booking in rows])
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda booking: (booking.starts_at.isoformat(), str(booking.id)),
        view=lambda booking: booking_view(
            booking,
            visits=visits,
            viewer=me,
            at=now,
            link=link_of_booking(session, booking.id),
        ),
    )


@router.get("/bookings/{booking_id}", response_model=BookingView)
async def get_booking(
    booking_id: UUID, session: Session, me: Me, now: Now, request: Request, response: Response
) -> BookingView | Response:
    """One booking, and where its guests stand."""
    booking = await store.booking(session, booking_id, seen_by=me)
    view = await shown(session, booking, to=me, at=now)
    tag = tag_of(view)
    response.headers["etag"] = etag_of(tag)
    return not_modified(request, version=tag) or view
