"""Looks up webhooks and their deliveries."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, lateral, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.visitors.tenant_locks import hold_alone
from services.visitors.webhooks.domain import (
    MOST_WEBHOOKS,
    Delivery,
    DeliveryAttempt,
    DeliveryStatus,
    NoSuchDelivery,
    NoSuchWebhook,
    Webhook,
)
from shared.messaging.outbox import driver_in_transaction
from shared.web.pages import Cursor


async def webhooks_of_tenant(session: AsyncSession, tenant_id: UUID) -> Sequence[Webhook]:
    """All of them; there are few."""
    found = await session.scalars(
        select(Webhook)
        .where(col(Webhook.tenant_id) == tenant_id)
        .order_by(col(Webhook.created_at), col(Webhook.id))
        .limit(MOST_WEBHOOKS)
    )
    return found.all()


async def hold_tenants_webhooks(session: AsyncSession, tenant_id: UUID) -> int:
    """How many there are; nobody else adds one until this transaction ends."""
    await hold_alone(session, "webhooks", tenant_id=tenant_id)
    counted = select(func.count()).where(col(Webhook.tenant_id) == tenant_id)
    return await session.scalar(counted) or 0


@dataclass(frozen=True)
class Listener:
    """A webhook that is to hear of an event, and how much of it."""

    webhook_id: UUID
    include_personal: bool


_LISTENING = """
SELECT id AS webhook_id, include_personal FROM webhooks
WHERE tenant_id = $1 AND disabled_at IS NULL AND (events = '{}' OR $2 = ANY (events)) LIMIT $3
"""


async def listening(session: AsyncSession, tenant_id: UUID, *, event: str) -> Sequence[Listener]:
    """Those that are to hear of it; nothing that waits in the session is written for the look."""
    connection = await driver_in_transaction(session)
    rows = await connection.fetch(_LISTENING, tenant_id, event, MOST_WEBHOOKS)
    return [Listener(**row) for row in rows]


async def webhook(
    session: AsyncSession, webhook_id: UUID, *, tenant_id: UUID, lock: bool = False
) -> Webhook:
    """Raises `NoSuchWebhook`, also for another tenant's."""
    query = select(Webhook).where(
        col(Webhook.id) == webhook_id, col(Webhook.tenant_id) == tenant_id
    )
    found = await session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NoSuchWebhook
    return found


async def deliveries(
    session: AsyncSession, webhook_id: UUID, *, after: Cursor | None, limit: int
) -> Sequence[Delivery]:
    """The newest first; one more than `limit` where there are more."""
    query = select(Delivery).where(col(Delivery.webhook_id) == webhook_id)
    if after is not None:
        query = query.where(col(Delivery.position) < after.key[0])
    newest_first = query.order_by(col(Delivery.position).desc()).limit(limit + 1)
    return (await session.scalars(newest_first)).all()


async def attempts_of(
    session: AsyncSession, deliveries: Sequence[Delivery]
) -> dict[UUID, list[DeliveryAttempt]]:
    """What was tried, in order; a delivery is tried some ten times."""
    found = await session.scalars(
        select(DeliveryAttempt)
        .where(col(DeliveryAttempt.delivery_id).in_([each.id for each in deliveries]))
        .order_by(col(DeliveryAttempt.number))
    )
    by_delivery: dict[UUID, list[DeliveryAttempt]] = {}
    for attempt in found:
        by_delivery.setdefault(attempt.delivery_id, []).append(attempt)
    return by_delivery


async def delivery(session: AsyncSession, delivery_id: UUID, *, webhook_id: UUID) -> Delivery:
    """Locked. Raises `NoSuchDelivery`, also for another webhook's."""
    found = await session.scalar(
        select(Delivery)
        .where(col(Delivery.id) == delivery_id, col(Delivery.webhook_id) == webhook_id)
        .with_for_update()
    )
    if found is None:
        raise NoSuchDelivery
    return found


async def due(
    session: AsyncSession, *, at: datetime, busy: Collection[UUID], limit: int
) -> Sequence[tuple[Webhook, Delivery]]:
    """The oldest due delivery, locked, of each endpoint that is not busy. What another worker holds
    is passed over.
    """
    waiting = aliased(Delivery)
    oldest = lateral(
        select(col(waiting.id).label("id"), col(waiting.next_at).label("next_at"))
        .where(
            col(waiting.webhook_id) == col(Webhook.id),
            col(waiting.status) == DeliveryStatus.QUEUED,
            col(waiting.next_at) <= at,
        )
        .order_by(col(waiting.next_at))
        .limit(1)
        .with_for_update(skip_locked=True)
        .correlate(Webhook)
    )
    rows = await session.execute(
        select(Webhook, Delivery)
        .select_from(Webhook)
        .join(oldest, true())
        .join(Delivery, col(Delivery.id) == oldest.c.id)
        .where(col(Webhook.disabled_at).is_(None), col(Webhook.id).not_in(busy))
        .order_by(oldest.c.next_at)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


async def attempted(
    session: AsyncSession, delivery_id: UUID, *, number: int
) -> tuple[Webhook, Delivery, DeliveryAttempt] | None:
    """What an attempt was about, locked; None where its webhook was deleted meanwhile."""
    row = (
        await session.execute(
            select(Webhook, Delivery, DeliveryAttempt)
            .join(Delivery, col(Delivery.webhook_id) == col(Webhook.id))
            .join(DeliveryAttempt, col(DeliveryAttempt.delivery_id) == col(Delivery.id))
            .where(col(Delivery.id) == delivery_id, col(DeliveryAttempt.number) == number)
            .with_for_update()
        )
    ).first()
    return None if row is None else (row[0], row[1], row[2])


async def to_tell(session: AsyncSession, *, at: datetime) -> Webhook | None:
    """A disabled one of which its tenant's desk is to be told, locked."""
    found: Webhook | None = await session.scalar(
        select(Webhook)
        .where(col(Webhook.tell_at) <= at)
        .order_by(col(Webhook.tell_at))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return found


async def forget_deliveries(session: AsyncSession, *, before: datetime, limit: int) -> int:
    """Drops old ones that are not queued, with their attempts; how many."""
    old = (
        select(col(Delivery.id))
        .where(col(Delivery.created_at) < before, col(Delivery.status) != DeliveryStatus.QUEUED)
        .limit(limit)
    )
    gone = await session.execute(
        delete(Delivery).where(col(Delivery.id).in_(old)).returning(col(Delivery.id))
    )
    return len(gone.all())
