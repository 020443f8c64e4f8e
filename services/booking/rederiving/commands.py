"""Moving every future booking to the instant that its wall time means now."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings.domain import Booking
from services.booking.bookings.store import bookings_named
from services.booking.claims.store import claim, taken
from services.booking.rederiving import store
from services.booking.rederiving.domain import (
    Shift,
    batches,
    follow_its_wall_time,
    in_each_others_way,
    stay_at_its_instant,
)
from shared.database import Busy, Database
from shared.messaging.outbox import announce

LOOKED_AT_ONCE = 5_000
TRIES = 3


@dataclass(frozen=True)
class Outcome:
    """What became of one booking."""

    booking_id: UUID
    organiser_id: UUID
    room_id: UUID
    shift: Shift
    has_moved: bool
    """False: its room is taken then, so it has stayed."""


async def rederive(
    database: Database, *, at: datetime, is_dry_run: bool = False
) -> AsyncIterator[Outcome]:
    """What becomes of every booking that is to move; batch by batch, each in a transaction."""
    for batch in batches(await _all_shifts(database, at=at)):
        booking_ids = [shift.booking_id for shift in batch]
        for outcome in await _patiently(database, booking_ids, at=at, is_dry_run=is_dry_run):
            yield outcome


async def move_together(
    session: AsyncSession, booking_ids: Sequence[UUID], *, at: datetime, is_dry_run: bool
) -> list[Outcome]:
    """All that can follow their wall time do, at once; who cannot stays and says so."""
    shifts = await store.shifts_locked(session, booking_ids, at=at)
    moving = await _those_that_can(session, shifts, at=at)
    bookings = await bookings_named(session, [shift.booking_id for shift in shifts])
    by_id = {booking.id: booking for booking in bookings}
    outcomes = [_outcome(by_id[each.booking_id], each, moving) for each in shifts]
    if not is_dry_run:
        await claim(session, *(one for each in moving.values() for one in each.wanted), at=at)
        for each in shifts:
            _tell(session, by_id[each.booking_id], moving.get(each.booking_id), at=at)
    return outcomes


async def _all_shifts(database: Database, *, at: datetime) -> list[Shift]:
    found: list[Shift] = []
    last: UUID | None = None
    while True:
        async with database.transaction() as session:
            some, last = await store.shifts(session, at=at, after=last, limit=LOOKED_AT_ONCE)
        found += some
        if last is None:
            return found


async def _patiently(
    database: Database, booking_ids: Sequence[UUID], *, at: datetime, is_dry_run: bool
) -> list[Outcome]:
    """Where too many want the same spaces, once more; each try has waited for them."""
    for left in reversed(range(TRIES)):
        try:
            async with database.transaction() as session:
                return await move_together(session, booking_ids, at=at, is_dry_run=is_dry_run)
        except Busy:
            if not left:
                raise
    raise AssertionError("the last try either returns or raises")


async def _those_that_can(
    session: AsyncSession, shifts: Sequence[Shift], *, at: datetime
) -> dict[UUID, Shift]:
    """Who stays is in the way of others perhaps, so it is asked until all that are left can."""
    moving = {shift.booking_id: shift for shift in shifts}
    while True:
        left = list(moving.values())
        wanted = [one for each in left for one in each.wanted]
        stuck = await taken(session, wanted, at=at) if wanted else set()
        stuck |= in_each_others_way([each for each in left if each.booking_id not in stuck])
        if not stuck:
            return moving
        moving = {key: each for key, each in moving.items() if key not in stuck}


def _tell(session: AsyncSession, booking: Booking, shift: Shift | None, *, at: datetime) -> None:
    if shift is None:
        stay_at_its_instant(booking, at=at)
        return
    event = follow_its_wall_time(booking, shift)
    if event is not None:
        announce(session, event)


def _outcome(booking: Booking, shift: Shift, moving: dict[UUID, Shift]) -> Outcome:
    return Outcome(
        booking_id=booking.id,
        organiser_id=booking.organiser_id,
        room_id=booking.room_id,
        shift=shift,
        has_moved=booking.id in moving,
    )
