"""The requests of a series are decided together, by those whose word they wait for.

One rule: all that wait for it are approved, or none, or all but a few that cannot be had by now,
which stay requests; each comes to stand by the one door, as if it were approved alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings.commands.taking import take_rooms
from services.booking.bookings.domain import (
    Booking,
    NotYoursToDecide,
    OrganiserHasLeft,
    approve,
    decline,
)
from services.booking.bookings.store import is_held_listed
from services.booking.claims.domain import RoomTaken
from services.booking.claims.store import taken
from services.booking.rooms import store as rooms
from services.booking.rooms.domain import Catalogue
from services.booking.series import store
from services.booking.series.domain import Conflict, Occurrence, Series, must_do_without
from services.booking.series.domain.refusals import NothingToDecide
from services.booking.turns import in_turns
from shared.errors import Refusal
from shared.identity.listed import Person
from shared.messaging.outbox import announce


@dataclass(frozen=True)
class Decided:
    """What was decided of a series, and what could not be."""

    bookings: Sequence[Booking]
    skipped: Sequence[Conflict]
    """They stay requests."""


async def approve_series(
    session: AsyncSession,
    series: Series,
    *,
    note: str | None,
    skip_up_to_percent: int | None,
    by: Person,
    at: datetime,
) -> Decided:
    """Raises `SeriesConflicts`, which lists what cannot be had by now; then nothing is decided."""
    requests = await _waiting(session, series, by=by, at=at)

    async def judge(known: Catalogue) -> tuple[Catalogue, dict[UUID, Conflict]]:
        return known, await _conflicts(session, requests, known=known, at=at)

    known, conflicts = await rooms.judged(session, judge)
    must_do_without(list(conflicts.values()), total=len(requests), up_to_percent=skip_up_to_percent)
    approved = [each for each in requests if each.id not in conflicts]
    await take_rooms(session, *approved, known=known, by=None, at=at)
    async for some in in_turns(approved, rows=_rows_each(approved)):
        for booking in some:
            announce(session, approve(booking, by=by, note=note, at=at))
        await session.flush()
    series.version += 1
    return Decided(_by_start(approved), list(conflicts.values()))


async def decline_series(
    session: AsyncSession, series: Series, *, note: str | None, by: Person, at: datetime
) -> Decided:
    """All that waits for their word."""
    requests = await _waiting(session, series, by=by, at=at)
    async for some in in_turns(requests, rows=_rows_each(requests)):
        for booking in some:
            decline(booking, by=by, note=note, at=at)
        await session.flush()
    series.version += 1
    return Decided(_by_start(requests), ())


async def _waiting(
    session: AsyncSession, series: Series, *, by: Person, at: datetime
) -> list[Booking]:
    """Raises `NotYoursToDecide`, or `NothingToDecide` to who would decide it."""
    requests = await store.requests_ahead(session, series.id, decided_by=by, at=at)
    if requests:
        return requests
    known = await rooms.catalogue(session)
    if known.known(series.room_id).may_decide(by, tenant_id=series.tenant_id):
        raise NothingToDecide
    raise NotYoursToDecide


async def _conflicts(
    session: AsyncSession, requests: Sequence[Booking], *, known: Catalogue, at: datetime
) -> dict[UUID, Conflict]:
    """What speaks against each by now, by the start of each. The spaces are waited for, so that
    what is free stays so.
    """
    organisers = sorted({booking.organiser_id for booking in requests})
    listed = {one for one in organisers if await is_held_listed(session, one)}
    refused: dict[UUID, Refusal] = {}
    async for some in in_turns(requests):
        for booking in some:
            try:
                _must_be_had(booking, known=known, listed=listed, at=at)
            except Refusal as refusal:
                refused[booking.id] = refusal
    wanted = [each.wanted(known.known(each.room_id)) for each in requests if each.id not in refused]
    others = await taken(session, wanted, at=at)
    refused |= {booking_id: RoomTaken() for booking_id in others}
    return {
        booking.id: Conflict(_occurrence(booking), refused[booking.id])
        for booking in _by_start(requests)
        if booking.id in refused
    }


def _must_be_had(booking: Booking, *, known: Catalogue, listed: set[UUID], at: datetime) -> None:
    room = known.known(booking.room_id)
    room.must_take(booking.window, people=booking.people, layout=booking.layout)
    room.must_be_safe(booking.window, at=at)
    if booking.organiser_id not in listed:
        raise OrganiserHasLeft


def _occurrence(booking: Booking) -> Occurrence:
    assert booking.recurrence_wall is not None, "it is of a series"
    return Occurrence(booking.recurrence_wall, booking.window)


def _by_start(bookings: Sequence[Booking]) -> list[Booking]:
    return sorted(bookings, key=lambda booking: (booking.starts_at, booking.id))


def _rows_each(bookings: Sequence[Booking]) -> int:
    return 1 + max(len(booking.participants) for booking in bookings)
