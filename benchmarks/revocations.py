"""Badges revoked through one of two serving processes, both under load: stale grants on either, and
how soon an idle process knows.

A grant is stale where it was asked for after the revocation was answered, or where the decision's
own snapshot of the database had the revocation in it, by PostgreSQL's own record: every journal
entry keeps the snapshot it was written under. The second sees those that race with it, too.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg
import httpx

from benchmarks.doors import Doors, doors, known_version
from benchmarks.figures import Figure, percentile, spread
from benchmarks.load import Answered, Reply, Request, Wire, connected
from benchmarks.reference.park import Size
from benchmarks.reference.reads import SeededRead

FULL_REVOCATIONS, FULL_IDLE = 1_000, 300
CONNECTIONS_EACH = 8
REVOKED_AT_ONCE = 2
IN_TURN = 8
"""So many badges around the one being revoked are read as often as all others together."""
GOAL_MS = 250.0
"""p99 until an idle process knows."""
KEEP_SNAPSHOTS = """
ALTER TABLE journal_entries ADD COLUMN seen pg_snapshot DEFAULT pg_current_snapshot()
"""
GRANTS = """
SELECT count(*) FILTER (WHERE pg_visible_in_snapshot(b.xmin::text::xid8, e.seen)) AS stale,
    count(*) FILTER (WHERE pg_xact_commit_timestamp(e.xmin) > pg_xact_commit_timestamp(b.xmin))
        AS later,
    count(*) AS grants
FROM journal_entries AS e JOIN journal_particulars AS p USING (entry_id)
    JOIN badges AS b USING (badge_id)
