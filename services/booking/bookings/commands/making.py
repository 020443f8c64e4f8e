"""How a booking comes about: somebody asks, and the room is theirs when this commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings import store
from services.booking.bookings.commands.inviting import participants_for
from services.booking.bookings.domain import Booking, Invited
from services.booking.claims.store import claim
from services.booking.rooms import store as rooms
from services.booking.window import Window
from shared.clock import zone
from shared.identity.listed import Person
from shared.messaging.outbox import announce


@dataclass(frozen=True)
class Wish:
    """What somebody asks for."""

    room_id: UUID
    window: Window
    timezone: str
    title: str | None
    people: int | None
    """How many will come, if more than are named."""
    invited: Sequence[Invited]


async def book_room(session: AsyncSession, wish: Wish, *, by: Person, at: datetime) -> Booking:
    """The booking stands when this transaction commits. Raises why it cannot, or `RoomTaken`."""
    zone(wish.timezone)
    wish.window.must_be_ahead(at=at)
    room = await rooms.room_to_book(session, wish.room_id, viewer=by)
    booking = Booking.made(room=room, window=wish.window, timezone=wish.timezone, by=by, at=at)
    booking.title = wish.title
    participants = await participants_for(session, booking, wish.invited, language=by.language)
    confirmed = booking.confirm(participants, people=wish.people)
    room.must_take(wish.window, people=booking.people)
    room.must_have_notice(wish.window, at=at)
    await store.write_new(session, booking)
    await claim(session, booking.wanted(room), at=at)
    announce(session, confirmed)
    return booking
