"""What keeps messaging small and seen: old memory goes, gauges are set."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog

from shared.database import Busy, Database, DatabaseAway
from shared.messaging.bus import Bus, BusUnavailable
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.outbox import driver_in_transaction
from shared.messaging.settings import MessagingSettings

log = structlog.get_logger(__name__)

_MEASURE = """
SELECT (SELECT count(*) FROM outbox) AS outbox,
       (SELECT extract(epoch FROM clock_timestamp() - recorded_at)::float8 FROM outbox
        WHERE held_for IS DISTINCT FROM 'unaudited' ORDER BY position LIMIT 1) AS oldest,
       (SELECT count(*) FROM inbox WHERE status = 'waiting') AS waiting,
       (SELECT count(*) FROM inbox WHERE status = 'parked') AS parked
"""
_MEASURE_HELD = """
SELECT held_for, count(*) AS events FROM outbox WHERE held_for IS NOT NULL GROUP BY held_for
"""
_PRUNE = """
WITH old AS (
    SELECT event_id FROM inbox
    WHERE status = 'done' AND received_at < clock_timestamp() - $1 * interval '1 day'
    ORDER BY received_at LIMIT $2 FOR UPDATE SKIP LOCKED
)
DELETE FROM inbox USING old WHERE inbox.event_id = old.event_id RETURNING 1
"""


class DeadCount:
    """The loop that asks the broker how many messages could not even be read."""

    def __init__(
        self, bus: Bus, *, service: str, settings: MessagingSettings, metrics: MessagingMetrics
    ) -> None:
        self._bus, self._service = bus, service
        self._settings, self._metrics = settings, metrics

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            with suppress(BusUnavailable):  # the relay and the inbox say so
                self._metrics.dead.set(await self._bus.count_dead(self._service))
            with suppress(TimeoutError):
                async with asyncio.timeout(self._settings.count_dead_every):
                    await stop.wait()


class Upkeep:
    """The loop that prunes and measures."""

    def __init__(
        self, database: Database, *, settings: MessagingSettings, metrics: MessagingMetrics
    ) -> None:
        self._database, self._settings, self._metrics = database, settings, metrics

    async def run(self, stop: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        pruned_at = -self._settings.prune_every
        while not stop.is_set():
            try:
                await self.measure()
                if loop.time() - pruned_at >= self._settings.prune_every:
                    await self.prune()
                    pruned_at = loop.time()
            except (Busy, DatabaseAway):
                log.warning("upkeep.database_away")
            with suppress(TimeoutError):
                async with asyncio.timeout(self._settings.measure_every):
                    await stop.wait()

    async def measure(self) -> None:
        """Sets the gauges from the tables."""
        async with self._database.transaction() as session:
            connection = await driver_in_transaction(session)
            row = await connection.fetchrow(_MEASURE)
            held = await connection.fetch(_MEASURE_HELD)
        assert row is not None
        self._metrics.held.clear()
        for each in held:
            self._metrics.held.labels(each["held_for"]).set(each["events"])
        self._metrics.outbox_depth.set(row["outbox"])
        self._metrics.outbox_age.set(row["oldest"] or 0)
        self._metrics.waiting.set(row["waiting"])
        self._metrics.parked.set(row["parked"])

    async def prune(self) -> int:
        """Forgets what was done long ago, in batches; how many rows went."""
        gone = 0
        while True:
            async with self._database.transaction() as session:
                connection = await driver_in_transaction(session)
                rows = await connection.fetch(
                    _PRUNE, self._settings.remembered_days, self._settings.prune_batch
                )
            gone += len(rows)
            if len(rows) < self._settings.prune_batch:
                return gone
