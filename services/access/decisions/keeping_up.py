"""Keeps a serving process's policy near the present, also while nobody asks.

Only for speed: every decision proves the version by itself, so a listener that has silently died
costs the first read a moment and can let nobody in.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog

from services.access.decisions.writer import Writer
from services.access.policy.watched import CHANNEL
from shared.database import Database, session_settings
from shared.errors import Refusal

log = structlog.get_logger(__name__)

LOOK_EVERY = 1.0
"""Seconds between two looks where nothing was heard."""
LONGEST_PAUSE = 10.0
LONGEST_FIRST_LOAD = 60.0


@asynccontextmanager
async def kept_up(writer: Writer, database: Database) -> AsyncIterator[None]:
    """Knows the policy before the first read comes, where the database answers; then listens while
    the block lasts.
    """
    with suppress(Refusal, TimeoutError):
        async with asyncio.timeout(LONGEST_FIRST_LOAD):
            await writer.learn()
    task = asyncio.create_task(_keep_up(writer, database), name="policy.keep_up")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _keep_up(writer: Writer, database: Database) -> None:
    pause = LOOK_EVERY
    while True:
        try:
            await _listen(writer, database)
        except Exception as error:  # an edge loop: it outlives a database that is away
            log.warning("policy.not_heard", error=type(error).__name__)
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


async def _listen(writer: Writer, database: Database) -> None:
    heard = asyncio.Event()
    connection = await database.connect(server_settings=session_settings(f"{database.name} policy"))
    try:
        await connection.add_listener(CHANNEL, lambda *_: heard.set())
        while not connection.is_closed():
            heard.clear()
            await writer.learn()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    await heard.wait()
    finally:
        await connection.close(timeout=2)
