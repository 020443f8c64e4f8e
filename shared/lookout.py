"""Looks for news in a service's own database, again and again, while somebody waits for them.

One look for everybody who waits, at a steady pace. Notifications of PostgreSQL would be sooner by a
fraction of that pace, and would let those who write commit only one after the other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from shared.database import Database, Driver
from shared.errors import TryLater
from shared.messaging.backoff import Backoff

log = structlog.get_logger(__name__)

Look = Callable[[Driver, str | None], Awaitable[str]]
"""Told the snapshot of the last look, or None where anything may have happened since; returns that
of its own.
"""


async def look_out(
    look: Look, database: Database, *, wanted: asyncio.Event, gap: float, what: str
) -> None:
    """Until cancelled, while `wanted` is set; `gap` are seconds. Outlives whatever one look meets,
    a database that is away first of all.
    """
    backoff, snapshot = Backoff(first=0.2, longest=30), None
    while True:
        if not wanted.is_set():
            snapshot = None
            await wanted.wait()
        try:
            async with database.driver() as connection:
                snapshot = await look(connection, snapshot)
        except Exception as error:  # an edge loop: those who wait depend on the next look
            snapshot, kind = None, type(error).__name__
            if isinstance(error, TryLater):
                log.warning("lookout.database_away", what=what, error=kind)
            else:
                log.warning("lookout.failed", what=what, error=kind)
            await backoff.wait(unless=asyncio.Event())
        else:
            backoff.reset()
            await asyncio.sleep(gap)
