"""Bookings over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from services.booking.bookings import commands, store
from services.booking.bookings.changing import Change, shown, tag_of
from services.booking.bookings.requests import (
    Extension,
    HandOver,
    Move,
    NewBooking,
    NewParticipants,
)
from services.booking.bookings.views import BookingView, booking_view
from services.booking.settings import Settings
from services.booking.window import Window
from shared.web import Instant, Me, Now, Once, Page, Session, etag_of, not_modified, page_of
from shared.web.ground import ground_of
from shared.web.pages import AskedPage
from shared.web.values import LATEST

router = APIRouter(tags=["bookings"])


def _settings(request: Request) -> Settings:
    settings = ground_of(request).settings
    assert isinstance(settings, Settings)
    return settings


ItsSettings = Annotated[Settings, Depends(_settings)]


@router.post("/bookings", status_code=201, response_model=BookingView)
async def book_room(
    new: NewBooking, session: Session, me: Me, now: Now, once: Once, settings: ItsSettings
) -> Response:
    """Book a room, and invite people: whoever the park's directory knows as persons, others as
    guests, who are invited to the park for it."""
    wish = commands.Wish(
        room_id=new.room_id,
        window=Window(new.starts_at, new.ends_at),
        timezone=new.timezone or settings.timezone,
        title=new.title,
        people=new.people,
        invited=[one.invited() for one in new.participants],
    )

    async def work() -> tuple[BaseModel, str]:
        booking = await commands.book_room(session, wish, by=me, at=now)
        view = booking_view(booking, visits={}, viewer=me, at=now)
        return view, etag_of(booking.version)

    return await once(work)


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
        view=lambda booking: booking_view(booking, visits=visits, viewer=me, at=now),
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


@router.post("/bookings/{booking_id}/cancel", status_code=204)
async def cancel_booking(session: Session, me: Me, now: Now, change: Change) -> Response:
    """Give the room back before the start. Its doors and guests follow. Facility managers may
    cancel anybody's, until the end."""
    return await change(
        lambda booking: commands.cancel_booking(session, booking, by=me, at=now), is_shown=False
    )


@router.post("/bookings/{booking_id}/check-in", response_model=BookingView)
async def check_in(
    session: Session, me: Me, now: Now, change: Change, settings: ItsSettings
) -> Response:
    """Say that you are here. Passing the room's door does the same."""
    lead = settings.check_in_lead
    return await change(
        lambda booking: commands.check_in(session, booking, by=me, at=now, lead=lead)
    )


@router.post("/bookings/{booking_id}/end-early", response_model=BookingView)
async def end_early(session: Session, me: Me, now: Now, change: Change) -> Response:
    """Give the rest of the time back."""
    return await change(lambda booking: commands.end_early(session, booking, by=me, at=now))


@router.post("/bookings/{booking_id}/extend", response_model=BookingView)
async def extend(asked: Extension, session: Session, me: Me, now: Now, change: Change) -> Response:
    """Stay longer, if nobody comes after you."""
    return await change(
        lambda booking: commands.extend(session, booking, to=asked.ends_at, by=me, at=now)
    )


@router.post("/bookings/{booking_id}/move", response_model=BookingView)
async def move(asked: Move, session: Session, me: Me, now: Now, change: Change) -> Response:
    """Another room, another time, or both; with a new start alone it lasts as long as before."""
    return await change(
        lambda booking: commands.move(
            session,
            booking,
            room_id=asked.room_id,
            starts_at=asked.starts_at,
            ends_at=asked.ends_at,
            by=me,
            at=now,
        )
    )


@router.post("/bookings/{booking_id}/hand-over", status_code=204)
async def hand_over(
    asked: HandOver, session: Session, me: Me, now: Now, change: Change
) -> Response:
    """Make a colleague of your company the organiser. You are not among those invited then."""
    return await change(
        lambda booking: commands.hand_over(
            session, booking, person_id=asked.person_id, email=asked.email, by=me, at=now
        ),
        is_shown=False,
    )


@router.put("/bookings/{booking_id}/participants", response_model=BookingView)
async def put_participants(
    asked: NewParticipants, session: Session, me: Me, now: Now, change: Change
) -> Response:
    """Invite these and nobody else; who was invited before and is named again stays as they are."""
    invited = [one.invited() for one in asked.participants]
    return await change(
        lambda booking: commands.put_participants(session, booking, invited, by=me, at=now)
    )
