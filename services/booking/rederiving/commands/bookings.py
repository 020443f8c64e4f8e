"""Moving every future booking to the instant that its wall time means now."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings.domain import Booking
from services.booking.bookings.store import bookings_named
from services.booking.claims.store import claim
from services.booking.rederiving import store
from services.booking.rederiving.domain import (
    Shift,
    follow_its_wall_time,
    lines,
    stay_at_its_instant,
    those_that_can,
)
from shared.database import Busy, Database
from shared.messaging.outbox import announce

LOOKED_AT_ONCE = 5_000
ROUNDS = 3


class Became(StrEnum):
    """What has become of a booking that was to move."""

    MOVED = "moved"
    STAYED = "stayed"
    """Its room is taken at its wall time."""
    LEFT = "left"
    """Others were at its room each time: it is as it was, and still to move."""


@dataclass(frozen=True)
class Outcome:
    """What became of one booking."""

    shift: Shift
    became: Became

    @property
    def has_moved(self) -> bool:
        return self.became is Became.MOVED


async def rederive(database: Database, *, at: datetime) -> AsyncIterator[Outcome]:
    """What becomes of every booking that is to move; batch by batch, each in a transaction.

    Where others are at the same spaces it goes on elsewhere, and comes back in the next round. So
    it may be broken off anywhere: what is still to move is found by whoever looks again.
    """
    left: list[Shift] = []
    for _ in range(ROUNDS):
        left = []
        for line in lines(await _all_shifts(database, at=at)):
            for nth, batch in enumerate(line):
                try:
                    outcomes = await _moved(database, batch, at=at)
                except Busy:
                    left += chain.from_iterable(line[nth:])
                    break
                for outcome in outcomes:
                    yield outcome
        if not left:
            return
    for shift in left:
        yield Outcome(shift, Became.LEFT)


async def foresee(database: Database, *, at: datetime) -> AsyncIterator[Outcome]:
    """What `rederive` would do at this moment; nobody is waited for, and nothing is changed."""
    for line in lines(await _all_shifts(database, at=at)):
        shifts = list(chain.from_iterable(line))
        try:
            async with database.transaction() as session:
                moving = those_that_can(shifts, await store.in_the_way(session, shifts, at=at))
        except Busy:
            moving = {}
            outcomes = [Outcome(shift, Became.LEFT) for shift in shifts]
        else:
            outcomes = _outcomes(shifts, moving)
        for outcome in outcomes:
            yield outcome


async def move_together(
    session: AsyncSession, planned: Sequence[Shift], *, at: datetime
) -> list[Outcome]:
    """All that can follow their wall time do, at once; who cannot stays and says so.

    Raises `Busy` where any is not as it was planned for: it belongs with others now, perhaps.
    """
    shifts = await store.shifts_locked(session, [each.booking_id for each in planned], at=at)
    if not set(shifts) <= set(planned):
        raise Busy
    moving = those_that_can(shifts, await store.in_the_way(session, shifts, at=at))
    await claim(session, *(one for each in moving.values() for one in each.wanted), at=at)
    for booking in await bookings_named(session, [shift.booking_id for shift in shifts]):
        _tell(session, booking, moving.get(booking.id), at=at)
    return _outcomes(shifts, moving)


async def _all_shifts(database: Database, *, at: datetime) -> list[Shift]:
    found: list[Shift] = []
    last: UUID | None = None
    while True:
        async with database.transaction() as session:
            some, last = await store.shifts(session, at=at, after=last, limit=LOOKED_AT_ONCE)
        found += some
        if last is None:
            return found


async def _moved(database: Database, batch: Sequence[Shift], *, at: datetime) -> list[Outcome]:
    async with database.transaction() as session:
        return await move_together(session, batch, at=at)


def _tell(session: AsyncSession, booking: Booking, shift: Shift | None, *, at: datetime) -> None:
    if shift is None:
        stay_at_its_instant(booking, at=at)
        return
    event = follow_its_wall_time(booking, shift)
    if event is not None:
        announce(session, event)


def _outcomes(shifts: Sequence[Shift], moving: dict[UUID, Shift]) -> list[Outcome]:
    return [
        Outcome(shift, Became.MOVED if shift.booking_id in moving else Became.STAYED)
        for shift in shifts
    ]
