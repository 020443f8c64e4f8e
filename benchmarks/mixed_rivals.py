"""All that can want the spaces of a divisible room for one hour, at the same moment: bookings of
the whole and of each half, moves into them, holds, series that come by.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import cast
from uuid import UUID, uuid4

import orjson

from benchmarks.contest import Contest, Rival
from benchmarks.load import connected, post
from benchmarks.reference.booking.park import SEED, TIMEZONE, Park, Person, Room
from benchmarks.reference.booking.year import DAYS
from benchmarks.rooms import Rooms, value
from benchmarks.slots import Slot
from shared.clock import wall_time

HELD = """
SELECT coalesce(array_agg(space_id), '{}') FROM claims
WHERE space_id = ANY ($1) AND during && tstzrange($2, $3, '[)')
"""
HOURS = (9, 12, 15)
"""Within those of every room, and so far apart that no buffers meet."""


@dataclass
class Mixed:
    """Who wants what, round by round."""

    stage: Rooms
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    people: Iterator[Person] = field(init=False)

    def __post_init__(self) -> None:
        self.people = itertools.cycle(self.stage.park.people)

    async def rivals(
        self, rooms: Sequence[Room], starts_at: datetime, *, kinds: Sequence[Kind], count: int
    ) -> list[Rival]:
        """So many, of all kinds and for all these rooms alike, in an order of chance."""
        wants = itertools.cycle(itertools.product(rooms, kinds))
        found = [
            await kind(self, next(self.people), Slot(room, starts_at))
            for room, kind in itertools.islice(wants, count)
        ]
        self.chance.shuffle(found)
        return found

    async def booked(self, person: Person) -> str:
        """A booking of theirs in some other room; its id."""
        wish = {**next(self.stage.slots).wish, "participants": []}
        headers = {**self.stage.headers(person), "idempotency-key": str(uuid4())}
        request = post(f"{self.stage.url}/v1/bookings", wish, headers)
        async with connected(self.stage.url, connections=1) as wires:
            reply = await wires[0].ask(request)
        if reply.status != 201:
            raise RuntimeError(f"no booking to be moved: {reply.status} {reply.body!r}")
        return cast(str, orjson.loads(reply.body)["booking_id"])


Kind = Callable[[Mixed, Person, Slot], Awaitable[Rival]]


async def _booking(mixed: Mixed, person: Person, slot: Slot) -> Rival:
    return Rival(person, "/v1/bookings", {**slot.wish, "participants": []}, _spaces(slot))


async def _hold(mixed: Mixed, person: Person, slot: Slot) -> Rival:
    return Rival(person, "/v1/holds", slot.wish, _spaces(slot), kind="hold")


async def _move(mixed: Mixed, person: Person, slot: Slot) -> Rival:
    path = f"/v1/bookings/{await mixed.booked(person)}/move"
    return Rival(person, path, slot.wish, _spaces(slot), kind="move")


async def _series(mixed: Mixed, person: Person, slot: Slot) -> Rival:
    """Whose later ones meet nobody."""
    body = {
        "room_id": str(slot.room.room_id),
        "starts_wall": wall_time(slot.starts_at, timezone=TIMEZONE).isoformat(timespec="minutes"),
        "minutes": 60,
        "rrule": "FREQ=WEEKLY;INTERVAL=4;COUNT=4",
    }
    return Rival(person, "/v1/series", body, _spaces(slot), kind="series")


KINDS: tuple[tuple[Kind, ...], ...] = (
    (_booking, _move, _hold, _series),
    (_move, _hold, _series),
    (_move, _series),
    (_series,),
)
"""In turn: of unlike ones the quicker are done first, bookings before holds, moves, series."""


def _spaces(slot: Slot) -> frozenset[UUID]:
    return frozenset(space.space_id for space in slot.room.spaces)


async def mixed_rounds(found: Contest, *, count: int, rounds: int) -> None:
    """Each in an hour of its own. Raises where what is held is not what was won, or where a space
    stayed free although somebody wanted it by itself.
    """
    mixed, in_turn = Mixed(found.stage), itertools.cycle(KINDS)
    for rooms, starts_at in itertools.islice(_hours(found.stage.park), rounds):
        rivals = await mixed.rivals(rooms, starts_at, kinds=next(in_turn), count=count)
        winners = await found.round(rivals)
        await _must_add_up(found.stage, rooms, starts_at, winners)


def _hours(park: Park) -> Iterator[tuple[tuple[Room, Room, Room], datetime]]:
    """Working hours after the booked year, of a hall that everybody books: its whole and halves."""
    halls = [
        (park.rooms[at], park.rooms[at - 1], park.rooms[at - 2])
        for at, room in enumerate(park.rooms)
        if len(room.spaces) > 1 and not any(each.tenants for each in park.rooms[at - 2 : at + 1])
    ]
    first = (park.at + timedelta(days=DAYS + 1)).date()
    for number, hour, hall in itertools.product(range(365), HOURS, halls):
        day = first + timedelta(days=number)
        if day.isoweekday() <= 5:
            yield hall, datetime.combine(day, time(hour), UTC)


async def _must_add_up(
    stage: Rooms, rooms: Sequence[Room], starts_at: datetime, winners: Sequence[Rival]
) -> None:
    spaces = frozenset(space.space_id for room in rooms for space in room.spaces)
    ends_at = Slot(rooms[0], starts_at).ends_at
    held = Counter(cast(list[UUID], await value(stage, HELD, list(spaces), starts_at, ends_at)))
    won = Counter(space_id for winner in winners for space_id in winner.space_ids)
    if held != won or set(held) != spaces or max(held.values()) > 1:
        raise RuntimeError(f"of {spaces} at {starts_at}, won: {won}, held: {held}")
