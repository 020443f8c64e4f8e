"""The writer of a process: decides whatever waits, and answers once it is durable.

An edge: it opens the transactions of decisions. Reads that wait together are decided together under
one version of the policy, and written by one statement that proves the version. Where another
version stands meanwhile, nothing was written: the writer learns what changed and decides again.

One rule: nobody is answered by a policy that was not proven fresh, not even with a refusal.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter

from services.access.decisions import store
from services.access.decisions.domain import BadgeFound, Found, Question, Reason, find
from services.access.decisions.held import (
    AnsweredBefore,
    PinJudged,
    PolicyWentOn,
    decide_alone,
    must_be_held,
    waits_for_pin,
)
from services.access.decisions.judged import Answer, Judged, judge
from services.access.pins.commands import verdict as verdict_on_pin
from services.access.pins.domain import PinVerdict
from services.access.policy.domain import UNKNOWN, Policy
from services.access.policy.store import catch_up
from services.access.premises.domain import NoSuchAccessPoint
from services.access.schedules.domain import SpecialDays
from services.access.surroundings import Surroundings
from shared.database import Database, DatabaseAway, Driver
from shared.errors import Refusal

log = structlog.get_logger(__name__)

AT_ONCE = 64
BATCHES = 2
"""While one batch is being written, the reads that come meanwhile are decided and written, too."""
ATTEMPTS = 20
"""How often a read is decided anew because the policy went on meanwhile."""
ANSWER_WITHIN = 2.0
"""Seconds; afterwards the controller decides by itself."""
HELD_AT_ONCE = 4
"""Reads whose decision needs a lock, each in a transaction of its own; as many ways out beside
them, so that nobody who leaves waits for those who come.
"""


@dataclass(eq=False, slots=True)
class _Asked:
    """A read that waits for its answer."""

    question: Question
    key: str
    answer: asyncio.Future[Answer]
    pin: PinJudged | None = None

    def settle(self, answer: Answer) -> None:
        if not self.answer.done():
            self.answer.set_result(answer)

    def refuse(self, error: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)


class Writer:
    """Decides the reads of one serving process."""

    def __init__(
        self,
        database: Database,
        around: Surroundings,
        *,
        answer_within: float = ANSWER_WITHIN,
        held_at_once: int = HELD_AT_ONCE,
        metrics: CollectorRegistry | None = None,
    ) -> None:
        self._database = database
        self._answer_within = answer_within
        self._around = around
        self.policy = Policy(SpecialDays(around.timezone))
        self._waiting: deque[_Asked] = deque()
        self._learning = asyncio.Lock()
        self._holding = {
            is_way_out: asyncio.Semaphore(held_at_once) for is_way_out in (False, True)
        }
        self._answered = Counter(
            "parvis_decisions_total",
            "Reads at doors that were answered, by outcome and reason.",
            ("outcome", "reason"),
            registry=metrics or CollectorRegistry(),
        )
        for reason in Reason:  # shown from the start, so that the first of each is an increase
            self._answered.labels(reason.outcome, reason)
        self._writing: set[asyncio.Task[None]] = set()
        self._held: set[asyncio.Task[None]] = set()

    async def decide(self, question: Question, *, key: str) -> Answer:
        """One outcome, durable. `key` is what the controller presents.

        Raises `DeviceKeyNotAccepted`, `NoSuchAccessPoint`, `WrongEpoch`, `SequenceUsed`, and
        `DatabaseAway` after two seconds.
        """
        asked = _Asked(question, key, asyncio.get_running_loop().create_future())
        self._waiting.append(asked)
        if sum(not each.done() for each in self._writing) < BATCHES:
            self._keep(self._writing, self._write())
        try:
            async with asyncio.timeout(self._answer_within):
                answer = await asked.answer
        except TimeoutError:
            raise DatabaseAway from None
        self._answered.labels(answer.outcome, answer.reason).inc()
        return answer

    async def learn(self) -> None:
        """Brings the policy to the present version, whether somebody asks or not."""
        async with self._database.driver() as connection:
            await self._learn(connection)

    async def _learn(self, connection: Driver) -> None:
        async with self._learning:
            await catch_up(self.policy, connection)

    def _keep(self, tasks: set[asyncio.Task[None]], work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def _write(self) -> None:
        while self._waiting:
            count = min(len(self._waiting), AT_ONCE)
            batch = [self._waiting.popleft() for _ in range(count)]
            batch = [asked for asked in batch if not asked.answer.done()]
            try:
                async with self._database.driver() as connection:
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
        for asked, each in judged.items():
            if each.decision_id in written.decision_ids:
                asked.settle(Answer.of(each))
            else:  # its number was used before
                held.append(asked)
        for asked in held:
            self._keep(self._held, self._decide_held(asked))

    def _judge(
        self, batch: Iterable[_Asked]
    ) -> tuple[dict[_Asked, Judged], dict[_Asked, Refusal], list[_Asked]]:
        """Those decided, those refused, and those whose decision takes a lock."""
        judged: dict[_Asked, Judged] = {}
        refused: dict[_Asked, Refusal] = {}
        held: list[_Asked] = []
        at = self._around.clock()
        for asked in batch:
            try:
                each = self._judge_one(asked, self._find(asked, at=at), at=at)
            except Refusal as refusal:
                refused[asked] = refusal
                continue
            if must_be_held(each):
                held.append(asked)
            else:
                judged[asked] = each
        return judged, refused, held

    def _find(self, asked: _Asked, *, at: datetime) -> Found:
        controller_id = self.policy.controller_of(asked.key, at=at)
        found = find(self.policy, asked.question, at=at)
        if found is None or found.point.controller_id != controller_id:
            raise NoSuchAccessPoint
        return found

    def _judge_one(self, asked: _Asked, found: Found, *, at: datetime) -> Judged:
        return judge(asked.question, found, at=at, policy_version=self.policy.version)

    async def _decide_held(self, asked: _Asked) -> None:
        try:
            await self._judge_pin(asked)
            point = self.policy.points.get(asked.question.access_point_id)
            async with self._holding[point is not None and point.is_way_out]:
                if asked.answer.done():  # too late: the controller decides by itself
                    return
                answer = await self._decide_alone(asked)
            asked.settle(answer)
        except Exception as error:  # an edge: whoever waits is told
            _refuse_all([asked], error)

    async def _decide_alone(self, asked: _Asked) -> Answer:
        for _ in range(ATTEMPTS):
            try:
                async with self._database.transaction() as session:
                    at = self._around.clock()
                    found = self._find(asked, at=at)
                    return await decide_alone(
                        session, asked.question, found, self.policy, pin=asked.pin, at=at
                    )
            except AnsweredBefore as before:
                return before.answer
            except PolicyWentOn:
                await self.learn()
        raise DatabaseAway

    async def _judge_pin(self, asked: _Asked) -> None:
        """Finds what was entered where the door waits for that alone; it takes a core a while."""
        at = self._around.clock()
        found = self._find(asked, at=at)
        if not isinstance(found.holder, BadgeFound):
            return
        if not waits_for_pin(self._judge_one(asked, found, at=at)):
            return
        person_id, entered = found.holder.person_id, asked.question.read.pin
        known = self.policy.pins.get(person_id)
        if known is None or entered is None:
            return
        verdict = PinVerdict.LOCKED
        if not known.is_locked:
            verdict = await verdict_on_pin(
                self._around, entered, digest=known.digest, duress_digest=known.duress_digest
            )
        asked.pin = PinJudged(person_id, known.digest, verdict)


def _refuse_all(batch: Iterable[_Asked], error: Exception) -> None:
    if not isinstance(error, Refusal):
        log.error("decisions.broken", error=type(error).__name__, exc_info=error)
    for asked in batch:
        asked.refuse(error)
