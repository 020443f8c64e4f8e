"""The one writer of a process: decides whatever waits, and answers once it is durable.

An edge: it opens the transactions of decisions. Reads that wait together are decided together under
one version of the policy, and written by one statement that proves the version. Where another
version stands meanwhile, nothing was written: the writer learns what changed and decides again.

One rule: nobody is answered by a policy that was not proven fresh, not even with a refusal.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.access.decisions import store
from services.access.decisions.domain import (
    SAME_READ_WITHIN,
    Found,
    PassFound,
    Question,
    SequenceUsed,
    find,
)
from services.access.decisions.judged import Judged, judge
from services.access.decisions.passages import Passage, pass_through
from services.access.policy.domain import UNKNOWN, Policy
from services.access.policy.store import Driver, catch_up
from services.access.premises.domain import NoSuchAccessPoint
from services.access.presence.store import begin_entering
from shared.clock import Clock
from shared.database import Database, DatabaseAway, as_refusals
from shared.errors import Refusal
from shared.events.access import Evidence, HolderKind
from shared.messaging.outbox import driver_in_transaction

log = structlog.get_logger(__name__)

AT_ONCE = 64
ATTEMPTS = 20
"""How often a read is decided anew because the policy went on meanwhile."""
ANSWER_WITHIN = 2.0
"""Seconds; afterwards the controller decides by itself."""
HELD_AT_ONCE = 4
"""Reads whose decision needs a lock, each in a transaction of its own."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the door is told."""

    decision_id: UUID
    outcome: str
    reason: str
    flags: list[str]
    strike_ms: int
    decided_at: datetime

    @classmethod
    def of(cls, judged: Judged) -> Answer:
        verdict = judged.verdict
        return cls(
            judged.decision_id,
            verdict.outcome.value,
            verdict.reason.value,
            judged.flags,
            judged.strike_ms,
            judged.decided_at,
        )


class _PolicyWentOn(Exception):
    """Another version stands meanwhile; nothing was written."""


@dataclass(eq=False, slots=True)
class _Asked:
    """A read that waits for its answer."""

    question: Question
    key: str
    answer: asyncio.Future[Answer]

    def settle(self, answer: Answer) -> None:
        if not self.answer.done():
            self.answer.set_result(answer)

    def refuse(self, error: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)


