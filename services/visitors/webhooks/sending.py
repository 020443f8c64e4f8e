"""Delivers what is queued, as notices are: claim, send outside any transaction, note the outcome.

One rule: of each endpoint one delivery is on its way at a time, and nobody waits for another one's
endpoint. The order in which an endpoint gets things is not promised.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import structlog

from services.visitors.surroundings import surroundings_of
from services.visitors.webhooks import store
from services.visitors.webhooks.domain import (
    LOST_AFTER,
    DeliveryAttempt,
    DeliveryOutcome,
    headers_of,
)
from shared.clock import Clock
from shared.database import Database
from shared.errors import TryLater
from shared.outward import Answered, NotSent, Outward
from shared.sealing import SealBroken

log = structlog.get_logger(__name__)

AT_WORK = 64
"""Endpoints that are spoken to at once; each waits for ten seconds at the longest."""
DRAIN_SECONDS = 5
NOTED_AGAIN_AFTER = 0.5
KEPT_FOR = timedelta(days=30)
FORGOTTEN_AT_ONCE = 1000


@dataclass(frozen=True)
class Claimed:
    """One attempt that has begun."""

    webhook_id: UUID
    delivery_id: UUID
    number: int
    url: str
    body: bytes
    headers: dict[str, str] | None
    """None: there is no secret to sign with."""


@dataclass
class Deliveries:
    """The worker's loop over what is to be delivered."""

    database: Database
    outward: Outward
    clock: Clock
    _at_work: dict[UUID, asyncio.Task[None]] = field(default_factory=dict)

    async def round(self) -> bool:
        """Begins what is due, and waits until one of those at work has ended. Told to stop, it
        ends what it has begun.
        """
        try:
            claimed = await self._claim()
            for each in claimed:
                self._at_work[each.webhook_id] = asyncio.create_task(self._deliver(each))
            if self._at_work:
                await self._wait(is_first_enough=True)
        except asyncio.CancelledError:
            await self._wait(is_first_enough=False)
            for task in self._at_work.values():
                task.cancel()
            raise
        return bool(claimed)

    async def _wait(self, *, is_first_enough: bool) -> None:
        when = asyncio.FIRST_COMPLETED if is_first_enough else asyncio.ALL_COMPLETED
        patience = NOTED_AGAIN_AFTER if is_first_enough else DRAIN_SECONDS
        if self._at_work:
            await asyncio.wait(self._at_work.values(), timeout=patience, return_when=when)
        self._at_work = {key: task for key, task in self._at_work.items() if not task.done()}

    async def _claim(self) -> Sequence[Claimed]:
        room, now = AT_WORK - len(self._at_work), self.clock()
        if not room:
            return []
        async with self.database.transaction() as session:
            found = await store.due(session, at=now, busy=list(self._at_work), limit=room)
            claimed = []
            for webhook, delivery in found:
                delivery.attempts += 1
                delivery.next_at = now + LOST_AFTER
                attempt = DeliveryAttempt(
                    delivery_id=delivery.id, number=delivery.attempts, began_at=now
                )
                session.add(attempt)
                try:
                    keys = webhook.secrets(surroundings_of(session).seal, at=now)
                    headers = headers_of(delivery, keys, at=now)
                except SealBroken:
                    headers = None
                claimed.append(
                    Claimed(
                        webhook_id=webhook.id,
                        delivery_id=delivery.id,
                        number=delivery.attempts,
                        url=webhook.url,
                        body=delivery.body.encode(),
                        headers=headers,
                    )
                )
        return claimed

    async def _deliver(self, claimed: Claimed) -> None:
        outcome, status, reply = await self._attempt(claimed)
        while True:
            try:
                return await self._note(claimed, outcome, status, reply)
            except TryLater:
                await asyncio.sleep(NOTED_AGAIN_AFTER)

    async def _attempt(self, claimed: Claimed) -> tuple[DeliveryOutcome, int | None, str]:
        try:
            if claimed.headers is None:
                raise NotSent("the key that sealed its secret is gone; rotate the secret")
            answered = await self.outward.post(claimed.url, claimed.body, claimed.headers)
            return _outcome(answered), answered.status, answered.text
        except NotSent as unsent:
            return DeliveryOutcome.UNANSWERED, None, str(unsent)
        except Exception as broken:  # the other endpoints' outcomes must be noted all the same
            kind = type(broken).__name__
            log.error("webhook.broken", webhook_id=str(claimed.webhook_id), error=kind)
            return DeliveryOutcome.UNANSWERED, None, f"cannot be sent: {kind}"

    async def _note(
        self, claimed: Claimed, outcome: DeliveryOutcome, status: int | None, reply: str
    ) -> None:
        now = self.clock()
        async with self.database.transaction() as session:
            found = await store.attempted(session, claimed.delivery_id, number=claimed.number)
            if found is None:
                return
            webhook, delivery, attempt = found
            attempt.outcome, attempt.status_code, attempt.reply = outcome, status, reply
            attempt.ended_at = now
            if outcome is DeliveryOutcome.TAKEN:
                delivery.taken(at=now)
                webhook.answered()
            else:
                delivery.failed(at=now)
                webhook.failed(at=now, status=status)
        log.info(
            "webhook.attempted",
            webhook_id=str(claimed.webhook_id),
            delivery_id=str(claimed.delivery_id),
            number=claimed.number,
            outcome=outcome.value,
            status=status,
        )

    async def forget(self) -> bool:
        """Drops what was over a month ago; true if there may be more."""
        async with self.database.transaction() as session:
            before = self.clock() - KEPT_FOR
            gone = await store.forget_deliveries(session, before=before, limit=FORGOTTEN_AT_ONCE)
        return gone == FORGOTTEN_AT_ONCE


def _outcome(answered: Answered) -> DeliveryOutcome:
    """Any 2xx is an acceptance; a redirect is none."""
    is_taken = 200 <= answered.status < 300
    return DeliveryOutcome.TAKEN if is_taken else DeliveryOutcome.REFUSED
