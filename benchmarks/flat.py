"""What a decision costs with 1,000, 10,000 and 100,000 credentials: the same premises, as many
doors, ten rights each.
"""

from __future__ import annotations

import psutil

from benchmarks.doors import doors, must_be_right, warm
from benchmarks.figures import Figure, percentile
from benchmarks.load import load
from benchmarks.reference.park import Size
from benchmarks.turns import processor_seconds

FULL_SECONDS = 30.0
CONNECTIONS = 8
LEAST, MOST = 1_000, 100_000
MIB = 1024 * 1024


async def measure(scale: float) -> list[Figure]:
    """At a scale below 1 the largest number is smaller."""
    seconds = max(FULL_SECONDS * scale, 3.0)
    most = max(round(MOST * scale), 10 * LEAST)
    sizes = sorted({LEAST, 10 * LEAST, most})
    figures: list[Figure] = []
    cost: dict[int, float] = {}
    for credentials in sizes:
        found = await _with(credentials, seconds=seconds)
        figures += found
        cost[credentials] = found[0].value
    to_least = cost[most] / cost[LEAST]
    return [*figures, Figure(f"flat.at_{most}_to_{LEAST}", to_least, "1")]


async def _with(credentials: int, *, seconds: float) -> list[Figure]:
    name = f"flat.at_{credentials}"
    async with doors(Size.of_credentials(credentials)) as stage:
        make = stage.asking(stage.reader.reads(credentials))
        await warm(stage, make, connections=CONNECTIONS)
        before = processor_seconds(stage.running)
        found = await load(stage.url, make, connections=CONNECTIONS, seconds=seconds)
        used = processor_seconds(stage.running) - before
        must_be_right(found)
        resident = psutil.Process(stage.running.pid).memory_info().rss
    return [
        Figure(f"{name}.processor", used / len(found.replies) * 1e6, "us/decision"),
        Figure(f"{name}.rate", found.per_second, "decisions/s"),
        Figure(f"{name}.p50", percentile(found.seconds, 0.5) * 1000, "ms"),
        Figure(f"{name}.known_after", stage.known_after, "s"),
        Figure(f"{name}.memory", resident / MIB, "MiB"),
    ]
