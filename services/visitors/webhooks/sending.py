"""What webhooks are sent, signed anew for each attempt.

One rule: of each endpoint one delivery is on its way at a time, and nobody waits for another one's
endpoint. The order in which an endpoint gets things is not promised.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.surroundings import surroundings_of
from services.visitors.webhooks import store
from services.visitors.webhooks.domain import Delivery, DeliveryOutcome, Webhook, headers_of
from shared.clock import Clock
from shared.database import Database
from shared.outward import NotSent, Outward
from shared.sealing import SealBroken

log = structlog.get_logger(__name__)

ENDPOINTS_AT_ONCE = 64
"""Each waits for ten seconds at the longest."""
KEPT_FOR = timedelta(days=30)
FORGOTTEN_AT_ONCE = 1000


@dataclass(frozen=True)
class Called:
    """One attempt that has begun."""

    key: UUID
    """The webhook's id."""
    delivery_id: UUID
    number: int
    url: str
    body: bytes
    headers: dict[str, str] | None
    """None: there is no secret to sign with."""


@dataclass(frozen=True)
class Heard:
    """What became of an attempt."""

    outcome: DeliveryOutcome
    status: int | None
    reply: str


@dataclass(frozen=True)
class Calls:
    """What is to be delivered to webhooks."""

    outward: Outward

    async def claim(
        self, session: AsyncSession, *, at: datetime, busy: Collection[UUID], limit: int
    ) -> Sequence[Called]:
        found = await store.due(session, at=at, busy=busy, limit=limit)
        return [self._begin(session, webhook, delivery, at=at) for webhook, delivery in found]

    def _begin(
        self, session: AsyncSession, webhook: Webhook, delivery: Delivery, *, at: datetime
    ) -> Called:
        session.add(delivery.begin(at=at))
        try:
            keys = webhook.secrets(surroundings_of(session).seal, at=at)
            headers = headers_of(delivery, keys, at=at)
        except SealBroken:
            headers = None
        return Called(
            key=webhook.id,
            delivery_id=delivery.id,
            number=delivery.attempts,
            url=webhook.url,
            body=delivery.body.encode(),
            headers=headers,
        )

    async def attempt(self, begun: Called) -> Heard:
        if begun.headers is None:
            return self.unsent("the key that sealed its secret is gone; rotate the secret")
        try:
            answered = await self.outward.post(begun.url, begun.body, begun.headers)
        except NotSent as unsent:
            return self.unsent(str(unsent))
        is_taken = 200 <= answered.status < 300  # a redirect is no acceptance
        outcome = DeliveryOutcome.TAKEN if is_taken else DeliveryOutcome.REFUSED
        return Heard(outcome, answered.status, answered.text)

    def unsent(self, reason: str) -> Heard:
        return Heard(DeliveryOutcome.UNANSWERED, None, reason)

    async def note(
        self, session: AsyncSession, begun: Called, became: Heard, *, at: datetime
    ) -> None:
        found = await store.attempted(session, begun.delivery_id, number=begun.number)
        if found is None:
            return
        webhook, delivery, attempt = found
        attempt.outcome, attempt.status_code = became.outcome, became.status
        attempt.reply, attempt.ended_at = became.reply, at
        if became.outcome is DeliveryOutcome.TAKEN:
            delivery.taken(at=at)
            webhook.answered()
        else:
            delivery.failed(at=at)
            webhook.failed(at=at, status=became.status)
        log.info(
            "webhook.attempted",
            webhook_id=str(begun.key),
            delivery_id=str(begun.delivery_id),
            number=begun.number,
            outcome=became.outcome.value,
            status=became.status,
        )


@dataclass(frozen=True)
class Forgetting:
    """The worker's loop over deliveries that are long over."""

    database: Database
    clock: Clock

    async def round(self) -> bool:
        """Drops what was over a month ago; true if there may be more."""
        async with self.database.transaction() as session:
            before = self.clock() - KEPT_FOR
            gone = await store.forget_deliveries(session, before=before, limit=FORGOTTEN_AT_ONCE)
        return gone == FORGOTTEN_AT_ONCE
