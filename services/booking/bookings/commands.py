"""What people do with bookings. Each command gets a booking that `booking_to_change` has locked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings import store
from services.booking.bookings.domain import Booking, Invited, Participant, participants_of
from services.booking.rooms import store as rooms
from services.booking.window import Window
from shared import directory
from shared.clock import zone
from shared.database import Database
from shared.errors import Conflict
from shared.events.booking import BookingCheckedIn, BookingConfirmed, BookingStatus
from shared.events.directory import Language, PersonFacts
from shared.identity.listed import Person
from shared.messaging.outbox import announce, announce_again

BATCH = 200


class NotYourCompany(Conflict):
    """You can hand a booking over to a listed colleague of your own company."""


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
    participants = await _participants(session, booking, wish.invited, language=by.language)
    confirmed = booking.confirm(participants, people=wish.people)
    room.must_take(wish.window, people=booking.people)
    room.must_have_notice(wish.window, at=at)
    await store.write_new(session, booking)
    await store.claim(session, booking.id, room=room, window=wish.window)
    announce(session, confirmed)
    return booking


async def booking_to_change(session: AsyncSession, booking_id: UUID, *, by: Person) -> Booking:
    """The booking, locked until the commit. Raises `NoSuchBooking`, also where it is not theirs."""
    return await store.booking(session, booking_id, seen_by=by, lock=True)


async def cancel_booking(
    session: AsyncSession, booking: Booking, *, by: Person, at: datetime
) -> None:
    announce(session, booking.cancel(by=by, at=at))
    await store.give_back(session, booking.id)


async def check_in(
    session: AsyncSession, booking: Booking, *, by: Person, at: datetime, lead: timedelta
) -> None:
    booking.must_be_attended_by(by)
    announce(session, booking.check_in(at=at, lead=lead))


async def end_early(session: AsyncSession, booking: Booking, *, by: Person, at: datetime) -> None:
    booking.must_be_changeable(by=by)
    planned_end = booking.ends_at
    announce(session, booking.end_early(at=at))
    await store.shorten_claims(session, booking.id, by=planned_end - booking.ends_at)


async def extend(
    session: AsyncSession, booking: Booking, *, to: datetime, by: Person, at: datetime
) -> None:
    booking.must_be_changeable(by=by)
    room = await rooms.room_to_book(session, booking.room_id, viewer=by)
    event = booking.extend(room=room, to=to, at=at)
    await store.claim(session, booking.id, room=room, window=booking.window)
    announce(session, event)


async def move(
    session: AsyncSession,
    booking: Booking,
    *,
    room_id: UUID | None,
    starts_at: datetime | None,
    ends_at: datetime | None,
    by: Person,
    at: datetime,
) -> None:
    """To another room, another time, or both; with a new start alone it lasts as long as before."""
    booking.must_be_changeable(by=by)
    room = await rooms.room_to_book(session, room_id or booking.room_id, viewer=by)
    starts = starts_at or booking.starts_at
    ends = ends_at or (starts + booking.window.length if starts_at else booking.ends_at)
    event = booking.move(room=room, window=Window(starts, ends), at=at)
    await store.claim(session, booking.id, room=room, window=booking.window)
    announce(session, event)


async def hand_over(
    session: AsyncSession,
    booking: Booking,
    *,
    person_id: UUID | None,
    email: str | None,
    by: Person,
    at: datetime,
) -> None:
    """To a colleague of the same tenant. Raises `NotYourCompany`."""
    booking.must_be_changeable(by=by)
    colleague = await _person(session, person_id=person_id, email=email)
    if colleague is None or colleague.tenant_id != booking.tenant_id:
        raise NotYourCompany
    event = booking.hand_over(to=colleague.person_id, at=at)
    if not await store.is_held_listed(session, colleague.person_id):
        raise NotYourCompany
    announce(session, event)


async def put_participants(
    session: AsyncSession,
    booking: Booking,
    invited: Sequence[Invited],
    *,
    by: Person,
    at: datetime,
) -> None:
    """These, and nobody else beside the organiser."""
    booking.must_be_changeable(by=by)
    participants = await _participants(session, booking, invited, language=by.language)
    if not booking.has_invited(participants, at=at):
        announce(session, booking.invite(participants, at=at))


async def _participants(
    session: AsyncSession, booking: Booking, invited: Sequence[Invited], *, language: str
) -> list[Participant]:
    if not invited:
        return []
    people = await directory.people_by_email(session, [one.email for one in invited])
    return participants_of(
        booking.id,
        invited,
        people=people,
        tenant_id=booking.tenant_id,
        organiser_id=booking.organiser_id,
        language=cast(Language, language),
        already=booking.participants,
    )


async def _person(
    session: AsyncSession, *, person_id: UUID | None, email: str | None
) -> PersonFacts | None:
    if person_id is not None:
        return await directory.person(session, person_id)
    if email is None:
        return None
    return (await directory.people_by_email(session, [email])).get(email.lower())


async def announce_bookings_again(database: Database, *, at: datetime) -> int:
    """The latest facts of every booking that holds a room, in batches; how many there were."""
    count, last = 0, None
    while True:
        async with database.transaction() as session:
            found = await store.live_bookings(session, after=last, ends_after=at, limit=BATCH)
            for booking in found:
                is_here = booking.status == BookingStatus.CHECKED_IN
                event = BookingCheckedIn if is_here else BookingConfirmed
                announce_again(session, event(booking=booking.facts()))
        if not found:
            return count
        count, last = count + len(found), found[-1].id
