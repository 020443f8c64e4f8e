"""The whole of one service's messaging, to be started and stopped: relay, receiver, timers."""

from __future__ import annotations

from prometheus_client import CollectorRegistry

from shared.messaging.bus import Bus
from shared.messaging.inbox import Inbox
from shared.messaging.settings import MessagingSettings
from shared.messaging.timers import Timers


class Machinery:
    """Runs what a service's worker runs. `start` returns at once, broker or no broker.

    `database` is the service's `shared.database.Database`. `is_ready` is true once the queue could
    be bound and the database answers.
    """

    def __init__(
        self,
        database: object,
        bus: Bus,
        *,
        inbox: Inbox,
        timers: Timers,
        settings: MessagingSettings | None = None,
        metrics: CollectorRegistry | None = None,
    ) -> None:
        raise RuntimeError("still being built")

    async def start(self) -> None: ...

    async def stop(self) -> None:
        """Drain, then stop; what could not end is done again after the next start."""

    @property
    def is_ready(self) -> bool:
        return False
