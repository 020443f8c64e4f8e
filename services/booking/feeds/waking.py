"""Wakes those who listen when something of theirs has changed: one connection for all of them.

PostgreSQL tells that *something* was logged, once a transaction; one query says whose. However
much is logged, there is a gap between two looks. Nothing depends on it: each feed also reads again
by itself from time to time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

import asyncpg
import structlog

from services.booking.bookings.store import CHANGES_CHANNEL
from services.booking.feeds import store
from services.booking.feeds.domain import Limits, TooManyFeeds, TooManyFeedsOfYours
from shared.messaging.backoff import Backoff
from shared.messaging.relay import AWAY

log = structlog.get_logger(__name__)


class Waking:
    """Who listens, each with an event that is set when there may be news."""

    def __init__(self, url: str, limits: Limits) -> None:
        self._url, self._limits = url, limits
        self._listening: dict[UUID, set[asyncio.Event]] = {}
        self._logged = asyncio.Event()
        self._somebody = asyncio.Event()

    def must_have_room_for(self, person_id: UUID) -> None:
        """Raises `TooManyFeedsOfYours` and `TooManyFeeds`."""
        if len(self._listening.get(person_id, ())) >= self._limits.of_a_person:
            raise TooManyFeedsOfYours
        if sum(map(len, self._listening.values())) >= self._limits.of_a_process:
            raise TooManyFeeds

    @contextmanager
    def listening(self, person_id: UUID) -> Iterator[asyncio.Event]:
        """Raises what `must_have_room_for` raises."""
        self.must_have_room_for(person_id)
        woken = asyncio.Event()
        self._listening.setdefault(person_id, set()).add(woken)
        self._somebody.set()
        try:
            yield woken
        finally:
            mine = self._listening[person_id]
            mine.discard(woken)
            if not mine:
                del self._listening[person_id]

    async def run(self) -> None:
        """Until cancelled; connects when somebody listens for the first time."""
        await self._somebody.wait()
        backoff = Backoff(first=0.2, longest=30)
        while True:
            with suppress(*AWAY):
                await self._listen(backoff)
            log.warning("feeds.database_away")
            await backoff.wait(unless=asyncio.Event())

    async def _listen(self, backoff: Backoff) -> None:
        connection = await asyncpg.connect(
            self._url,
            timeout=5,
            command_timeout=10,
            server_settings={"application_name": "booking feeds", "timezone": "UTC"},
        )
        try:
            connection.add_termination_listener(lambda *_: self._logged.set())
            await connection.add_listener(CHANGES_CHANNEL, lambda *_: self._logged.set())
            snapshot: str = await connection.fetchval(store.SNAPSHOT)
            self._wake(self._listening)  # while nobody was told, anything may have happened
            backoff.reset()
            while True:
                await self._logged.wait()
                self._logged.clear()
                people, snapshot = await store.whose_changed(connection, snapshot, self._listening)
                self._wake(people)
                await asyncio.sleep(self._limits.gap)
        finally:
            with suppress(*AWAY):
                await connection.close(timeout=2)

    def _wake(self, people: list[UUID] | dict[UUID, set[asyncio.Event]]) -> None:
        for person_id in people:
            for woken in self._listening.get(person_id, ()):
                woken.set()
