"""What a service does when nobody asks: relay, inbox, timers, and loops of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from shared.messaging.bus import Bus
from shared.messaging.inbox import Inbox
from shared.messaging.machinery import Machinery
from shared.messaging.timers import Timers
from shared.once import forget_answers
from shared.web.ground import Ground

log = structlog.get_logger(__name__)

LONGEST_PAUSE = 30.0
ONCE_AN_HOUR = 3600.0


@dataclass(frozen=True)
class Loop:
    """A round of work that is repeated: `round` does what is due and says whether there may be
    more.
    """

    name: str
    round: Callable[[], Awaitable[bool]]
    every: float
    """Seconds between rounds that found nothing more to do."""
    hears_first: float = 0.0
    """So many seconds the inbox listens before a round: for what is judged by what nobody said."""


@asynccontextmanager
async def working(
    ground: Ground, bus: Bus, *, inbox: Inbox, timers: Timers, loops: Sequence[Loop] = ()
) -> AsyncIterator[Machinery]:
    """Works while the block lasts, then drains. Starts also where broker or database are away."""
    machinery = Machinery(
        ground.database,
        bus,
        inbox=inbox,
        timers=timers,
        metrics=ground.registry,
        traces=ground.traces,
    )
    await machinery.start()
    forgetting = Loop("answers.forget", lambda: _forget(ground), every=ONCE_AN_HOUR)
    tasks = [
        asyncio.create_task(_run(loop, machinery), name=loop.name) for loop in (*loops, forgetting)
    ]
    try:
        yield machinery
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await machinery.stop()


async def _run(loop: Loop, machinery: Machinery) -> None:
    failures = 0
    while True:
        try:
            has_heard = machinery.has_listened_for(loop.hears_first)
            has_more = has_heard and await loop.round()
            failures = 0
        except Exception as error:  # an edge loop: it outlives whatever one round meets
            failures += 1
            has_more = False
            kind = type(error).__name__
            log.warning("loop.failed", loop=loop.name, error=kind, failures=failures)
        if not has_more:
            pause = loop.every * 2**failures
            await asyncio.sleep(min(pause, max(loop.every, LONGEST_PAUSE)))


async def _forget(ground: Ground) -> bool:
    async with ground.database.transaction() as session:
        await forget_answers(session, at=datetime.now(UTC))
    return False
