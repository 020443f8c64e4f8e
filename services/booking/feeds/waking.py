"""Wakes those who listen when something of theirs has changed: one look for all of them.

Nothing depends on it: each feed also reads again by itself from time to time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from services.booking.feeds import store
from services.booking.feeds.domain import Limits, TooManyFeeds, TooManyFeedsOfYours
from shared.database import Database, Driver
from shared.lookout import look_out


class Waking:
    """Who listens, each with an event that is set when there may be news."""

    def __init__(self, database: Database, limits: Limits) -> None:
        self._database, self._limits = database, limits
        self._listening: dict[UUID, set[asyncio.Event]] = {}
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
            if not self._listening:
                self._somebody.clear()

    async def run(self) -> None:
        """Until cancelled."""
        await look_out(
            self._look, self._database, wanted=self._somebody, gap=self._limits.gap, what="feeds"
        )

    async def _look(self, connection: Driver, since: str | None) -> str:
        people, snapshot = await store.whose_changed(connection, since, self._listening)
        self._wake(people)
        return snapshot

    def _wake(self, people: Iterable[UUID]) -> None:
        for person_id in people:
            for woken in self._listening.get(person_id, ()):
                woken.set()
