"""Decisions over HTTP at the reference park: one serving process, reads at all doors, every answer
compared with the park's own oracle; beside an empty route there and pgbench doing the one insert.
"""

from __future__ import annotations

from benchmarks.doors import (
    EMPTY,
    Doors,
    doors,
    must_be_right,
    processor_seconds,
    warm,
)
from benchmarks.figures import Figure, percentile, spread
from benchmarks.load import Answered, load, load_steadily, post
from benchmarks.pgbench import one_insert
from benchmarks.reference.park import Size

FULL_SECONDS = 30.0
CONNECTIONS = (8, 32)
TURNS = 3
STEADILY = 300.0
"""Reads a second in the open loop."""
GOAL_MS = 10.0
"""p99 there."""


async def measure(scale: float) -> list[Figure]:
    """At 8 and 32 connections, then at a steady rate."""
    seconds = max(FULL_SECONDS * scale, 3.0)
    async with doors(Size.of(scale)) as stage:
        figures: list[Figure] = []
        for connections in CONNECTIONS:
            figures += await _closed(stage, connections=connections, seconds=seconds)
        return figures + await _open(stage, seconds=seconds)


async def _closed(stage: Doors, *, connections: int, seconds: float) -> list[Figure]:
    """Empty route and decisions take turns, so that what else the machine does meets both."""
    name = f"decisions.at_{connections}"
    make = stage.asking(stage.reader.reads(len(stage.park.cards)))
    nothing = post(f"{stage.url}/v1/empty", EMPTY, {})
    await warm(stage, make, connections=connections)
    empty, found, used = Answered(), Answered(), 0.0
    for _ in range(TURNS):
        turn = seconds / TURNS
        empty += await load(stage.url, lambda: nothing, connections=connections, seconds=turn)
        before = processor_seconds(stage.serving[0])
        found += await load(stage.url, make, connections=connections, seconds=turn)
        used += processor_seconds(stage.serving[0]) - before
    must_be_right(found)
    insert = await one_insert(stage, connections=connections, seconds=seconds)
    return [
        Figure(name, found.per_second, "decisions/s"),
        Figure(f"{name}.empty_route", empty.per_second, "requests/s"),
        Figure(f"{name}.to_empty_route", found.per_second / empty.per_second, "1"),
        Figure(f"{name}.one_insert", insert, "inserts/s"),
        Figure(f"{name}.to_one_insert", found.per_second / insert, "1"),
        Figure(f"{name}.processor", used / len(found.replies) * 1e6, "us/decision"),
        *spread(name, found.seconds),
    ]


async def _open(stage: Doors, *, seconds: float) -> list[Figure]:
    name = f"decisions.steadily_{STEADILY:.0f}_per_s"
    make = stage.asking(stage.reader.reads(len(stage.park.cards)))
    await warm(stage, make, connections=8)
    found = await load_steadily(stage.url, make, per_second=STEADILY, seconds=seconds)
    must_be_right(found)
    worst = percentile(found.seconds, 0.99) * 1000
    return [*spread(name, found.seconds), Figure(f"{name}.p99_to_goal", worst / GOAL_MS, "1")]
