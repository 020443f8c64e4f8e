"""Decisions over HTTP at the reference park: one serving process, reads at all doors, every answer
compared with the park's own oracle; beside an empty route there and pgbench doing the one insert.
"""

from __future__ import annotations

from benchmarks.doors import Doors, doors, must_be_right, warm
from benchmarks.figures import Figure, percentile, spread
from benchmarks.load import load_steadily
from benchmarks.one_decision import one_decision
from benchmarks.reference.park import Size
from benchmarks.turns import in_turns

FULL_SECONDS = 30.0
CONNECTIONS = (8, 32)
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
    await warm(stage, make, connections=connections)
    found, empty = await in_turns(
        stage.url, stage.running, make, connections=connections, seconds=seconds
    )
    must_be_right(found.answered)
    insert = await one_decision(stage, connections=connections, seconds=seconds)
    return [
        *found.beside(empty, name, unit="decision"),
        Figure(f"{name}.one_insert", insert, "inserts/s"),
        Figure(f"{name}.to_one_insert", found.per_second / insert, "1"),
    ]


async def _open(stage: Doors, *, seconds: float) -> list[Figure]:
    name = f"decisions.steadily_{STEADILY:.0f}_per_s"
    make = stage.asking(stage.reader.reads(len(stage.park.cards)))
    await warm(stage, make, connections=8)
    found = await load_steadily(stage.url, make, per_second=STEADILY, seconds=seconds)
    must_be_right(found)
    worst = percentile(found.seconds, 0.99) * 1000
    return [*spread(name, found.seconds), Figure(f"{name}.p99_to_goal", worst / GOAL_MS, "1")]
