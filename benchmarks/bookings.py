"""Bookings over HTTP in a year that is booked already: one serving process, many people, each time
a room that is free; beside an empty route there and pgbench doing the bare constrained insert.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

import orjson

from benchmarks.figures import Figure, percentile, spread
from benchmarks.load import MakeRequest, Reply, Request, load, post
from benchmarks.one_booking import one_booking
from benchmarks.reference.booking.park import Person, Size
from benchmarks.rooms import Rooms, claims, must_be, rooms, value
from benchmarks.slots import Slot
from benchmarks.turns import Turns, in_turns

FULL_SECONDS = 30.0
CONNECTIONS = (8, 32)
PEOPLE = 200
"""So many book in turn, none twice at once."""
GOAL_MS = 25.0
"""p99 at eight connections."""


async def measure(scale: float) -> list[Figure]:
    """At 8 and 32 connections, then with two people invited to each."""
    seconds = max(FULL_SECONDS * scale, 3.0)
    async with rooms(Size.of_bookings(round(Size.bookings * scale))) as stage:
        make = _bookings(stage)
        size = await value(stage, "SELECT pg_database_size(current_database()) / 1048576.0")
        figures = [Figure("bookings.database", float(str(size)), "MiB")]
        for connections in CONNECTIONS:
            figures += await _closed(stage, make, connections=connections, seconds=seconds)
        return figures + await _invited(stage, seconds=seconds)


async def _closed(
    stage: Rooms, make: MakeRequest, *, connections: int, seconds: float
) -> list[Figure]:
    name = f"bookings.at_{connections}"
    await load(stage.url, make, connections=connections, seconds=1)  # caches, connections
    before = await claims(stage)
    found, empty = await in_turns(
        stage.url, stage.running, make, connections=connections, seconds=seconds
    )
    await _must_hold(stage, found, before=before)
    insert = await one_booking(stage, connections=connections, seconds=seconds)
    worst = percentile(found.answered.seconds, 0.99) * 1000
    return [
        *found.beside(empty, name, unit="booking"),
        Figure(f"{name}.p99_to_goal", worst / GOAL_MS, "1"),
        Figure(f"{name}.one_insert", insert, "inserts/s"),
        Figure(f"{name}.to_one_insert", found.per_second / insert, "1"),
    ]


async def _invited(stage: Rooms, *, seconds: float) -> list[Figure]:
    """A colleague and a guest to each; eight connections."""
    name, before = "bookings.with_two_invited_at_8", await claims(stage)
    found = Turns(stage.url, stage.running, _bookings(stage, invites=True))
    await found.once_more(connections=8, seconds=seconds)
    await _must_hold(stage, found, before=before)
    return [
        Figure(name, found.per_second, "bookings/s"),
        Figure(f"{name}.processor", found.processor, "us/booking"),
        *spread(name, found.answered.seconds),
    ]


def _bookings(stage: Rooms, *, invites: bool = False) -> MakeRequest:
    organisers = itertools.cycle(stage.park.people[-PEOPLE:])
    url = f"{stage.url}/v1/bookings"

    def make() -> Request:
        slot, organiser = next(stage.slots), next(organisers)
        invited = _two(organiser, stage.park.people) if invites else []
        headers = {**stage.headers(organiser), "idempotency-key": str(uuid4())}
        return post(url, {**slot.wish, "participants": invited}, headers, about=slot)

    return make


def _two(organiser: Person, people: Sequence[Person]) -> list[dict[str, str]]:
    colleague = people[organiser.tenant.number]
    return [{"email": colleague.email}, {"email": f"guest.of.{organiser.number}@elsewhere.example"}]


async def _must_hold(stage: Rooms, found: Turns, *, before: int) -> None:
    """Each was answered with the booking as asked for, and holds its room now."""
    must_be(found.answered.replies, 201, check=_is_as_asked)
    held = await claims(stage) - before
    if held != len(found.answered.replies):
        raise RuntimeError(f"{len(found.answered.replies)} bookings hold {held} spaces")


def _is_as_asked(reply: Reply) -> bool:
    slot, booking = reply.request.about, orjson.loads(reply.body)
    assert isinstance(slot, Slot)
    is_there = booking["room_id"] == str(slot.room.room_id)
    is_then = datetime.fromisoformat(booking["starts_at"]) == slot.starts_at
    return is_there and is_then and booking["status"] == "confirmed"
