"""Live boards: each reads what has changed whenever anything has, and says so.

One rule: a board is woken whenever *any* visit has changed, and reads what with its own rights, so
a feed shows nothing that a request would not. Nothing depends on it: each also reads once a minute.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

import orjson

from services.visitors.board import store
from services.visitors.board.reading import Board, Reader
from services.visitors.desk.commands import must_be_at_the_desk
from shared.database import Driver
from shared.errors import Refusal, TryLater
from shared.identity.listed import SignInClaims, caller
from shared.lookout import look_out
from shared.web import Ground
from shared.web.streams import KEEP_ALIVE, event

TOKEN_EXPIRED = "token_expired"  # noqa: S105 - why a feed ends


class TooManyBoards(TryLater):
    """Too many boards are live at the moment; try again shortly."""


@dataclass(frozen=True)
class Limits:
    """Seconds, and how many."""

    keep_alive: float = 15
    rights: float = 60
    """How often rights are read again, and what was missed, if anything ever was."""
    patience: float = 10
    """With a reader who does not read."""
    gap: float = 0.2
    """Between two looks at whether anything changed, while a board is live."""
    of_a_process: int = 200
    reading: int = 2
    """Boards that read the database at the same time; requests need its connections too."""


@dataclass(frozen=True)
class Asked:
    """Which board is followed, from where on."""

    day: date | None
    desk_zone_id: UUID | None
    since: str


class Boards:
    """All live boards of a process, and the one look at what changes for them."""

    def __init__(self, ground: Ground, limits: Limits) -> None:
        self.limits = limits
        self._ground = ground
        self._reading = asyncio.Semaphore(limits.reading)
        self._live: set[asyncio.Event] = set()
        self._somebody = asyncio.Event()

    def must_have_room(self) -> None:
        """Raises `TooManyBoards`."""
        if len(self._live) >= self.limits.of_a_process:
            raise TooManyBoards

    async def events(self, claims: SignInClaims, asked: Asked) -> AsyncGenerator[bytes]:
        """Until the token expires, or what is read is refused; then it says why."""
        ending, since, is_first = TOKEN_EXPIRED, asked.since, True
        try:
            with self._listening() as woken:
                while _left(claims) > 0:
                    woken.clear()
                    board = await self._read(claims, asked, since)
                    since = board.sync
                    if is_first or board.items or board.gone:
                        yield event("changes", board.model_dump_json(), event_id=since)
                    is_first = False
                    async for still in self._quiet(woken, claims):
                        yield still
        except Refusal as refusal:
            ending = refusal.code
        yield event("end", orjson.dumps({"code": ending}).decode())

    async def _read(self, claims: SignInClaims, asked: Asked, since: str) -> Board:
        at = self._ground.clock()
        async with self._reading, self._ground.database.transaction() as session:
            me = caller(claims, await self._ground.directory(session, claims, at))
            must_be_at_the_desk(me)
            reader = Reader(session, me, day=asked.day, desk_zone_id=asked.desk_zone_id, at=at)
            return await reader.changed(since)

    async def _quiet(self, woken: asyncio.Event, claims: SignInClaims) -> AsyncIterator[bytes]:
        """Until there is news, or rights are to be read again; a comment from time to time."""
        rounds = max(1, round(self.limits.rights / self.limits.keep_alive))
        for _ in range(rounds):
            patience = min(self.limits.keep_alive, _left(claims))
            with suppress(TimeoutError):
                async with asyncio.timeout(max(patience, 0)):
                    await woken.wait()
                    return
            if _left(claims) <= 0:
                return
            yield KEEP_ALIVE

    @contextmanager
    def _listening(self) -> Iterator[asyncio.Event]:
        self.must_have_room()
        woken = asyncio.Event()
        self._live.add(woken)
        self._somebody.set()
        try:
            yield woken
        finally:
            self._live.discard(woken)
            if not self._live:
                self._somebody.clear()

    @asynccontextmanager
    async def lifespan(self, _: object) -> AsyncIterator[None]:
        """Wakes the live boards while the block lasts."""
        looking = look_out(
            self._look,
            self._ground.database,
            wanted=self._somebody,
            gap=self.limits.gap,
            what="boards",
        )
        task = asyncio.create_task(looking, name="boards")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _look(self, connection: Driver, since: str | None) -> str:
        has_changed, snapshot = await store.whether_changed(connection, since)
        if has_changed:
            for woken in self._live:
                woken.set()
        return snapshot


def _left(claims: SignInClaims) -> float:
    return (claims.expires_at - datetime.now(UTC)).total_seconds()