WHERE e.kind = 'decision' AND e.reason = 'right' AND b.badge_id = ANY($1)
"""


@dataclass
class Revoking:
    """Which badges are revoked in turn, and when: each one's begin and answer."""

    victims: list[SeededRead]
    position: int = 0
    asked: dict[UUID, float] = field(default_factory=dict)
    answered: dict[UUID, float] = field(default_factory=dict)

    def next_victim(self) -> SeededRead | None:
        if self.position == len(self.victims):
            return None
        self.position += 1
        return self.victims[self.position - 1]

    def around(self, turn: int) -> SeededRead:
        """One of those just revoked, or being revoked, or next."""
        begin = max(0, min(self.position - IN_TURN // 2, len(self.victims) - IN_TURN))
        return self.victims[begin + turn % IN_TURN]

    def is_stale(self, reply: Reply) -> bool:
        """Asked for after the revocation's answer, and granted."""
        badge_id = _badge_read(reply)
        answered = self.answered.get(badge_id) if badge_id else None
        return answered is not None and reply.sent > answered and b'"granted"' in reply.body

    def is_racing(self, reply: Reply) -> bool:
        """Under way while its badge was being revoked."""
        badge_id = _badge_read(reply)
        if badge_id not in self.answered:
            return False
        return reply.sent < self.answered[badge_id] and reply.answered > self.asked[badge_id]


def _badge_read(reply: Reply) -> UUID | None:
    """Of a read on a way in."""
    read = reply.request.about
    assert isinstance(read, SeededRead)
    return None if read.card is None or read.point.is_way_out else read.card.badge_id


async def measure(scale: float) -> list[Figure]:
    """1,000 under load and 300 in quiet, at full scale."""
    count, quiet = max(round(FULL_REVOCATIONS * scale), 50), max(round(FULL_IDLE * scale), 50)
    async with doors(Size.of(max(scale, 0.1)), processes=2) as stage:
        await _execute(stage, KEEP_SNAPSHOTS)
        opening = [stage.reader.granted(card) for card in stage.park.cards]
        victims = [read for read in opening if read is not None][-count - quiet :]
        figures = await _under_load(stage, victims[:count])
        return figures + await _in_quiet(stage, victims[count:])


async def _execute(stage: Doors, statement: str) -> None:
    connection = await asyncpg.connect(stage.database_url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _under_load(stage: Doors, victims: list[SeededRead]) -> list[Figure]:
    revoking, found = Revoking(victims), Answered()
    others = itertools.cycle(stage.reader.reads(len(stage.park.cards)))
    async with _connected(stage) as wires:
        began = time.perf_counter()
        readers = [
            asyncio.create_task(_read_on(wire, _mixed(stage, url, revoking, others), found))
            for url, wire in wires
        ]
        async with httpx.AsyncClient(timeout=30) as client, asyncio.TaskGroup() as revokers:
            for _ in range(REVOKED_AT_ONCE):
                revokers.create_task(_revoke_all(stage, client, revoking, found))
        found.took = time.perf_counter() - began
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)
    _must_be_answered(found)
    told = await _told_by_snapshots(stage, victims)
    racing = sum(map(revoking.is_racing, found.replies))
    stale = sum(map(revoking.is_stale, found.replies))
    return [
        Figure("revocations.under_load", len(victims), "badges"),
        Figure("revocations.load", found.per_second, "decisions/s"),
        Figure("revocations.reads_racing", racing, "reads"),
        Figure("revocations.grants_of_the_revoked", told["grants"], "grants"),
        Figure("revocations.grants_committed_later", told["later"], "grants"),
        Figure("revocations.stale_by_answer", stale, "grants"),
        Figure("revocations.stale_by_snapshot", told["stale"], "grants"),
    ]


@asynccontextmanager
async def _connected(stage: Doors) -> AsyncIterator[list[tuple[str, Wire]]]:
    one, other = (process.url for process in stage.serving)
    async with (
        connected(one, connections=CONNECTIONS_EACH) as here,
        connected(other, connections=CONNECTIONS_EACH) as there,
    ):
        yield [*((one, wire) for wire in here), *((other, wire) for wire in there)]


def _mixed(
    stage: Doors, url: str, revoking: Revoking, others: Iterator[SeededRead]
) -> Callable[[], Request]:
    """Reads of badges that are about to be revoked, and of all others, by turns."""
    turns = itertools.count()

    def make() -> Request:
        turn = next(turns)
        read = revoking.around(turn // 2) if turn % 2 else next(others)
        return stage.request(read, url=url)

    return make


async def _read_on(wire: Wire, make: Callable[[], Request], found: Answered) -> None:
    while True:
        found.replies.append(await wire.ask(make()))


async def _revoke_all(
    stage: Doors, client: httpx.AsyncClient, revoking: Revoking, found: Answered
) -> None:
    """One after the other; each badge is read on both processes with the revocation's answer."""
    async with _connected(stage) as wires:
        wire_to = dict(wires)
        while (victim := revoking.next_victim()) is not None:
            assert victim.card is not None
            revoking.asked[victim.card.badge_id] = time.perf_counter()
            await _revoke(stage, client, victim)
            revoking.answered[victim.card.badge_id] = time.perf_counter()
            found.replies += await asyncio.gather(
                *(wire.ask(stage.request(victim, url=url)) for url, wire in wire_to.items())
            )


async def _revoke(stage: Doors, client: httpx.AsyncClient, victim: SeededRead) -> None:
    assert victim.card is not None
    url = f"{stage.url}/v1/badges/{victim.card.badge_id}/revoke"
    answer = await client.post(url, json={"reason": "lost"}, headers=stage.operator)
    if answer.status_code != 200:
        raise RuntimeError(f"a revocation was answered {answer.status_code}: {answer.text}")


def _must_be_answered(found: Answered) -> None:
    if set(found.statuses) != {200}:
        raise RuntimeError(f"reads were answered {dict(found.statuses)}")


async def _told_by_snapshots(stage: Doors, victims: list[SeededRead]) -> asyncpg.Record:
    connection = await asyncpg.connect(stage.superusers_url)
    try:
        ids = [victim.card.badge_id for victim in victims if victim.card]
        told = await connection.fetchrow(GRANTS, ids)
    finally:
        await connection.close()
    assert told is not None
    return told


async def _in_quiet(stage: Doors, victims: list[SeededRead]) -> list[Figure]:
    """From a revocation's answer until the other process, which nobody asks, shows its version."""
    waited: list[float] = []
    connection = await asyncpg.connect(stage.database_url)
    try:
        async with httpx.AsyncClient(timeout=30) as client:
            for victim in victims:
                await _revoke(stage, client, victim)
                answered = time.perf_counter()
                version = await connection.fetchval("SELECT version FROM policy_version")
                while await known_version(client, stage.serving[1].url) < version:
                    await asyncio.sleep(0.002)
                waited.append(time.perf_counter() - answered)
    finally:
        await connection.close()
    worst = percentile(waited, 0.99) * 1000
    return [
        *spread("revocations.known_when_idle", waited),
        Figure("revocations.known_when_idle.p99_to_goal", worst / GOAL_MS, "1"),
    ]
