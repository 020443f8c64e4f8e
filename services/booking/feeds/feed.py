"""One feed: reads what has changed of somebody's bookings whenever it is woken, and says so.

An event holds the same document as `GET /v1/bookings?since=`, and its id is the token of that, so
whoever comes back with it has missed nothing. Rights are read anew with each reading.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import orjson

from services.booking.bookings.mine import MyBookings, Reader
from services.booking.feeds.domain import Limits
from services.booking.feeds.waking import Waking
from shared.errors import Refusal
from shared.identity.listed import Person, SignInClaims, caller
from shared.web import Ground, PageRequest
from shared.web.streams import KEEP_ALIVE, event

AT_ONCE = 50
"""Bookings in one event."""
TOKEN_EXPIRED = "token_expired"  # noqa: S105 - why a feed ends


class Feeds:
    """All feeds of a process."""

    def __init__(self, ground: Ground, limits: Limits) -> None:
        self.limits = limits
        self.waking = Waking(ground.database, limits)
        self._ground = ground
        self._reading = asyncio.Semaphore(limits.reading)

    @asynccontextmanager
    async def lifespan(self, _: object) -> AsyncIterator[None]:
        """Wakes those who listen while the block lasts."""
        task = asyncio.create_task(self.waking.run(), name="feeds")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def events(self, me: Person, claims: SignInClaims, since: str) -> AsyncGenerator[bytes]:
        """Until the token expires, or what is read is refused; then it says why."""
        try:
            with self.waking.listening(me.person_id) as woken:
                ending = TOKEN_EXPIRED
                is_first = True
                while _left(claims) > 0:
                    woken.clear()
                    async for page in self._news(claims, since):
                        since = page.sync or since
                        if is_first or page.items or page.offers or page.gone:
                            yield _told(page)
                        is_first = False
                    async for still in self._quiet(woken, claims):
                        yield still
        except Refusal as refusal:
            ending = refusal.code
        yield event("end", orjson.dumps({"code": ending}).decode())

    async def _news(self, claims: SignInClaims, since: str) -> AsyncIterator[MyBookings]:
        """Page by page; raises what stands in the way, also of whoever has left."""
        cursor: str | None = None
        while True:
            at = self._ground.clock()
            async with self._reading, self._ground.database.transaction() as session:
                me = caller(claims, await self._ground.directory(session, claims, at))
                asked = PageRequest(limit=AT_ONCE, cursor=cursor)
                page = await Reader(session, me, at=at).changed(since, asked)
            yield page
            cursor = page.next
            if cursor is None:
                return

    async def _quiet(self, woken: asyncio.Event, claims: SignInClaims) -> AsyncIterator[bytes]:
        """Until there may be news, or it is time to look again; says that it lives meanwhile."""
        loop = asyncio.get_running_loop()
        until = loop.time() + min(self.limits.rights, _left(claims))
        while not woken.is_set() and (left := until - loop.time()) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left, self.limits.keep_alive)):
                    await woken.wait()
            if not woken.is_set():
                yield KEEP_ALIVE


def _left(claims: SignInClaims) -> float:
    """Seconds that the token is good for: by the real clock, by which it was judged."""
    return (claims.expires_at - datetime.now(UTC)).total_seconds()


def _told(page: MyBookings) -> bytes:
    """Only the last page of several has an id: whoever breaks off before begins before them all."""
    return event("changes", page.model_dump_json(exclude={"next"}), event_id=page.sync)
