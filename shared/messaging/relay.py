"""From the outbox to the bus: a row goes only after the bus confirmed its message.

One relay per database works at a time; others stand by. The lock and the rows belong to one
transaction on one connection, so whoever dies or stands still loses both.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import asyncpg
import structlog

from shared.messaging.backoff import Backoff
from shared.messaging.bus import Bus, BusUnavailable, Unroutable
from shared.messaging.crash import crash_point, crash_wanted
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.settings import MessagingSettings
from shared.messaging.tables import OUTBOX_CHANNEL
from shared.messaging.tracing import published_span
from shared.messaging.wire import message_of

log = structlog.get_logger(__name__)

AWAY = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)
RELAY_LOCK = 7_026_011
"""The advisory lock that the active relay of a database holds."""

_BEGIN = """
SELECT set_config('idle_in_transaction_session_timeout', $2, true),
       set_config('synchronous_commit', 'off', true),
       pg_try_advisory_xact_lock($1) AS is_ours
"""
"""A deletion lost in a crash of the database is a duplicate, which the inbox drops."""

_CLAIM = """
SELECT position, event_id, name, subject, sequence, tenant_id, body, trace, is_replay, recorded_at
FROM outbox AS o
WHERE NOT EXISTS (
    SELECT FROM outbox AS held
    WHERE held.subject = o.subject AND held.position <= o.position AND held.name = ANY($2)
)
ORDER BY position LIMIT $1 FOR UPDATE
"""
"""`$2`: names that no queue takes at present; what follows on their subject waits with them."""

_CLAIM_ALL = """
SELECT position, event_id, name, subject, sequence, tenant_id, body, trace, is_replay, recorded_at
FROM outbox ORDER BY position LIMIT $1 FOR UPDATE
"""


class Relay:
    """Publishes what one service's database holds in its outbox."""

    def __init__(
        self,
        url: str,
        bus: Bus,
        *,
        service: str,
        settings: MessagingSettings,
        metrics: MessagingMetrics,
    ) -> None:
        self._url, self._bus, self._service = url, bus, service
        self._settings, self._metrics = settings, metrics
        self._wake = asyncio.Event()
        self._backoff = Backoff(first=settings.backoff_first, longest=settings.backoff_longest)
        self._paused: dict[str, tuple[float, Backoff]] = {}
        self.is_connected = False

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; outlives its database and its broker."""
        while not stop.is_set():
            try:
                await self._work(stop)
            except AWAY as error:
                log.warning("relay.database_away", service=self._service, error=repr(error))
            self.is_connected = False
            await self._backoff.wait(unless=stop)

    def nudge(self) -> None:
        """Look again now."""
        self._wake.set()

    async def _work(self, stop: asyncio.Event) -> None:
        settings = self._settings
        connection = await asyncpg.connect(
            self._url,
            timeout=5,
            command_timeout=10,
            server_settings={"application_name": f"{self._service} relay", "timezone": "UTC"},
        )
        try:
            connection.add_termination_listener(lambda *_: self.nudge())
            await connection.add_listener(OUTBOX_CHANNEL, lambda *_: self.nudge())
            self.is_connected = True
            self._backoff.reset()
            while not stop.is_set():
                self._wake.clear()
                try:
                    has_more = await self._batch(connection)
                except BusUnavailable as error:
                    log.warning("relay.bus_away", service=self._service, error=str(error))
                    await self._backoff.wait(unless=stop)
                    continue
                if not has_more:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(settings.relay_poll):
                            await self._wake.wait()
        finally:
            with suppress(*AWAY):
                await connection.close(timeout=2)

    async def _batch(self, connection: asyncpg.Connection[Any]) -> bool:
        """Publishes the oldest rows; whether there may be more.

        Raises `BusUnavailable` after committing what went well.
        """
        settings = self._settings
        idle = f"{int(settings.relay_idle_timeout * 1000)}ms"
        async with connection.transaction():
            begun = await connection.fetchrow(_BEGIN, RELAY_LOCK, idle)
            if begun is None or not begun["is_ours"]:
                return False
            if held := self._held_names():
                rows = await connection.fetch(_CLAIM, settings.relay_batch, held)
            else:
                rows = await connection.fetch(_CLAIM_ALL, settings.relay_batch)
            if not rows:
                return False
            crash_point("after_claim")
            confirmed, trouble = await self._publish(rows)
            crash_point("after_confirm")
            if confirmed:
                await connection.execute(
                    "DELETE FROM outbox WHERE position = ANY($1::bigint[])", confirmed
                )
        self._metrics.published.inc(len(confirmed))
        if trouble is not None:
            raise trouble
        self._backoff.reset()
        return bool(confirmed)

    def _held_names(self) -> list[str]:
        now = asyncio.get_running_loop().time()
        return [name for name, (until, _) in self._paused.items() if until > now]

    async def _publish(self, rows: list[asyncpg.Record]) -> tuple[list[int], BusUnavailable | None]:
        """The positions that were confirmed, and what went wrong with the bus, if anything."""
        by_subject: dict[str, list[asyncpg.Record]] = {}
        for row in rows:
            by_subject.setdefault(row["subject"], []).append(row)
        left = iter(by_subject.values())
        deadline = asyncio.get_running_loop().time() + self._settings.relay_idle_timeout / 3
        confirmed: list[int] = []
        troubles: list[BusUnavailable] = []

        async def in_order(subject_rows: list[asyncpg.Record]) -> None:
            # Never two of one subject in flight; none after one that failed.
            for row in subject_rows:
                if troubles or asyncio.get_running_loop().time() > deadline:
                    return
                try:
                    await self._publish_one(row)
                except BusUnavailable as error:
                    self._metrics.troubles.labels("unavailable").inc()
                    troubles.append(error)
                    return
                except Unroutable:
                    self._pause(row["name"])
                    return
                confirmed.append(row["position"])

        async def one_subject_after_another() -> None:
            for subject_rows in left:
                await in_order(subject_rows)

        async with asyncio.TaskGroup() as together:
            for _ in range(min(self._settings.relay_in_flight, len(by_subject))):
                together.create_task(one_subject_after_another())
        return confirmed, troubles[0] if troubles else None

    async def _publish_one(self, row: asyncpg.Record) -> None:
        if crash_wanted("after_publish"):
            asyncio.get_running_loop().call_later(0.002, crash_point, "after_publish")
        message = message_of(row, service=self._service)
        with published_span(row["name"], row["trace"]):
            await self._bus.publish(message)
        if row["name"] in self._paused:
            del self._paused[row["name"]]

    def _pause(self, name: str) -> None:
        """No queue is bound to it: an alert, and nobody else waits for it."""
        _, backoff = self._paused.get(name) or (
            0.0,
            Backoff(first=self._settings.backoff_first * 5, longest=self._settings.backoff_longest),
        )
        until = asyncio.get_running_loop().time() + backoff.next_wait()
        self._paused[name] = (until, backoff)
        self._metrics.troubles.labels("unroutable").inc()
        log.error("relay.unroutable", service=self._service, name=name)
