"""What people do all the while: they book, move, cancel, check in, look, and pass doors.

Each request may be answered by another release than the one before: whoever opened a page by the
old one turns it by the new one.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from deploy.local.callers import Caller, Json, Params
from deploy.local.day import Stage

ORGANISER, ROOM, HALL = "lina@atlas.example", "THUYA", "ZELLIGE"


@dataclass
class Phones:
    """Somebody with a phone, and what they were promised."""

    stage: Stage
    kept: set[str] = field(default_factory=set)
    cancelled: set[str] = field(default_factory=set)
    _nth: itertools.count[int] = field(default_factory=itertools.count)

    @property
    def organiser(self) -> Caller:
        return self.stage.person(ORGANISER)

    @property
    def url(self) -> str:
        return f"{self.stage.at.booking}/v1/bookings"

    async def round(self) -> None:
        """A booking that is moved, one that is cancelled, one that is checked in, and a door."""
        moved, cancelled = await self.book_twice_by_one_key(), await self.book_twice_by_one_key()
        await self.move_what_was_read(moved)
        await self.organiser.post(f"{self.url}/{cancelled}/cancel", expect=204)
        self.cancelled.add(cancelled)
        await self.check_in_and_end()
        await self.turn_pages()
        read = self.stage.badge(ORGANISER)
        for direction in ("in", "out"):
            await self.stage.pass_through("A-LOBBY", direction, read)

    async def book_twice_by_one_key(self) -> str:
        """A phone that lost the answer asks again; the booking's id."""
        hour, day = divmod(next(self._nth), 20)
        later = timedelta(days=day + 2, hours=hour)
        body = self.body(self.stage, ROOM, minutes=30, later=later)
        caller = self._with(Idempotency_Key=str(uuid4()))
        first, second = [await caller.post(self.url, body, expect=201) for _ in range(2)]
        assert first == second
        self.kept.add(first["booking_id"])
        return str(first["booking_id"])

    async def move_what_was_read(self, booking_id: str) -> None:
        """By the tag that the other release has given."""
        its = f"{self.url}/{booking_id}"
        read = await self.stage.client.get(its, headers=self.organiser.headers)
        ends_at = datetime.fromisoformat(read.json()["ends_at"]) + timedelta(minutes=15)
        caller = self._with(If_Match=read.headers["etag"])
        await caller.post(f"{its}/extend", {"ends_at": ends_at.isoformat()})

    async def check_in_and_end(self) -> None:
        body = self.body(self.stage, HALL, minutes=20)
        made = await self.organiser.post(self.url, body, expect=201, once=True)
        its = f"{self.url}/{made['booking_id']}"
        self.kept.add(made["booking_id"])
        await self.organiser.post(f"{its}/check-in")
        ended = await self.organiser.post(f"{its}/end-early")
        assert ended["status"] == "ended", ended
        self.kept.remove(made["booking_id"])

    async def turn_pages(self) -> None:
        """What they hold, two at a time, each page by another release."""
        asked: Params = {"from": datetime.now(UTC).isoformat(), "limit": 2}
        listed = [each["booking_id"] async for each in self.organiser.every(self.url, asked)]
        assert len(listed) == len(set(listed))
        assert self.kept - self.cancelled <= set(listed)

    @staticmethod
    def body(stage: Stage, room: str, *, minutes: int, later: timedelta = timedelta()) -> Json:
        """What is sent to book it."""
        starts_at = datetime.now(UTC) + later
        return {
            "room_id": stage.listed.rooms[room],
            "starts_at": starts_at.isoformat(),
            "ends_at": (starts_at + timedelta(minutes=minutes)).isoformat(),
        }

    def _with(self, **headers: str) -> Caller:
        named = {name.replace("_", "-"): said for name, said in headers.items()}
        return Caller(ORGANISER, self.stage.client, {**self.organiser.headers, **named})

    @asynccontextmanager
    async def all_the_while(self) -> AsyncIterator[None]:
        """Rounds, one after the other, until the block ends; each goes as it should."""
        enough = asyncio.Event()

        async def go_on() -> None:
            while not enough.is_set():
                await self.round()
                with suppress(TimeoutError):  # people are not that quick, and the machine is shared
                    async with asyncio.timeout(1):
                        await enough.wait()

        going = asyncio.create_task(go_on())
        try:
            yield
        finally:
            enough.set()
            await going
