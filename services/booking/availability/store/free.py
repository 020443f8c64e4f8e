"""Which rooms can be had, by whom: the rules out of the catalogue, what is held by one query."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.availability.domain import (
    Day,
    FirstSlot,
    Held,
    Need,
    WishedHours,
    first_slot,
    free_slots,
)
from services.booking.availability.domain.free import barred
from services.booking.availability.store.held import held
from services.booking.rooms.domain import BookableRoom, Stretch
from services.booking.rooms.store import catalogue
from services.booking.window import LONGEST, Window
from shared.identity.listed import Person

FIRST_LOOK, FURTHEST_LOOK = timedelta(days=1), timedelta(days=4)
"""So far ahead is looked at once: more would hold up everybody else."""
SOON = timedelta(minutes=30)


@dataclass(frozen=True)
class FreeRoom:
    """A room that can be had."""

    room: BookableRoom
    free_until: datetime
    """When it closes or is somebody else's; as far as a booking from that start can last."""


async def free_rooms(
    session: AsyncSession,
    need: Need,
    *,
    window: Window,
    viewer: Person,
    at: datetime,
    after: tuple[int, str] | None = None,
    limit: int,
) -> list[FreeRoom]:
    """The smallest fitting rooms first, one more than `limit` if there is."""
    rooms = await _fitting(session, need, viewer=viewer)
    rooms = sorted(rooms, key=_size)
    if after is not None:
        rooms = [room for room in rooms if _size(room) > after]
    until = window.starts_at + LONGEST
    taken = await held(session, rooms, within=(window.starts_at, until), at=at)
    free = _free_at(window, rooms, taken, need=need, viewer=viewer, at=at)
    return list(islice(free, limit + 1))


async def free_now(
    session: AsyncSession,
    *,
    near: tuple[UUID, ...],
    viewer: Person,
    at: datetime,
    length: timedelta = SOON,
    limit: int,
) -> list[FreeRoom]:
    """Rooms that can be had from now on for so long: those within the first of these zones (one's
    floor) before those within the next (one's building), the smallest first.
    """
    rooms = [
        room
        for room in await _fitting(session, Need(), viewer=viewer)
        if not near or not set(near).isdisjoint(room.zone_ids)
    ]
    rooms.sort(key=lambda room: (_nearness(room, near), _size(room)))
    window = Window(at, at + length)
    taken = await held(session, rooms, within=(at, at + LONGEST), at=at)
    free = _free_at(window, rooms, taken, need=Need(), viewer=viewer, at=at)
    return list(islice(free, limit))


async def first_slots(
    session: AsyncSession,
    need: Need,
    *,
    length: timedelta,
    within: Stretch,
    wished: WishedHours,
    viewer: Person,
    at: datetime,
    limit: int,
) -> list[FirstSlot]:
    """The first slot of each room, the earliest first. Looks further ahead, each time twice as far,
    only while it has found too few: most searches end on the first day.
    """
    rooms = await _fitting(session, need, viewer=viewer)
    found: list[FirstSlot] = []
    starts, look = within[0], FIRST_LOOK
    while rooms and len(found) < limit and starts < within[1]:
        until = min(starts + look, within[1])
        seen = (starts, min(until + length, within[1]))
        hours = wished.between(*seen, timezone=rooms[0].hours.timezone)
        taken = await held(session, rooms, within=seen, at=at)
        slots = (
            first_slot(room, taken, need=need, length=length, wished=hours, at=at) for room in rooms
        )
        new = {slot.room.room_id: slot for slot in slots if slot and slot.starts_at < until}
        found += sorted(new.values(), key=lambda slot: slot.place)
        rooms = [room for room in rooms if room.room_id not in new]
        starts, look = until, min(look * 2, FURTHEST_LOOK)
    return found[:limit]


async def day_of_rooms(
    session: AsyncSession,
    need: Need,
    *,
    day: Day,
    viewer: Person,
    at: datetime,
    after: str | None = None,
    limit: int,
) -> list[tuple[BookableRoom, int]]:
    """The free slots of each room that would do, by code; one more than `limit` if there is."""
    rooms = await _fitting(session, need, viewer=viewer)
    rooms = [room for room in rooms if after is None or room.code > after][: limit + 1]
    taken = await held(session, rooms, within=(day.starts_at, day.ends_at), at=at)
    return [(room, free_slots(room, taken, day=day, at=at)) for room in rooms]


async def _fitting(session: AsyncSession, need: Need, *, viewer: Person) -> list[BookableRoom]:
    """The rooms that would do and that they may book, by code."""
    rooms = (await catalogue(session)).seen_by(viewer)
    return [room for room in rooms if need.is_met_by(room, by=viewer)]


def _free_at(
    window: Window,
    rooms: list[BookableRoom],
    taken: Held,
    *,
    need: Need,
    viewer: Person,
    at: datetime,
) -> Iterator[FreeRoom]:
    """Those of them that can be had for the window, as they come: a page asks no more than it shows
    whether they are open.
    """
    for room in rooms:
        met = next((a for a, b in barred(room, taken) if b > window.starts_at), None)
        if met is not None and met < window.ends_at:
            continue
        if need.is_taken(room, window, by=viewer, at=at):
            yield FreeRoom(room, _free_until(room, window, next_held=met))


def _free_until(room: BookableRoom, window: Window, *, next_held: datetime | None) -> datetime:
    """At least the window's end: whoever may override a closure is not stopped by it here."""
    furthest = window.starts_at + LONGEST
    until = furthest if next_held is None else min(next_held, furthest)
    for begins, ends in room.open_stretches(window.starts_at, until):
        return max(window.ends_at, ends) if begins == window.starts_at else window.ends_at
    return window.ends_at


def _size(room: BookableRoom) -> tuple[int, str]:
    return room.capacity, room.code


def _nearness(room: BookableRoom, near: tuple[UUID, ...]) -> int:
    return next((turn for turn, zone_id in enumerate(near) if zone_id in room.zone_ids), len(near))
