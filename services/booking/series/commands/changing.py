"""Changing a series: from a booking on, or all that is ahead. All of it happens, or nothing."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings.commands.taking import take_rooms
from services.booking.bookings.domain import AwaitsApproval, Booking, Standing, withdraw
from services.booking.claims.domain import RoomTaken
from services.booking.claims.store import give_back, taken
from services.booking.rooms import store as rooms
from services.booking.rooms.domain import Catalogue
from services.booking.series import store
from services.booking.series.domain import (
    Carried,
    Conflict,
    Occurrence,
    Series,
    SeriesChange,
    conflicting,
    must_not_overlap,
)
from services.booking.series.domain.refusals import NothingAhead, TooManyInvitations
from services.booking.series.domain.wishes import MOST_INVITATIONS
from services.booking.turns import in_turns
from shared import directory
from shared.errors import Refusal
from shared.events.directory import PersonFacts
from shared.identity.listed import Person
from shared.messaging.outbox import announce


async def change_series(
    session: AsyncSession,
    series: Series,
    change: SeriesChange,
    *,
    begins: datetime | None,
    by: Person,
    at: datetime,
) -> Series:
    """Of all that is ahead, or of what is at `begins` (a wall time of the series) and follows: that
    is a series of its own then, which is returned. Raises `SeriesConflicts`, and `AwaitsApproval`
    where some of it is only asked for: nobody shall approve what they have not read.
    """
    bookings = await _ahead(session, series, begins=begins, by=by, at=at)
    if any(booking.status == Standing.REQUESTED for booking in bookings):
        raise AwaitsApproval
    before = Series(**series.model_dump())
    changed = series if begins is None else series.split(begins, uuid4(), at=at)
    carried = Carried(
        change,
        before=before,
        shift=change.shift_of(before),
        by=by,
        at=at,
        people=await _people(session, change, bookings),
        to=changed.id,
    )
    session.add(changed)
    await _carry(session, bookings, carried)
    await store.carry_the_rest(
        session,
        before.id,
        to=changed.id,
        shift=carried.shift,
        but=[booking.id for booking in bookings],
        begins=begins,
        at=at,
    )
    for name, value in {**changed.shifted(carried.shift), **change.says}.items():
        setattr(changed, name, value)
    changed.minutes = change.minutes or changed.minutes
    changed.room_id = change.room_id or changed.room_id
    changed.version += begins is None
    return changed


async def cancel_series(
    session: AsyncSession, series: Series, *, begins: datetime | None, by: Person, at: datetime
) -> None:
    """All that is ahead, or what is at `begins` and follows."""
    bookings = await _ahead(session, series, begins=begins, by=by, at=at)
    async for some in in_turns(bookings, rows=_rows_each(bookings)):
        for booking in some:
            if booking.status == Standing.REQUESTED:
                withdraw(booking, by=by, at=at)
            else:
                announce(session, booking.cancel(by=by, at=at))
        await session.flush()
    await give_back(session, *(booking.id for booking in bookings))
    walls = [booking.recurrence_wall for booking in bookings if booking.recurrence_wall]
    series.recurs_before = begins or min(walls)
    series.version += 1


async def _ahead(
    session: AsyncSession, series: Series, *, begins: datetime | None, by: Person, at: datetime
) -> list[Booking]:
    bookings = await store.bookings_ahead(session, series.id, begins=begins, of=by, at=at)
    if not bookings:
        raise NothingAhead
    return bookings


async def _people(
    session: AsyncSession, change: SeriesChange, bookings: Sequence[Booking]
) -> dict[str, PersonFacts]:
    """The listed among those newly invited. Raises `TooManyInvitations`."""
    invitations = sum(len(each.participants) + len(change.invited) for each in bookings)
    if change.invited and invitations > MOST_INVITATIONS:
        raise TooManyInvitations(limit=MOST_INVITATIONS)
    return await directory.people_held_by_email(session, [one.email for one in change.invited])


async def _carry(session: AsyncSession, bookings: Sequence[Booking], carried: Carried) -> None:
    """Each booking is changed by its own rules; then all that move are claimed at once."""
    known = await rooms.catalogue(session)
    asked: dict[UUID, Occurrence] = {}
    moved: list[Booking] = []
    conflicts: list[Conflict] = []
    async for some in in_turns(bookings, rows=_rows_each(bookings, carried.change)):
        for booking in some:
            place = (booking.room_id, booking.window)
            asked[booking.id] = carried.asked(booking)
            try:
                room = known.room(carried.room_id(booking), viewer=carried.by)
                for event in carried.reach(booking, room=room):
                    announce(session, event)
            except Refusal as refusal:
                conflicts.append(Conflict(asked[booking.id], refusal))
            if (booking.room_id, booking.window) != place:
                moved.append(booking)
        await session.flush()
    _must_not_be_in_each_others_way(moved, known)
    wanted = [each.wanted(known.known(each.room_id)) for each in moved]
    others = await taken(session, wanted, at=carried.at)
    conflicts += [Conflict(asked[booking_id], RoomTaken()) for booking_id in others]
    if conflicts:
        raise conflicting(conflicts, total=len(bookings))
    await take_rooms(session, *moved, known=known, by=carried.by, at=carried.at)


def _rows_each(bookings: Sequence[Booking], change: SeriesChange | None = None) -> int:
    """How many rows one of them comes to, as it is and as it will be."""
    invited = len(change.invited) if change else 0
    return 1 + invited + max(len(booking.participants) for booking in bookings)


def _must_not_be_in_each_others_way(moved: Sequence[Booking], known: Catalogue) -> None:
    windows = defaultdict(list)
    for booking in moved:
        windows[booking.room_id].append(booking.window)
    for room_id, of_the_room in windows.items():
        must_not_overlap(of_the_room, known.known(room_id))
