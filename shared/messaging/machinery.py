"""The whole of one service's messaging, to be started and stopped: relay, receiver, timers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from opentelemetry.trace import TracerProvider
from prometheus_client import CollectorRegistry

from shared.database import Database
from shared.messaging.backoff import Backoff
from shared.messaging.bus import Bus, Subscription
from shared.messaging.inbox import Inbox
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.receiver import Receiver
from shared.messaging.relay import Relay
from shared.messaging.settings import MessagingSettings
from shared.messaging.timer_runner import Clock, TimerRunner, utc_now
from shared.messaging.timers import Timers
from shared.messaging.tracing import MessageSpans
from shared.messaging.upkeep import DeadCount, Upkeep
from shared.messaging.waiting import Waiting

log = structlog.get_logger(__name__)


class Machinery:
    """Runs what a service's worker runs. `start` returns at once, broker or no broker.

    `database` is the service's own; `is_ready` is true once the queue could be bound and the
    database answers.
    """

    def __init__(
        self,
        database: Database,
        bus: Bus,
        *,
        inbox: Inbox,
        timers: Timers,
        settings: MessagingSettings | None = None,
        metrics: CollectorRegistry | None = None,
        traces: TracerProvider | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self.settings = settings = settings or MessagingSettings()
        self.service = inbox.service
        self._bus = bus
        self._metrics = shown = MessagingMetrics(inbox.service, metrics)
        spans = MessageSpans(traces)
        self._receiver = Receiver(database, inbox, settings=settings, metrics=shown, spans=spans)
        self._relay = Relay(
            database, bus, service=self.service, settings=settings, metrics=shown, spans=spans
        )
        self._loops = {
            "relay": self._relay.run,
            "waiting": Waiting(database, self._receiver, settings=settings).run,
            "timers": TimerRunner(
                database, timers, settings=settings, metrics=shown, clock=clock
            ).run,
            "upkeep": Upkeep(database, settings=settings, metrics=shown).run,
            "dead": DeadCount(bus, service=self.service, settings=settings, metrics=shown).run,
        }
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._subscription: Subscription | None = None
        self._listens_since: float | None = None
        """By the loop's clock, as far as `has_listened_for` was asked."""
        shown.listening.set_function(lambda: self._is_listening)

    async def start(self) -> None:
        """Subscribes first, so that on a MemoryBus nothing is said before all listen."""
        self._stop.clear()
        self._subscription = await self._bus.subscribe(
            self.service, self._receiver.deliver, ready=self._receiver.ready
        )
        self._tasks = [
            asyncio.create_task(self._keep(name, loop), name=f"{self.service}.{name}")
            for name, loop in self._loops.items()
        ]

    async def _keep(self, name: str, loop: Callable[[asyncio.Event], Awaitable[None]]) -> None:
        """A loop that ends by itself is a mistake of ours: it must be seen, and goes on."""
        backoff = Backoff(first=self.settings.backoff_first, longest=self.settings.backoff_longest)
        while not self._stop.is_set():
            try:
                await loop(self._stop)
            except Exception:  # an edge loop
                log.exception("messaging.loop_failed", service=self.service, loop=name)
                await backoff.wait(unless=self._stop)

    async def stop(self) -> None:
        """Drains, then stops; what could not end is done again after the next start."""
        self._stop.set()
        self._relay.nudge()
        self._receiver.put_aside.set()
        if self._subscription is not None:
            await self._subscription.close()
            self._subscription = None
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self.settings.drain)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    @property
    def is_ready(self) -> bool:
        """Whether this worker can do its work."""
        return self._is_listening and self._relay.is_connected

    def has_listened_for(self, seconds: float) -> bool:
        """Whether nothing was missed, as far as can be told, since so long ago; asked at intervals.

        What was said while this worker was away comes within the first seconds.
        """
        now = asyncio.get_running_loop().time()
        if not self._is_listening:
            self._listens_since = None
        elif self._listens_since is None:
            self._listens_since = now
        return not seconds or (
            self._listens_since is not None and now - self._listens_since >= seconds
        )

    @property
    def _is_listening(self) -> bool:
        return self._subscription is not None and self._subscription.is_bound
