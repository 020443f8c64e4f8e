"""What people do with bookings. Each command gets a booking that `booking_to_change` has locked."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings import store
from services.booking.bookings.commands.inviting import (
    participants_for,
    participants_still_listed,
)
from services.booking.bookings.commands.taking import take_rooms
from services.booking.bookings.domain import (
    Booking,
    ColleagueNeedsApproval,
    Extra,
    Invited,
    NotTheirRoom,
    SameRoom,
    Standing,
    describe,
    order_extras,
    request_again,
    restore,
    withdraw,
)
from services.booking.claims.store import give_back, shorten_claims
from services.booking.rooms import store as rooms
from services.booking.rooms.domain import BookableRoom
from services.booking.window import Window
from shared import directory
from shared.errors import Conflict
from shared.events.directory import PersonFacts
from shared.identity.listed import NoLongerListed, Person, Role
from shared.messaging.outbox import announce


class NotYourCompany(Conflict):
    """You can hand a booking over to a listed colleague of your own company."""


async def booking_to_change(session: AsyncSession, booking_id: UUID, *, by: Person) -> Booking:
    """The booking, locked until the commit. Raises `NoSuchBooking`, also where it is not theirs."""
    return await store.booking(session, booking_id, seen_by=by, lock=True)


async def cancel_booking(
    session: AsyncSession, booking: Booking, *, by: Person, at: datetime
) -> None:
    """Of a request nobody else has heard, so nobody else is told."""
    if booking.status == Standing.REQUESTED:
        withdraw(booking, by=by, at=at)
        return
    announce(session, booking.cancel(by=by, at=at))
    await give_back(session, booking.id)


async def restore_booking(
    session: AsyncSession, booking: Booking, *, by: Person, at: datetime
) -> None:
    """Un-cancels it, if its room is still to be had; who has left meanwhile does not come back."""
    known = await rooms.catalogue(session)
    room = known.room(booking.room_id, viewer=by)
    if not await store.is_held_listed(session, booking.organiser_id):
        raise NoLongerListed
    participants = await participants_still_listed(session, booking)
    if room.needs_approval_of(by):
        request_again(booking, participants, room=room, by=by, at=at)
        return
    event = restore(booking, participants, room=room, by=by, at=at)
    await take_rooms(session, booking, known=known, by=by, at=at)
    announce(session, event)


async def check_in(
    session: AsyncSession, booking: Booking, *, by: Person, at: datetime, lead: timedelta
) -> None:
    booking.must_be_attended_by(by)
    announce(session, booking.check_in(at=at, lead=lead))


async def end_early(session: AsyncSession, booking: Booking, *, by: Person, at: datetime) -> None:
    booking.must_be_endable(by=by)
    planned_end = booking.ends_at
    announce(session, booking.end_early(at=at))
    await shorten_claims(session, booking.id, by=planned_end - booking.ends_at)


async def extend(
    session: AsyncSession, booking: Booking, *, to: datetime, by: Person, at: datetime
) -> None:
    booking.must_be_changeable(by=by)
    known = await rooms.catalogue(session)
    room = known.room(booking.room_id, viewer=by)
    event = booking.extend(room=room, to=to, by=by, at=at)
    await take_rooms(session, booking, known=known, by=by, at=at)
    announce(session, event)


async def move(
    session: AsyncSession,
    booking: Booking,
    *,
    room_id: UUID | None,
    starts_at: datetime | None,
    ends_at: datetime | None,
    layout: str | None,
    by: Person,
    at: datetime,
) -> None:
    """To another room, another time, or both; with a new start alone it lasts as long as before."""
    booking.must_be_changeable(by=by)
    known = await rooms.catalogue(session)
    room = known.room(room_id or booking.room_id, viewer=by)
    starts = starts_at or booking.starts_at
    ends = ends_at or (starts + booking.window.length if starts_at else booking.ends_at)
    event = booking.move(room=room, window=Window(starts, ends), layout=layout, by=by, at=at)
    await take_rooms(session, booking, known=known, by=by, at=at)
    announce(session, event)


async def swap_rooms(
    session: AsyncSession, booking: Booking, *, with_id: UUID, by: Person, at: datetime
) -> None:
    """Two bookings exchange rooms, each at its own time; both, or neither.

    A facility manager's word approves what they exchange, yet gives nobody a room that is not for
    them to book.
    """
    other = await booking_to_change(session, with_id, by=by)
    if not by.has(Role.FACILITY_MANAGER):
        booking.must_be_changeable(by=by)
        other.must_be_changeable(by=by)
    if booking.room_id == other.room_id:
        raise SameRoom
    known = await rooms.catalogue(session)
    room_ids = (booking.room_id, other.room_id)
    for one, room_id in zip((other, booking), room_ids, strict=True):
        if one.organiser_id != by.person_id:
            await _must_be_for_its_organiser(session, one, known.known(room_id))
    events = [
        one.move(
            room=known.room(room_id, viewer=by),
            window=one.window,
            layout=one.layout,
            by=by,
            at=at,
        )
        for one, room_id in zip((other, booking), room_ids, strict=True)
    ]
    await take_rooms(session, booking, other, known=known, by=by, at=at)
    for event in events:
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
    room = (await rooms.catalogue(session)).known(booking.room_id)
    theirs = store.absent(colleague, is_landlord=by.is_landlord)
    if not room.may_be_booked_by(theirs):
        raise NotTheirRoom
    is_approved = booking.decided_by is not None or room.may_decide(by, tenant_id=by.tenant_id)
    if room.needs_approval_of(theirs) and not is_approved:
        raise ColleagueNeedsApproval
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
    participants = await participants_for(session, booking, invited, language=by.language)
    if not booking.has_invited(participants, at=at):
        announce(session, booking.invite(participants, at=at))


async def edit(
    session: AsyncSession,
    booking: Booking,
    *,
    title: str | None,
    is_private: bool,
    people: int | None,
    by: Person,
    at: datetime,
) -> None:
    """What it is about, who is shown that, and how many come."""
    booking.must_be_changeable(by=by)
    describe(booking, title=title, is_private=is_private, people=people, at=at)


async def put_extras(
    session: AsyncSession, booking: Booking, extras: Sequence[Extra], *, by: Person, at: datetime
) -> None:
    """These, and nothing else."""
    booking.must_be_changeable(by=by)
    room = (await rooms.catalogue(session)).known(booking.room_id)
    order_extras(booking, extras, room=room, at=at)


async def _must_be_for_its_organiser(
    session: AsyncSession, booking: Booking, room: BookableRoom
) -> None:
    organiser = await directory.person(session, booking.organiser_id)
    tenant = await directory.tenant(session, booking.tenant_id)
    is_landlord = tenant is not None and tenant.is_landlord
    if organiser is None or not room.may_be_booked_by(
        store.absent(organiser, is_landlord=is_landlord)
    ):
        raise NotTheirRoom


async def _person(
    session: AsyncSession, *, person_id: UUID | None, email: str | None
) -> PersonFacts | None:
    if person_id is not None:
        return await directory.person(session, person_id)
    if email is None:
        return None
    return (await directory.people_by_email(session, [email])).get(email.lower())
