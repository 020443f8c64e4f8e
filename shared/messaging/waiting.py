"""Events that wait are tried again when their time has come, each subject in its order."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog
from sqlalchemy import text

from shared.database import Busy, Database, DatabaseAway
from shared.messaging.backoff import Backoff
from shared.messaging.receiver import Receiver
from shared.messaging.settings import MessagingSettings
from shared.messaging.topology import NEVER_WAIT

log = structlog.get_logger(__name__)

_DUE = text("""
SELECT event_id, body FROM inbox AS i
WHERE status = 'waiting' AND next_at <= clock_timestamp() AND (
    name = ANY(:never_wait) OR NOT EXISTS (
        SELECT FROM inbox AS before
        WHERE before.status = 'waiting'
        AND before.source = i.source AND before.subject = i.subject
        AND (before.sequence, before.received_at, before.event_id)
            < (i.sequence, i.received_at, i.event_id)
    )
)
ORDER BY next_at LIMIT :at_most
""")
"""The first of each subject; those behind it wait for it, however long ago their time came."""


class Waiting:
    """The loop over what waits."""

    def __init__(
        self, database: Database, receiver: Receiver, *, settings: MessagingSettings
    ) -> None:
        self._database, self._receiver, self._settings = database, receiver, settings

    async def run(self, stop: asyncio.Event) -> None:
        settings, wake = self._settings, self._receiver.put_aside
        backoff = Backoff(first=settings.backoff_first, longest=settings.backoff_longest)
        while not stop.is_set():
            wake.clear()
            try:
                tried = await self.round()
                backoff.reset()
            except (Busy, DatabaseAway):
                log.warning("waiting.database_away")
                await backoff.wait(unless=stop)
                continue
            if not tried:
                with suppress(TimeoutError):
                    async with asyncio.timeout(settings.waiting_poll):
                        await wake.wait()

    async def round(self) -> int:
        """Tries what is due; how many that were."""
        async with self._database.transaction() as session:
            connection = await session.connection()
            found = await connection.execute(
                _DUE,
                {"never_wait": list(NEVER_WAIT), "at_most": 2 * self._settings.reactions_at_once},
            )
            due = found.all()
        async with asyncio.TaskGroup() as together:
            for row in due:
                together.create_task(self._receiver.retry(row.event_id, row.body))
        return len(due)
