"""Rivals who ask at the same moment, each on its own connection, and what must come of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import cast
from uuid import UUID, uuid4

import orjson

from benchmarks.load import Reply, Wire, connected, post
from benchmarks.reference.booking.park import Person
from benchmarks.rooms import Rooms, value

DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
WON = frozenset({200, 201})
LOST, BECAUSE = 409, frozenset({"room_taken", "series_conflicts"})


@dataclass(frozen=True)
class Rival:
    """Somebody who asks for something that holds these spaces."""

    person: Person
    path: str
    body: Mapping[str, object]
    space_ids: frozenset[UUID]
    kind: str = "booking"


@dataclass
class Contest:
    """Connections to all serving processes in turn, and what was answered so far."""

    stage: Rooms
    wires: list[tuple[str, Wire]]
    seconds: list[float] = field(default_factory=list)
    won: dict[str, int] = field(default_factory=dict)
    """How many of each kind got what they wanted."""

    def forget(self) -> None:
        """What was so far made caches and connections warm."""
        self.seconds.clear()
        self.won.clear()

    async def round(self, rivals: Sequence[Rival]) -> list[Rival]:
        """All of them at once; those who won. Raises on any other answer than won or taken."""
        asked = [
            wire.ask(post(url + rival.path, rival.body, self._headers(rival), about=rival))
            for rival, (url, wire) in zip(rivals, self.wires, strict=False)
        ]
        replies = await asyncio.gather(*asked)
        self.seconds += [reply.answered - reply.sent for reply in replies]
        winners = [_rival(reply) for reply in replies if _has_won(reply)]
        for winner in winners:
            self.won[winner.kind] = self.won.get(winner.kind, 0) + 1
        return winners

    def _headers(self, rival: Rival) -> dict[str, str]:
        return {**self.stage.headers(rival.person), "idempotency-key": str(uuid4())}


def _rival(reply: Reply) -> Rival:
    assert isinstance(reply.request.about, Rival)
    return reply.request.about


def _has_won(reply: Reply) -> bool:
    if reply.status in WON:
        return True
    if reply.status != LOST or orjson.loads(reply.body)["code"] not in BECAUSE:
        raise RuntimeError(f"{_rival(reply)} was answered {reply.status}: {reply.body[:500]!r}")
    return False


@asynccontextmanager
async def contest(stage: Rooms, *, rivals: int) -> AsyncIterator[Contest]:
    """So many connections, spread over the serving processes."""
    async with AsyncExitStack() as stack:
        wires: list[list[tuple[str, Wire]]] = []
        for process in stage.serving:
            each = connected(process.url, connections=-(-rivals // len(stage.serving)))
            wires.append([(process.url, wire) for wire in await stack.enter_async_context(each)])
        in_turn = [wire for together in zip(*wires, strict=True) for wire in together]
        yield Contest(stage, in_turn)


async def deadlocks(stage: Rooms) -> int:
    """All that PostgreSQL had to break. Its counts are whole once the processes have ended."""
    for process in stage.serving:
        await asyncio.to_thread(process.stop)
    return cast(int, await value(stage, DEADLOCKS))
