"""What security should be told of, counted for Prometheus. No person, door or tenant is a label."""

from __future__ import annotations

from prometheus_client import Gauge
from sqlalchemy.ext.asyncio import AsyncSession

from services.access.alarms.store import count_open
from services.access.heartbeats.store import count_silent
from shared.web import Ground
from shared.worker import Loop

EVERY = 15.0


class Counted:
    """The gauges of one worker."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._alarms = Gauge(
            "parvis_alarms_open",
            "Alarms that nobody has dealt with.",
            ["kind"],
            registry=ground.registry,
        )
        self._silent = Gauge(
            "parvis_controllers_silent",
            "Controllers that send heartbeats, and are not heard any more.",
            registry=ground.registry,
        )

    async def count(self, session: AsyncSession) -> None:
        """Sets the gauges."""
        for kind, count in (await count_open(session)).items():
            self._alarms.labels(kind.value).set(count)
        self._silent.set(await count_silent(session))

    def loop(self) -> Loop:
        """Counts again and again."""

        async def count() -> bool:
            async with self._ground.database.transaction() as session:
                await self.count(session)
            return False

        return Loop("alarms.count", count, every=EVERY)
