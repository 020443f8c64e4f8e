"""How a question of phones is measured: some at once again and again, then many by themselves."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from benchmarks.figures import Figure, percentile, spread
from benchmarks.load import Reply, Request, load, load_steadily
from benchmarks.rooms import Rooms, must_be
from benchmarks.turns import Turns

AT_ONCE = 8
PER_SECOND = 20.0
"""In the open loop: each asks in its own time."""


async def ask(
    stage: Rooms,
    name: str,
    requests: Sequence[Request],
    *,
    check: Callable[[Reply], bool],
    seconds: float,
    goal_ms: float,
) -> list[Figure]:
    """These in turn; every answer is 200 and passes the check. The goal is for p95 at a rate."""
    again = itertools.cycle(requests)
    await load(stage.url, lambda: next(again), connections=AT_ONCE, seconds=1)
    closed = Turns(stage.url, stage.running, lambda: next(again))
    await closed.once_more(connections=AT_ONCE, seconds=seconds)
    steadily = await load_steadily(
        stage.url, lambda: next(again), per_second=PER_SECOND, seconds=seconds
    )
    for found in (closed.answered, steadily):
        must_be(found.replies, 200, check=check)
    p95 = percentile(steadily.seconds, 0.95) * 1000
    return [
        Figure(f"{name}.at_{AT_ONCE}", closed.per_second, "requests/s"),
        Figure(f"{name}.processor", closed.processor, "us/request"),
        *spread(f"{name}.at_{AT_ONCE}", closed.answered.seconds),
        *spread(f"{name}.steadily_{PER_SECOND:.0f}_per_s", steadily.seconds),
        Figure(f"{name}.p95_to_goal", p95 / goal_ms, "1"),
    ]
