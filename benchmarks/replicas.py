"""One serving process of booking against two on the same database: phones that look for a room.

The load, PostgreSQL and the processes share the machine's cores, which is said beside: on two cores
the second process can win no more than what the first one leaves idle.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Callable

from benchmarks.figures import Figure, percentile
from benchmarks.load import Answered, Request, load
from benchmarks.phones.search import QUESTIONS, is_right, search_asked
from benchmarks.reference.booking.oracle import oracle_of
from benchmarks.reference.booking.park import SEED, Size
from benchmarks.rooms import Rooms, must_be, rooms

FULL_SECONDS = 30.0
CONNECTIONS = 16
"""In all, whoever they go to."""


async def measure(scale: float) -> list[Figure]:
    """In turns, three times each."""
    seconds = max(FULL_SECONDS * scale, 3.0) / 3
    async with rooms(Size.of_bookings(round(Size.bookings * scale)), processes=2) as stage:
        requests = _requests(stage)
        alone, both = Answered(), Answered()
        await _asked(stage, requests, processes=2, seconds=1)
        for _ in range(3):
            alone += await _asked(stage, requests, processes=1, seconds=seconds)
            both += await _asked(stage, requests, processes=2, seconds=seconds)
    return [
        Figure("replicas.one", alone.per_second, "requests/s"),
        Figure("replicas.two", both.per_second, "requests/s"),
        Figure("replicas.two_to_one", both.per_second / alone.per_second, "1"),
        Figure("replicas.one.p95", percentile(alone.seconds, 0.95) * 1000, "ms"),
        Figure("replicas.two.p95", percentile(both.seconds, 0.95) * 1000, "ms"),
    ]


def _requests(stage: Rooms) -> Callable[[], Request]:
    oracle, chance = oracle_of(stage.park), random.Random(SEED)
    again = itertools.cycle([search_asked(stage, oracle, chance) for _ in range(QUESTIONS)])
    return lambda: next(again)


async def _asked(
    stage: Rooms, make: Callable[[], Request], *, processes: int, seconds: float
) -> Answered:
    """So many connections, shared among the first processes; every answer is checked."""
    loads = [
        load(process.url, make, connections=CONNECTIONS // processes, seconds=seconds)
        for process in stage.serving[:processes]
    ]
    found = await asyncio.gather(*loads)
    replies = [reply for each in found for reply in each.replies]
    must_be(replies, 200, check=is_right)
    return Answered(replies, max(each.took for each in found))
