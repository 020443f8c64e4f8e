"""How a series comes about: all its bookings stand when this commits, or none of them does.

In a room that is given on somebody's word they are requests, which hold nothing until it is given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings.domain import Booking
from services.booking.bookings.store import is_held_listed, write_new
from services.booking.claims.domain import RoomTaken, Wanted
from services.booking.claims.store import claim, seem_taken, taken
from services.booking.rooms import store as rooms
from services.booking.rooms.domain import BookableRoom, Catalogue
from services.booking.series.domain import (
    Conflict,
    Granted,
    Occurrence,
    Series,
    SeriesWish,
    must_do_without,
    must_not_overlap,
)
from services.booking.turns import in_turns
from shared import directory
from shared.events.directory import PersonFacts
from shared.identity.listed import NoLongerListed, Person
from shared.messaging.outbox import announce


@dataclass(frozen=True)
class Judged:
    """A series as it would be: what can be had, and what cannot."""

    room: BookableRoom
    granted: Sequence[Granted]
    conflicts: Sequence[Conflict]

    @property
    def total(self) -> int:
        return len(self.granted) + len(self.conflicts)


@dataclass(frozen=True)
class Made:
    """A series that stands, and what was left out of it."""

    series: Series
    bookings: Sequence[Booking]
    skipped: Sequence[Conflict]


async def book_series(session: AsyncSession, wish: SeriesWish, *, by: Person, at: datetime) -> Made:
    """Raises why the series cannot be, or `SeriesConflicts`, which lists what stands against it."""
    occurrences = wish.occurrences(at=at)
    if not await is_held_listed(session, by.person_id):
        raise NoLongerListed
    series = wish.made(uuid4(), by=by, at=at)
    judged = await _judged_for_good(session, wish, occurrences, by=by, at=at, series_id=series.id)
    must_do_without(judged.conflicts, total=judged.total, up_to_percent=wish.skip_up_to_percent)
    session.add(series)
    async for some in in_turns(judged.granted, rows=wish.rows_each):
        await write_new(session, *(each.booking for each in some))
        for event in (each.confirmed for each in some if each.confirmed is not None):
            announce(session, event)
    await claim(session, *_wanted(judged.granted, judged.room), at=at)
    return Made(series, [each.booking for each in judged.granted], judged.conflicts)


async def preview_series(
    session: AsyncSession, wish: SeriesWish, *, by: Person, at: datetime
) -> Judged:
    """What would come of it at this moment; nobody is waited for, and nothing is held."""
    occurrences = wish.occurrences(at=at)
    people = await directory.people_by_email(session, wish.each.addresses)
    room = (await rooms.catalogue(session)).room(wish.room_id, viewer=by)
    granted, conflicts = await _each_judged(
        wish, occurrences, room, people=people, by=by, at=at, series_id=uuid4()
    )
    others = await seem_taken(session, _wanted(granted, room), at=at)
    return _but_those_taken(room, granted, conflicts, others)


async def _judged_for_good(
    session: AsyncSession,
    wish: SeriesWish,
    occurrences: Sequence[Occurrence],
    *,
    by: Person,
    at: datetime,
    series_id: UUID,
) -> Judged:
    """By rules that still stand once the spaces are held: who changes them holds the same ones."""
    people = await directory.people_held_by_email(session, wish.each.addresses)

    async def judge(known: Catalogue) -> Judged:
        room = known.room(wish.room_id, viewer=by)
        granted, conflicts = await _each_judged(
            wish, occurrences, room, people=people, by=by, at=at, series_id=series_id
        )
        others = await taken(session, _wanted(granted, room), at=at)
        return _but_those_taken(room, granted, conflicts, others)

    return await rooms.judged(session, judge)


async def _each_judged(
    wish: SeriesWish,
    occurrences: Sequence[Occurrence],
    room: BookableRoom,
    *,
    people: Mapping[str, PersonFacts],
    by: Person,
    at: datetime,
    series_id: UUID,
) -> tuple[list[Granted], list[Conflict]]:
    """What the room says to the series, and to each of it, a few at a time."""
    must_not_overlap([each.window for each in occurrences], room)
    granted: list[Granted] = []
    conflicts: list[Conflict] = []
    async for some in in_turns(occurrences, rows=wish.rows_each):
        had, stand_against = wish.judged(
            some, room, people=people, by=by, at=at, series_id=series_id
        )
        granted += had
        conflicts += stand_against
    return granted, conflicts


def _wanted(granted: Sequence[Granted], room: BookableRoom) -> list[Wanted]:
    """What those hold that stand once it is held; of a request nothing."""
    return [each.booking.wanted(room) for each in granted if each.confirmed is not None]


def _but_those_taken(
    room: BookableRoom,
    granted: Sequence[Granted],
    conflicts: Sequence[Conflict],
    others: set[UUID],
) -> Judged:
    free = [each for each in granted if each.booking.id not in others]
    stands_against = [
        *conflicts,
        *(Conflict(each.occurrence, RoomTaken()) for each in granted if each.booking.id in others),
    ]
    stands_against.sort(key=lambda one: one.occurrence.window.starts_at)
    return Judged(room, free, stands_against)
