"""What webhooks can be asked: to be made, turned, deleted, and to hear of what happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.attempts import LOST_AFTER
from services.visitors.surroundings import surroundings_of
from services.visitors.webhooks import store
from services.visitors.webhooks.domain import (
    MOST_WEBHOOKS,
    Delivery,
    DeliveryAtWork,
    TooManyWebhooks,
    Webhook,
    WebhookDisabled,
    body_of,
    event_name,
)
from services.visitors.webhooks.store import Listener
from shared.events.visits import VisitEvent
from shared.identity.listed import Person
from shared.remembering import found_once


@dataclass(frozen=True)
class Wish:
    """What a webhook is to be like."""

    url: str
    events: tuple[str, ...]
    include_personal: bool


async def make_webhook(
    session: AsyncSession, tenant_id: UUID, wish: Wish, *, by: Person, at: datetime
) -> tuple[Webhook, str]:
    """The webhook and its secret, in clear for the last time.

    Raises `TargetNotAllowed`, `TargetUnknown`, `TooManyWebhooks`.
    """
    around = surroundings_of(session)
    await around.guard.target(wish.url)
    if await store.hold_tenants_webhooks(session, tenant_id) >= MOST_WEBHOOKS:
        raise TooManyWebhooks
    made = Webhook(
        id=uuid4(),
        tenant_id=tenant_id,
        url=wish.url,
        events=list(wish.events),
        include_personal=wish.include_personal,
        secret=b"",
        created_by=by.person_id,
        created_at=at,
    )
    secret = made.make_secret(around.seal)
    session.add(made)
    return made, secret


def rotate_secret(session: AsyncSession, webhook: Webhook, *, at: datetime) -> str:
    """The new secret; the former one signs too for a day."""
    return webhook.rotate(surroundings_of(session).seal, at=at)


async def retry_delivery(
    session: AsyncSession, webhook: Webhook, delivery_id: UUID, *, at: datetime
) -> Delivery:
    """Raises `NoSuchDelivery`, `WebhookDisabled`, `AlreadyDelivered`, `DeliveryAtWork`."""
    delivery = await store.delivery(session, delivery_id, webhook_id=webhook.id)
    if webhook.disabled_at is not None:
        raise WebhookDisabled
    attempts = (await store.attempts_of(session, [delivery])).get(delivery.id, [])
    if attempts and attempts[-1].outcome is None and at - attempts[-1].began_at < LOST_AFTER:
        raise DeliveryAtWork
    delivery.retry(at=at)
    return delivery


async def tell_webhooks(session: AsyncSession, event: VisitEvent, *, at: datetime) -> None:
    """Queues the event for each endpoint of its tenant that listens; `at`: when it happened."""
    name, tenant_id = event_name(event), event.tenant_id
    now = surroundings_of(session).clock()

    async def find() -> Sequence[Listener]:
        return await store.listening(session, tenant_id, event=name)

    for listener in await found_once(session, ("listening", tenant_id, name), find):
        session.add(
            Delivery(
                webhook_id=listener.webhook_id,
                visit_id=event.visit.visit_id,
                event=name,
                body=body_of(event, at=at, include_personal=listener.include_personal),
                next_at=now,
                created_at=now,
            )
        )
