"""A room every week for a year: 52 bookings, all or none, one caller after the other."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from uuid import uuid4

import orjson

from benchmarks.figures import Figure, percentile, spread
from benchmarks.load import Reply, Request, post
from benchmarks.reference.booking.oracle import Oracle
from benchmarks.rooms import Rooms, claims, must_be
from benchmarks.slots import NOTICE, suited
from benchmarks.turns import Turns

PATH = "/v1/series"
TIMES = 52
EARLY = 5
"""The hour at which none of the year's meetings has begun, and no other bench books."""
LONGEST = 10.0
"""Seconds; by then the free rooms of a week are nearly used up."""
GOAL_MS = 100.0


async def measure(stage: Rooms, oracle: Oracle, name: str, *, seconds: float) -> list[Figure]:
    """Each another room or day of the week; raises where not each of them is held."""
    wishes, organisers = _wishes(stage), itertools.cycle(stage.park.people)

    def make() -> Request:
        headers = {**stage.headers(next(organisers)), "idempotency-key": str(uuid4())}
        return post(stage.url + PATH, next(wishes), headers)

    before = await claims(stage)
    found = Turns(stage.url, stage.running, make)
    await found.once_more(connections=1, seconds=min(seconds, LONGEST))
    must_be(found.answered.replies, 201, check=_is_whole)
    held = await claims(stage) - before
    if held != TIMES * len(found.answered.replies):
        raise RuntimeError(f"{len(found.answered.replies)} series of {TIMES} hold {held} spaces")
    p95 = percentile(found.answered.seconds, 0.95) * 1000
    return [
        Figure(name, found.per_second, "series/s"),
        Figure(f"{name}.processor", found.processor, "us/series"),
        *spread(name, found.answered.seconds),
        Figure(f"{name}.p95_to_goal", p95 / GOAL_MS, "1"),
    ]


def _wishes(stage: Rooms) -> Iterator[dict[str, object]]:
    first = (stage.park.at + NOTICE).date()
    for number, room in itertools.product(range(7), suited(stage.park)):
        starts = datetime.combine(first + timedelta(days=number), time(EARLY))
        yield {
            "room_id": str(room.room_id),
            "starts_wall": starts.isoformat(timespec="minutes"),
            "minutes": 60,
            "rrule": f"FREQ=WEEKLY;COUNT={TIMES}",
        }


def _is_whole(reply: Reply) -> bool:
    answer = orjson.loads(reply.body)
    return len(answer["occurrences"]) == TIMES and answer["skipped"] == []
