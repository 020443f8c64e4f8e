"""Closing rooms, opening them again, taking one out.

Bookings are locked before spaces, as wherever bookings change. Whoever claims a space at the same
moment either comes first, and is found here, or then sees that the rules have changed.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings.domain import lose_room
from services.booking.claims.store import give_back
from services.booking.closures import store
from services.booking.closures.store import NothingToClose, Within
from services.booking.rooms import store as rooms
from services.booking.rooms.domain import Closure, Room
from services.booking.window import InThePast
from shared.errors import Conflict
from shared.messaging.outbox import announce

MOST_AT_ONCE = 1000
"""Bookings that one request cancels."""


class RoomStillBooked(Conflict):
    """Bookings still stand in this room ({bookings}); cancel them with it, or wait until they are
    over.
    """


class TooManyToCancel(Conflict):
    """More than {most} bookings stand there; close it for a shorter time, or in parts."""


async def close(
    session: AsyncSession, closure: Closure, *, cancels_bookings: bool, at: datetime
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
        await _cancel_bookings(session, within, at=at)
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
    session: AsyncSession, room_id: UUID, *, cancels_bookings: bool, at: datetime
) -> Room:
    """The room as it was when it went. Raises `NoSuchRoom`, and `RoomStillBooked` where bookings
    would be left behind.
    """
    within = Within([room_id], at, None)
    if cancels_bookings:
        await _cancel_bookings(session, within, at=at)
    else:
        await rooms.hold_spaces(session, room_ids=[room_id])
        if left := await store.how_many(session, within, at=at):
            raise RoomStillBooked(bookings=left)
    room = await rooms.listed_room(session, room_id)
    room.is_listed = False
    room.version += 1
    return room


async def _cancel_bookings(session: AsyncSession, within: Within, *, at: datetime) -> None:
    await store.lock_bookings(session, within, at=at)
    await rooms.hold_spaces(session, room_ids=within.room_ids)
    found = await store.bookings_hit(session, within, at=at, limit=MOST_AT_ONCE + 1, lock=True)
    if len(found) > MOST_AT_ONCE:
        raise TooManyToCancel(most=MOST_AT_ONCE)
    for booking in found:
        announce(session, lose_room(booking, at=at))
    await give_back(session, *(booking.id for booking in found))
