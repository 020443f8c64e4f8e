"""Changing a booking over HTTP."""

from fastapi import APIRouter, Response

from services.booking.bookings.changing import Change
from services.booking.bookings.commands import changing
from services.booking.bookings.requests import (
    Edit,
    Extension,
    HandOver,
    Move,
    NewOrder,
    NewParticipants,
    Swap,
)
from services.booking.bookings.views import BookingView
from services.booking.settings import ItsSettings
from shared.web import Me, Now, Session

router = APIRouter(tags=["bookings"])


@router.post("/bookings/{booking_id}/cancel", status_code=204)
async def cancel_booking(session: Session, me: Me, now: Now, change: Change) -> Response:
    """Give the room back before the start. Its doors and guests follow. Facility managers may
    cancel anybody's, until the end."""
    return await change(
        lambda booking: changing.cancel_booking(session, booking, by=me, at=now), is_shown=False
    )


@router.post("/bookings/{booking_id}/restore", response_model=BookingView)
async def restore_booking(session: Session, me: Me, now: Now, change: Change) -> Response:
    """Take your own cancellation back before the start, if the room is still free. Where somebody
    must approve, it is asked for anew."""
    return await change(lambda booking: changing.restore_booking(session, booking, by=me, at=now))


@router.post("/bookings/{booking_id}/check-in", response_model=BookingView)
async def check_in(
    session: Session, me: Me, now: Now, change: Change, settings: ItsSettings
) -> Response:
    """Say that you are here. Passing the room's door does the same."""
    lead = settings.check_in_lead
    return await change(
        lambda booking: changing.check_in(session, booking, by=me, at=now, lead=lead)
    )


@router.post("/bookings/{booking_id}/end-early", response_model=BookingView)
async def end_early(session: Session, me: Me, now: Now, change: Change) -> Response:
    """Give the rest of the time back. Your company's admin and the facility manager may too."""
    return await change(lambda booking: changing.end_early(session, booking, by=me, at=now))


@router.post("/bookings/{booking_id}/extend", response_model=BookingView)
async def extend(asked: Extension, session: Session, me: Me, now: Now, change: Change) -> Response:
    """Stay longer, if nobody comes after you."""
    return await change(
        lambda booking: changing.extend(session, booking, to=asked.ends_at, by=me, at=now)
    )


@router.post("/bookings/{booking_id}/move", response_model=BookingView)
async def move(asked: Move, session: Session, me: Me, now: Now, change: Change) -> Response:
    """Another room, another time, or both; with a new start alone it lasts as long as before."""
    return await change(
        lambda booking: changing.move(
            session,
            booking,
            room_id=asked.room_id,
            starts_at=asked.starts_at,
            ends_at=asked.ends_at,
            layout=asked.layout if "layout" in asked.model_fields_set else booking.layout,
            by=me,
            at=now,
        )
    )


@router.patch("/bookings/{booking_id}", response_model=BookingView)
async def edit_booking(asked: Edit, session: Session, me: Me, now: Now, change: Change) -> Response:
    """Another title, shown to others or not, or another number of people, as long as they fit. What
    you leave out stays (JSON Merge Patch); of a booking of a series, this one alone changes."""
    return await change(
        lambda booking: changing.edit(
            session,
            booking,
            title=asked.title if "title" in asked.model_fields_set else booking.title,
            is_private=(
                asked.is_private if "is_private" in asked.model_fields_set else booking.is_private
            ),
            people=asked.people if "people" in asked.model_fields_set else booking.people,
            by=me,
            at=now,
        )
    )


@router.post("/bookings/{booking_id}/swap-room", response_model=BookingView)
async def swap_room(asked: Swap, session: Session, me: Me, now: Now, change: Change) -> Response:
    """Exchange rooms with another booking of yours, each at its own time. Facility managers may
    exchange those of anybody."""
    return await change(
        lambda booking: changing.swap_rooms(
            session, booking, with_id=asked.booking_id, by=me, at=now
        ),
        beside=asked.booking_id,
    )


@router.post("/bookings/{booking_id}/hand-over", status_code=204)
async def hand_over(
    asked: HandOver, session: Session, me: Me, now: Now, change: Change
) -> Response:
    """Make a colleague of your company the organiser. You are not among those invited then."""
    return await change(
        lambda booking: changing.hand_over(
            session, booking, person_id=asked.person_id, email=asked.email, by=me, at=now
        ),
        is_shown=False,
    )


@router.put("/bookings/{booking_id}/extras", response_model=BookingView)
async def put_extras(
    asked: NewOrder, session: Session, me: Me, now: Now, change: Change
) -> Response:
    """Order these extras with the room and no others: catering, a technician, whatever it offers.
    What is new, or more than before, must be ordered its lead before the start."""
    ordered = [one.ordered() for one in asked.extras]
    return await change(
        lambda booking: changing.put_extras(session, booking, ordered, by=me, at=now)
    )


@router.put("/bookings/{booking_id}/participants", response_model=BookingView)
async def put_participants(
    asked: NewParticipants, session: Session, me: Me, now: Now, change: Change
) -> Response:
    """Invite these and nobody else; who was invited before and is named again stays as they are."""
    invited = [one.invited() for one in asked.participants]
    return await change(
        lambda booking: changing.put_participants(session, booking, invited, by=me, at=now)
    )
