"""Runs the timers that are due: the reaction, and the end of the timer, are one transaction.

The row is not locked while its reaction runs (an advisory lock keeps other workers away): a command
that holds the aggregate and moves or cancels the timer must never wait for a reaction that waits
for that aggregate. So a reaction can be a moment late, and looks at its aggregate before it acts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database import Busy, Database, DatabaseAway
from shared.messaging.backoff import Backoff
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.outbox import driver_in_transaction
from shared.messaging.reasons import reason_of
from shared.messaging.receiver import TooSlow
from shared.messaging.settings import MessagingSettings
from shared.messaging.timers import TimerReaction, Timers

log = structlog.get_logger(__name__)

Clock = Callable[[], datetime]

_DUE = """
SELECT name, key FROM timers
WHERE next_at <= $1 AND name = ANY($2::text[]) ORDER BY next_at LIMIT $3
"""
_TAKE = "SELECT pg_try_advisory_xact_lock(hashtextextended($1 || chr(31) || $2, 7026012))"
_STILL_DUE = "SELECT due_at FROM timers WHERE name = $1 AND key = $2 AND next_at <= $3"
_END = "DELETE FROM timers WHERE name = $1 AND key = $2 AND due_at = $3"
_LATER = """
UPDATE timers SET attempts = attempts + 1, reason = $4,
    next_at = $5::timestamptz
        + ($6::float8[])[least(attempts + 1, cardinality($6::float8[]))] * interval '1 second'
WHERE name = $1 AND key = $2 AND due_at = $3 RETURNING attempts
"""


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


class TimerRunner:
    """The loop over one service's timers."""

    def __init__(
        self,
        database: Database,
        timers: Timers,
        *,
        settings: MessagingSettings,
        metrics: MessagingMetrics,
        clock: Clock = utc_now,
    ) -> None:
        self._database, self._timers, self._clock = database, timers, clock
        self._settings, self._metrics = settings, metrics

    async def run(self, stop: asyncio.Event) -> None:
        settings = self._settings
        backoff = Backoff(first=settings.backoff_first, longest=settings.backoff_longest)
        while not stop.is_set():
            try:
                went_off = await self.round()
                backoff.reset()
            except (Busy, DatabaseAway):
                log.warning("timers.database_away", service=self._timers.service)
                await backoff.wait(unless=stop)
                continue
            if not went_off:
                with suppress(TimeoutError):
                    async with asyncio.timeout(settings.timers_poll):
                        await stop.wait()

    async def round(self) -> int:
        """Lets go off what is due; how many did."""
        now = self._clock()
        async with self._database.transaction() as session:
            connection = await driver_in_transaction(session)
            due = await connection.fetch(
                _DUE, now, sorted(self._timers.names), 25 * self._settings.timers_at_once
            )
        room = asyncio.Semaphore(self._settings.timers_at_once)
        went_off = 0

        async def one(name: str, key: str) -> None:
            nonlocal went_off
            async with room:
                with suppress(Busy, DatabaseAway):  # it is still there, and due
                    went_off += await self._go_off(name, key, at=now)

        async with asyncio.TaskGroup() as together:
            for row in due:
                together.create_task(one(row["name"], row["key"]))
        return went_off

    async def _go_off(self, name: str, key: str, *, at: datetime) -> bool:
        reaction = self._timers.reaction_to(name)
        assert reaction is not None
        due_at: datetime | None = None
        try:
            async with self._database.transaction() as session:
                connection = await driver_in_transaction(session)
                if not await connection.fetchval(_TAKE, name, key):
                    return False
                due_at = await connection.fetchval(_STILL_DUE, name, key, at)
                if due_at is None:
                    return False
                await self._react(reaction, key, session, at)
                await session.flush()
                await connection.execute(_END, name, key, due_at)
        except Exception as error:  # an edge: a timer that fails is tried again, never dropped
            if due_at is None:
                raise
            await self._later(name, key, due_at, at=at, error=error)
            return False
        self._metrics.timers.labels("done").inc()
        return True

    async def _react(
        self, reaction: TimerReaction, key: str, session: AsyncSession, at: datetime
    ) -> None:
        try:
            async with asyncio.timeout(self._settings.reaction_timeout) as patience:
                await reaction(key, session, at)
        except TimeoutError as error:
            if patience.expired():
                raise TooSlow(f"after {self._settings.reaction_timeout} s") from error
            raise

    async def _later(
        self, name: str, key: str, due_at: datetime, *, at: datetime, error: Exception
    ) -> None:
        ladder = list(self._settings.waiting_ladder)
        async with self._database.transaction() as session:
            connection = await driver_in_transaction(session)
            attempts = await connection.fetchval(
                _LATER, name, key, due_at, reason_of(error), at, ladder
            )
        self._metrics.timers.labels("failed").inc()
        kind = type(error).__name__
        log.warning("timer.failed", timer=name, attempts=attempts, error=kind)
