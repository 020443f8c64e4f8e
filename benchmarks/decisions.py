"""Decisions over HTTP at the reference park: one serving process, reads at all doors, every answer
compared with the park's own oracle; beside an empty route there and pgbench doing the one insert.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from benchmarks.doors import (
    EMPTY,
    Doors,
    doors,
    must_be_right,
    processor_seconds,
    warm,
)
from benchmarks.figures import Figure, percentile, spread
from benchmarks.load import Answered, MakeRequest, load, load_steadily, post
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
    empty, found = _Turns(stage, lambda: nothing), _Turns(stage, make)
    for _ in range(TURNS):
        await empty.once_more(connections=connections, seconds=seconds / TURNS)
        await found.once_more(connections=connections, seconds=seconds / TURNS)
    must_be_right(found.answered)
    insert = await one_insert(stage, connections=connections, seconds=seconds)
    return [
        Figure(name, found.per_second, "decisions/s"),
        Figure(f"{name}.empty_route", empty.per_second, "requests/s"),
        Figure(f"{name}.to_empty_route", found.per_second / empty.per_second, "1"),
        Figure(f"{name}.one_insert", insert, "inserts/s"),
        Figure(f"{name}.to_one_insert", found.per_second / insert, "1"),
        Figure(f"{name}.processor", found.processor, "us/decision"),
        Figure(f"{name}.empty_route.processor", empty.processor, "us/request"),
        *spread(name, found.answered.seconds),
    ]


@dataclass
class _Turns:
    """What came back in several turns, and what the serving process needed for it."""

    stage: Doors
    make: MakeRequest
    answered: Answered = field(default_factory=Answered)
    used: float = 0.0

    async def once_more(self, *, connections: int, seconds: float) -> None:
        before = processor_seconds(self.stage.running)
        self.answered += await load(
            self.stage.url, self.make, connections=connections, seconds=seconds
        )
        self.used += processor_seconds(self.stage.running) - before

    @property
    def per_second(self) -> float:
        return self.answered.per_second

    @property
    def processor(self) -> float:
        """Microseconds of a processor for each."""
        return self.used / len(self.answered.replies) * 1e6


async def _open(stage: Doors, *, seconds: float) -> list[Figure]:
    name = f"decisions.steadily_{STEADILY:.0f}_per_s"
    make = stage.asking(stage.reader.reads(len(stage.park.cards)))
    await warm(stage, make, connections=8)
    found = await load_steadily(stage.url, make, per_second=STEADILY, seconds=seconds)
    must_be_right(found)
    worst = percentile(found.seconds, 0.99) * 1000
    return [*spread(name, found.seconds), Figure(f"{name}.p99_to_goal", worst / GOAL_MS, "1")]
