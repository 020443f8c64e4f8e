"""Holding a room for a few minutes, and letting it go."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings import store
from services.booking.bookings.domain import Hold, TooManyHolds, Wish
from services.booking.bookings.domain.holds import AT_MOST
from services.booking.claims.store import claim, give_back
from services.booking.rooms import store as rooms
from services.booking.rooms.domain import Catalogue
from shared.identity.listed import NoLongerListed, Person
from shared.messaging.timers import cancel_timer, set_timer


async def hold_room(
    session: AsyncSession,
    room_id: UUID,
    wish: Wish,
    *,
    by: Person,
    at: datetime,
    waiting_id: UUID | None = None,
) -> Hold:
    """The room is kept for them from the commit on; with `waiting_id` as an offer to whoever waits
    so. Raises why not, or `RoomTaken`.
    """
    if not await store.is_held_alone(session, by.person_id):
        raise NoLongerListed
    count = await store.count_holds(session, by, at=at)
    if count >= AT_MOST:
        raise TooManyHolds(count=count)
    booking_id = uuid4()

    async def judge(known: Catalogue) -> Hold:
        room = known.room(room_id, viewer=by)
        hold = Hold.made(room, wish, by=by, at=at, booking_id=booking_id, waiting_id=waiting_id)
        await claim(session, hold.wanted(room), at=at, expires_at=hold.expires_at)
        return hold

    hold = await rooms.judged(session, judge)
    session.add(hold)
    await set_timer(session, store.HOLD_ENDS, key=str(hold.booking_id), due_at=hold.expires_at)
    return hold


async def let_go(session: AsyncSession, hold_id: UUID, *, by: Person) -> None:
    """Raises `NoSuchHold`."""
    hold = await store.hold(session, hold_id, of=by, lock=True)
    await give_back(session, hold.booking_id)
    await session.delete(hold)
    await cancel_timer(session, store.HOLD_ENDS, key=str(hold_id))