class Writer:
    """Decides the reads of one serving process."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.policy = Policy()
        self._waiting: deque[_Asked] = deque()
        self._learning = asyncio.Lock()
        self._holding = asyncio.Semaphore(HELD_AT_ONCE)
        self._writing: asyncio.Task[None] | None = None
        self._held: set[asyncio.Task[None]] = set()

    async def decide(self, question: Question, *, key: str) -> Answer:
        """One outcome, durable. `key` is what the controller presents.

        Raises `DeviceKeyNotAccepted`, `NoSuchAccessPoint`, `WrongEpoch`, `SequenceUsed`, and
        `DatabaseAway` after two seconds.
        """
        asked = _Asked(question, key, asyncio.get_running_loop().create_future())
        self._waiting.append(asked)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write(), name="decisions.write")
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                return await asked.answer
        except TimeoutError:
            raise DatabaseAway from None

    async def learn(self) -> None:
        """Brings the policy to the present version, whether somebody asks or not."""
        async with self._connection() as connection:
            await self._learn(connection)

    async def _learn(self, connection: Driver) -> None:
        async with self._learning:
            await catch_up(self.policy, connection)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Driver]:
        with as_refusals():
            async with self._database.engine.connect() as connection:
                raw = (await connection.get_raw_connection()).driver_connection
                assert raw is not None
                yield raw

    async def _write(self) -> None:
        while self._waiting:
            count = min(len(self._waiting), AT_ONCE)
            batch = [self._waiting.popleft() for _ in range(count)]
            batch = [asked for asked in batch if not asked.answer.done()]
            try:
                async with self._connection() as connection:
                    await self._decide_batch(batch, connection)
            except Exception as error:  # an edge loop: those who wait are told, the next go on
                _refuse_all(batch, error)

    async def _decide_batch(self, batch: list[_Asked], connection: Driver) -> None:
        if self.policy.version == UNKNOWN:
            await self._learn(connection)
        for _ in range(ATTEMPTS):
            version = self.policy.version
            judged, refused, held = self._judge(batch)
            written = await store.write(connection, list(judged.values()), version=version)
            if written.version == version:
                break
            await self._learn(connection)
        else:
            raise DatabaseAway
        for asked, refusal in refused.items():
            asked.refuse(refusal)
        for asked in held:
            self._hold(asked)
        for asked, each in judged.items():
            if each.decision_id in written.decision_ids:
                asked.settle(Answer.of(each))
            else:
                self._hold(asked)

    def _judge(
        self, batch: Iterable[_Asked]
    ) -> tuple[dict[_Asked, Judged], dict[_Asked, Refusal], list[_Asked]]:
        """Those decided, those refused, and those whose decision needs a lock."""
        judged: dict[_Asked, Judged] = {}
        refused: dict[_Asked, Refusal] = {}
        held: list[_Asked] = []
        at = self._clock()
        for asked in batch:
            try:
                found = self._find(asked, at=at)
                if found.needs_standing or found.point.evidence is Evidence.GRANTED:
                    held.append(asked)
                else:
                    judged[asked] = self._judged(asked, found, at=at)
            except Refusal as refusal:
                refused[asked] = refusal
        return judged, refused, held

    def _find(self, asked: _Asked, *, at: datetime) -> Found:
        controller_id = self.policy.controller_of(asked.key, at=at)
        found = find(self.policy, asked.question)
        if found is None or found.point.controller_id != controller_id:
            raise NoSuchAccessPoint
        return found

    def _judged(self, asked: _Asked, found: Found, *, at: datetime) -> Judged:
        return judge(asked.question, found, at=at, policy_version=self.policy.version)

    def _hold(self, asked: _Asked) -> None:
        task = asyncio.create_task(self._decide_held(asked), name="decisions.hold")
        self._held.add(task)
        task.add_done_callback(self._held.discard)

    async def _decide_held(self, asked: _Asked) -> None:
        """In a transaction of its own, since it moves or depends on what others move."""
        try:
            async with self._holding:
                for _ in range(ATTEMPTS):
                    try:
                        async with self._database.transaction() as session:
                            answer = await self._decide_alone(asked, session)
                        asked.settle(answer)
                        return
                    except _PolicyWentOn:
                        await self.learn()
            raise DatabaseAway
        except Exception as error:  # an edge: whoever waits is told
            asked.refuse(error)

    async def _decide_alone(self, asked: _Asked, session: AsyncSession) -> Answer:
        connection = await driver_in_transaction(session)
        at = self._clock()
        found = self._find(asked, at=at)
        if found.needs_standing and isinstance(found.holder, PassFound):
            standing = await store.standing_of_visit(connection, found.holder.visit_id)
            found = replace(self._find(asked, at=at), standing=standing)
        judged = self._judged(asked, found, at=at)
        written = await store.write(connection, [judged], version=judged.policy_version)
        if written.version != judged.policy_version:
            raise _PolicyWentOn
        if not written.decision_ids:
            known = await self._answered_before(judged, connection, at=at)
            if known is not None:
                return known
            if not found.point.is_way_out:
                raise SequenceUsed
            judged.is_numbered = False
            await store.write(connection, [judged], version=judged.policy_version)
        await _follow(session, judged)
        return Answer.of(judged)

    async def _answered_before(
        self, judged: Judged, connection: Driver, *, at: datetime
    ) -> Answer | None:
        """The answer that was given to the same read a moment ago."""
        known = await store.prior(connection, judged)
        is_the_same = known.body_digest == judged.question.digest
        if not is_the_same or at - known.decided_at > SAME_READ_WITHIN:
            return None
        return Answer(
            known.decision_id,
            str(known.outcome),
            str(known.reason),
            known.flags,
            known.strike_ms,
            known.decided_at,
        )


async def _follow(session: AsyncSession, judged: Judged) -> None:
    """What else a decision moves: presence, and who is told of a passage."""
    holder = judged.found.holder
    if judged.is_taken:
        await pass_through(session, Passage.of(judged), at=judged.decided_at)
    elif isinstance(holder, PassFound) and judged.is_granted and judged.found.point.is_entry:
        await begin_entering(
            session,
            holder.visit_id,
            kind=HolderKind.VISITOR,
            at=judged.decided_at,
            decision_id=judged.decision_id,
        )


def _refuse_all(batch: Iterable[_Asked], error: Exception) -> None:
    if not isinstance(error, Refusal):
        log.error("decisions.broken", error=type(error).__name__, exc_info=error)
    for asked in batch:
        asked.refuse(error)
