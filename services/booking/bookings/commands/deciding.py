"""Requests are decided: by those whose word the room waits for, and by nobody else."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings import store
from services.booking.bookings.commands.taking import take_rooms
from services.booking.bookings.domain import (
    Booking,
    NotYoursToDecide,
    OrganiserHasLeft,
    approve,
    decline,
)
from services.booking.rooms import store as rooms
from services.booking.rooms.domain import Catalogue
from shared.identity.listed import Person
from shared.messaging.outbox import announce


async def approve_request(
    session: AsyncSession, booking: Booking, *, note: str | None, by: Person, at: datetime
) -> None:
    """From now on it is a booking like any other. Raises `RoomTaken`, and then it stays a request.

    Notice and the leads of extras were kept when it was asked for; they are not asked for again.
    """
    known = await _rooms_decided_by(session, booking, by=by)
    event = approve(booking, by=by, note=note, at=at)
    room = known.known(booking.room_id)
    room.must_take(booking.window, people=booking.people, layout=booking.layout)
    room.must_be_safe(booking.window, at=at)
    if not await store.is_held_listed(session, booking.organiser_id):
        raise OrganiserHasLeft
    await take_rooms(session, booking, known=known, by=None, at=at)
    announce(session, event)


async def decline_request(
    session: AsyncSession, booking: Booking, *, note: str | None, by: Person, at: datetime
) -> None:
    await _rooms_decided_by(session, booking, by=by)
    decline(booking, by=by, note=note, at=at)


async def _rooms_decided_by(session: AsyncSession, booking: Booking, *, by: Person) -> Catalogue:
    known = await rooms.catalogue(session)
    room = known.known(booking.room_id)
    if not room.may_decide(by, tenant_id=booking.tenant_id):
        raise NotYoursToDecide
    return known
