"""What is sent to others and may be lost on the way: claimed, tried, and what became of it noted.

One rule: an attempt is written down before it is made, and what became of it as soon as it is
known; between the two there is no transaction. What is lost (the process, the answer) is tried
again; what is known to be accepted never is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import Clock
from shared.database import Database
from shared.errors import TryLater

log = structlog.get_logger(__name__)

DRAIN_SECONDS = 5
"""How long a worker that is told to stop waits for what is on its way."""
LOST_AFTER = timedelta(minutes=2)
"""Then an attempt of which nothing was heard is repeated."""
LONGEST_ATTEMPT = timedelta(seconds=90)
"""Well below `LOST_AFTER`: who is still sending must not be taken for dead."""
NOTED_AGAIN_AFTER = 0.5
"""Seconds until an outcome is noted again where the database was away."""


class Begun(Protocol):
    """An attempt that is written down."""

    @property
    def key(self) -> UUID:
        """What there is one attempt for at a time."""
        ...


B = TypeVar("B", bound=Begun)
R = TypeVar("R")


class Queue(Protocol[B, R]):
    """What is to be sent, how, and what its outcome means; `R` is what became of an attempt."""

    async def claim(
        self, session: AsyncSession, *, at: datetime, busy: Collection[UUID], limit: int
    ) -> Sequence[B]:
        """Begins attempts at what is due: for each key one, and none for those that are busy."""
        ...

    async def attempt(self, begun: B) -> R:
        """Sends it."""
        ...

    def unsent(self, reason: str) -> R:
        """What becomes of an attempt that broke, or took too long."""
        ...

    async def note(self, session: AsyncSession, begun: B, became: R, *, at: datetime) -> None:
        """Writes down what became of it."""
        ...


@dataclass(frozen=True)
class Attempts(Generic[B, R]):
    """The worker's loop over one queue."""

    queue: Queue[B, R]
    database: Database
    clock: Clock
    at_once: int
    longest_attempt: timedelta = LONGEST_ATTEMPT
    _at_work: dict[UUID, asyncio.Task[None]] = field(default_factory=dict)

    async def round(self) -> bool:
        """Begins what is due, and waits until one of those at work has ended; true if there may be
        more. Told to stop, it ends what it has begun.
        """
        try:
            begun = await self.claim()
            for each in begun:
                self._at_work[each.key] = asyncio.create_task(self._send(each))
            await self._wait(until=asyncio.FIRST_COMPLETED, within=NOTED_AGAIN_AFTER)
        except asyncio.CancelledError:
            await self._wait(until=asyncio.ALL_COMPLETED, within=DRAIN_SECONDS)
            for task in self._at_work.values():
                task.cancel()
            raise
        return bool(begun or self._at_work)

    async def claim(self) -> Sequence[B]:
        """Writes down the attempts that begin now."""
        busy = list(self._at_work)
        if len(busy) >= self.at_once:
            return []
        async with self.database.transaction() as session:
            limit = self.at_once - len(busy)
            return await self.queue.claim(session, at=self.clock(), busy=busy, limit=limit)

    async def _wait(self, *, until: str, within: float) -> None:
        if self._at_work:
            await asyncio.wait(self._at_work.values(), timeout=within, return_when=until)
        for key in [key for key, task in self._at_work.items() if task.done()]:
            del self._at_work[key]

    async def _send(self, begun: B) -> None:
        became = await self._attempt(begun)
        while True:
            try:
                async with self.database.transaction() as session:
                    return await self.queue.note(session, begun, became, at=self.clock())
            except TryLater:
                await asyncio.sleep(NOTED_AGAIN_AFTER)

    async def _attempt(self, begun: B) -> R:
        try:
            async with asyncio.timeout(self.longest_attempt.total_seconds()):
                return await self.queue.attempt(begun)
        except TimeoutError:
            return self.queue.unsent("no answer in time")
        except Exception as broken:  # what becomes of its neighbours must be noted all the same
            kind = type(broken).__name__
            log.error("attempt.broken", queue=type(self.queue).__name__, error=kind)
            return self.queue.unsent(f"cannot be sent: {kind}")
