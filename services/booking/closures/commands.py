"""Closing rooms, opening them again, taking one out.

Bookings are locked before spaces, as wherever bookings change. Whoever claims a space at the same
moment either comes first, and is found here, or then sees that the rules have changed.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings.commands.clearing import clear
from services.booking.bookings.domain import Booking
from services.booking.closures import store
from services.booking.closures.store import NothingToClose, Within
from services.booking.rooms import store as rooms
from services.booking.rooms.domain import Closure, Room
from services.booking.window import InThePast
from shared.errors import Conflict
from shared.identity.listed import Person

MOST_AT_ONCE = 1000
"""Bookings that one request cancels."""


class RoomStillBooked(Conflict):
    """Bookings still stand in this room ({bookings}); cancel them with it, or wait until they are
    over.
    """


class TooManyToCancel(Conflict):
    """More than {most} bookings stand there; close it for a shorter time, or in parts."""


async def close(
    session: AsyncSession, closure: Closure, *, cancels_bookings: bool, by: Person, at: datetime
) -> None:
    """The rooms cannot be had for that time. Raises `InThePast`, `NothingToClose` and
    `TooManyToCancel`.
    """
    if closure.ends_at <= at:
        raise InThePast
    await store.add(session, closure)
    within = await closed_by(session, closure)
    if not within.room_ids:
        raise NothingToClose
    if cancels_bookings:
        found = await _all_there(session, within, at=at)
        await clear(session, found, by=by, note=closure.reason, at=at)
    else:
        await rooms.hold_spaces(session, room_ids=within.room_ids)


async def closed_by(session: AsyncSession, closure: Closure) -> Within:
    """Its rooms and its time."""
    known = (await rooms.catalogue(session)).closed_by(closure.id)
    return Within([room.room_id for room in known], closure.starts_at, closure.ends_at)


async def lift(session: AsyncSession, closure_id: UUID, *, at: datetime) -> None:
    """What was cancelled for it stays cancelled. Raises `NoSuchClosure`."""
    closure = await store.closure(session, closure_id, lock=True)
    closure.lifted_at = at


async def take_room_out(
    session: AsyncSession, room_id: UUID, *, cancels_bookings: bool, by: Person, at: datetime
) -> Room:
    """The room as it was when it went; what was asked for there is declined. Raises `NoSuchRoom`,
    and `RoomStillBooked` where bookings would be left behind.
    """
    within = Within([room_id], at, None)
    found = await _all_there(session, within, at=at)
    if not cancels_bookings and (left := await store.how_many(session, within, at=at)):
        raise RoomStillBooked(bookings=left)
    await clear(session, found, by=by, at=at)
    room = await rooms.listed_room(session, room_id)
    room.is_listed = False
    room.version += 1
    return room


async def _all_there(session: AsyncSession, within: Within, *, at: datetime) -> list[Booking]:
    """What is to be cleared, once nobody can add to it. Raises `TooManyToCancel`."""
    await store.lock_bookings(session, within, at=at)
    await rooms.hold_spaces(session, room_ids=within.room_ids)
    found = await store.to_be_cleared(session, within, at=at, limit=MOST_AT_ONCE + 1)
    if len(found) > MOST_AT_ONCE:
        raise TooManyToCancel(most=MOST_AT_ONCE)
    return found
