"""From the outbox to the bus: a row goes only after the bus confirmed its message.

One relay per database works at a time; others stand by. The lock and the rows belong to one
transaction on one connection, so whoever dies or stands still loses both.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from enum import Enum, auto
from typing import Any

import asyncpg
import structlog

from shared.database import Database
from shared.messaging import outbox_rows
from shared.messaging.backoff import Backoff
from shared.messaging.bus import Bus, BusUnavailable
from shared.messaging.crash import crash_point
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.rest import OUTBOX_CHANNEL, Lain, Rest
from shared.messaging.sending import Sending, Sent
from shared.messaging.settings import MessagingSettings
from shared.messaging.tracing import MessageSpans

log = structlog.get_logger(__name__)

AWAY = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)


class Found(Enum):
    """What a look at the outbox found."""

    SOME = auto()
    """There may be more."""
    NOTHING = auto()
    ANOTHER = auto()
    """Another relay works."""


class Relay:
    """Publishes what one service's database holds in its outbox."""

    def __init__(
        self,
        database: Database,
        bus: Bus,
        *,
        service: str,
        settings: MessagingSettings,
        metrics: MessagingMetrics,
        spans: MessageSpans,
    ) -> None:
        self._database, self._service = database, service
        self._settings, self._metrics = settings, metrics
        self._sending = Sending(
            bus, service=service, settings=settings, metrics=metrics, spans=spans
        )
        self._wake = asyncio.Event()
        self._backoff = Backoff(first=settings.backoff_first, longest=settings.backoff_longest)
        self._patience = Backoff(first=settings.backoff_first * 5, longest=settings.backoff_longest)
        self._look_again_at = 0.0
        """When one held row of each name is tried."""
        self.is_connected = False

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; outlives its database and its broker."""
        while not stop.is_set():
            try:
                await self._work(stop)
            except AWAY as error:
                kind = type(error).__name__
                log.warning("relay.database_away", service=self._service, error=kind)
            finally:
                self.is_connected = False
            await self._backoff.wait(unless=stop)

    def nudge(self) -> None:
        """Look again now."""
        self._wake.set()

    async def _work(self, stop: asyncio.Event) -> None:
        connection = await self._database.connect(
            command_timeout=10,
            server_settings={"application_name": f"{self._service} relay", "timezone": "UTC"},
        )
        try:
            connection.add_termination_listener(lambda *_: self.nudge())
            await connection.add_listener(OUTBOX_CHANNEL, lambda *_: self.nudge())
            self.is_connected = True
            self._backoff.reset()
            rest = Rest(connection)
            while not stop.is_set():
                try:
                    await self._look(connection, rest)
                except BusUnavailable as error:
                    why = type(error.__cause__ or error).__name__
                    log.warning("relay.bus_away", service=self._service, why=why)
                    await rest.rise()
                    await self._backoff.wait(unless=stop)
        finally:
            with suppress(*AWAY):
                await connection.close(timeout=2)

    async def _look(self, connection: asyncpg.Connection[Any], rest: Rest) -> None:
        """Once; waits where there was nothing, also by then. Raises `BusUnavailable`."""
        self._wake.clear()
        found = await self._batch(connection)
        if found is not Found.NOTHING:
            await rest.rise()
        if found is Found.SOME or (found is Found.NOTHING and await self._is_to_look(rest)):
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(self._settings.relay_poll):
                await self._wake.wait()

    async def _is_to_look(self, rest: Rest) -> bool:
        """Lies down, where it does not rest yet; whether it is to look once more at once."""
        return not rest.is_resting and await rest.lie_down() is not Lain.ANOTHER_RESTS

    async def _batch(self, connection: asyncpg.Connection[Any]) -> Found:
        """Publishes the oldest rows.

        Raises `BusUnavailable` after committing what went well.
        """
        settings = self._settings
        async with connection.transaction():
            if not await outbox_rows.begin(connection, idle_timeout=settings.relay_idle_timeout):
                return Found.ANOTHER
            self._metrics.relay_turn.set_to_current_time()
            await self._try_what_is_held(connection)
            rows = await outbox_rows.to_be_sent(connection, at_most=settings.relay_batch)
            if not rows:
                return Found.NOTHING
            crash_point("after_claim")
            sent = await self._sending.send(rows)
            crash_point("after_confirm")
            await self._settle(connection, sent)
        self._metrics.has_published(sent.confirmed)
        if sent.trouble is not None:
            raise sent.trouble
        self._backoff.reset()
        return Found.SOME if sent.confirmed or sent.held else Found.NOTHING

    async def _settle(self, connection: asyncpg.Connection[Any], sent: Sent) -> None:
        if sent.confirmed:
            await outbox_rows.sent(connection, [row["position"] for row in sent.confirmed])
        if sent.held:
            await outbox_rows.hold(connection, sent.held)
        if sent.newly_closed:
            self._patience.reset()
            self._look_again_at = _now() + self._patience.next_wait()

    async def _try_what_is_held(self, connection: asyncpg.Connection[Any]) -> None:
        """One row of each name, now and then; where it is taken, the others of its name follow."""
        if _now() < self._look_again_at:
            return
        self._look_again_at = _now() + self._patience.next_wait()
        rows = await outbox_rows.one_of_each_held(connection)
        sent = await self._sending.send(rows, tries_again=True)
        if names := sorted({row["name"] for row in sent.confirmed}):
            await outbox_rows.release(connection, names, at_most=self._settings.relay_batch)
            await outbox_rows.sent(connection, [row["position"] for row in sent.confirmed])
            self._metrics.has_published(sent.confirmed)
            self._look_again_at = 0.0  # there may be more of them than were released


def _now() -> float:
    return asyncio.get_running_loop().time()
