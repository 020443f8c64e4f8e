"""Webhooks over HTTP: a company's own systems hear of its visits."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from services.visitors.policies.api import TenantToSet
from services.visitors.webhooks import commands, store
from services.visitors.webhooks.domain import (
    Delivery,
    DeliveryAttempt,
    DeliveryOutcome,
    DeliveryStatus,
    Webhook,
)
from shared.outward import LONGEST_URL
from shared.web import Me, Now, Once, Page, Session, page_of
from shared.web.pages import AskedPage

router = APIRouter(tags=["webhooks"])

EVENTS = (
    "visit.expected",
    "visit.rescheduled",
    "visit.host_changed",
    "visit.pass_rotated",
    "visit.arrived",
    "visit.checked_in",
    "visit.check_in_undone",
    "visit.break_started",
    "visit.break_ended",
    "visit.checked_out",
    "visit.check_out_undone",
    "visit.cancelled",
    "visit.refused",
    "visit.no_show",
    "visit.left_unseen",
)
EventName = StrEnum("EventName", {name: name for name in EVENTS})  # type: ignore[misc]


class NewWebhook(BaseModel):
    """Where to deliver what."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "url": "https://hooks.atlas.example/parvis",
                "events": ["visit.arrived", "visit.checked_in"],
                "include_personal": False,
            }
        },
    )

    url: Annotated[str, Field(min_length=9, max_length=LONGEST_URL)]
    """An https address outside private networks; redirects are not followed."""
    events: Annotated[frozenset[EventName], Field(max_length=len(EVENTS))] = frozenset()
    """None given: all of them."""
    include_personal: bool = False
    """Whether the visitor's name is sent along."""


class WebhookView(BaseModel):
    """A webhook; its secret is shown once, when it is made."""

    webhook_id: UUID
    url: str
    events: list[str]
    include_personal: bool
    created_at: datetime
    failing_since: datetime | None
    """Since when nothing could be delivered; after three days the webhook is disabled."""
    disabled_at: datetime | None
    former_secret_until: datetime | None
    """Until then the secret before the present one signs too."""


class NewSecret(BaseModel):
    """What the signatures are verified by; it is not shown again."""

    secret: str


class MadeWebhook(WebhookView, NewSecret):
    """A webhook, with its secret for once."""


class AttemptView(BaseModel):
    """One try to deliver."""

    number: int
    began_at: datetime
    ended_at: datetime | None
    outcome: DeliveryOutcome | None
    """None: it began, and nobody knows what became of it."""
    status_code: int | None
    reply: str | None
    """The beginning of the answer, or why there is none."""


class DeliveryView(BaseModel):
    """What was delivered, or will be."""

    delivery_id: UUID
    message_id: str
    """The header `webhook-id`, the same in each attempt."""
    visit_id: UUID
    event: str
    status: DeliveryStatus
    created_at: datetime
    next_at: datetime | None
    """When it is tried next."""
    delivered_at: datetime | None
    attempts: list[AttemptView]


class Webhooks(BaseModel):
    """A company's webhooks, the oldest first; there are at most ten."""

    items: list[WebhookView]
    next: None = None


async def _seen(webhook_id: UUID, tenant_id: TenantToSet, session: Session) -> Webhook:
    return await store.webhook(session, webhook_id, tenant_id=tenant_id)


async def _to_change(webhook_id: UUID, tenant_id: TenantToSet, session: Session) -> Webhook:
    return await store.webhook(session, webhook_id, tenant_id=tenant_id, lock=True)


Seen = Annotated[Webhook, Depends(_seen, scope="function")]
ToChange = Annotated[Webhook, Depends(_to_change, scope="function")]
"""The webhook of the address, locked."""


@router.post("/tenants/{tenant_id}/webhooks", status_code=201)
async def make_webhook(
    body: NewWebhook, tenant_id: TenantToSet, session: Session, me: Me, now: Now, response: Response
) -> MadeWebhook:
    """Have what happens to the company's visits delivered to an address, signed as Standard
    Webhooks says (`webhook-id`, `webhook-timestamp`, `webhook-signature`).

    The secret is in this answer only, which is therefore not kept for a repetition. What is not
    answered with 2xx within ten seconds is repeated for days, with growing pauses.
    """
    wish = commands.Wish(body.url, tuple(sorted(body.events)), body.include_personal)
    made, secret = await commands.make_webhook(session, tenant_id, wish, by=me, at=now)
    response.headers["cache-control"] = "no-store"
    return MadeWebhook(**dict(_view(made)), secret=secret)


@router.get("/tenants/{tenant_id}/webhooks")
async def webhooks(tenant_id: TenantToSet, session: Session) -> Webhooks:
    """A company's webhooks, for its admins."""
    found = await store.webhooks_of_tenant(session, tenant_id)
    return Webhooks(items=[_view(each) for each in found])


@router.delete("/tenants/{tenant_id}/webhooks/{webhook_id}", status_code=204)
async def delete_webhook(webhook: ToChange, session: Session) -> None:
    """Deliver nothing there any more; what was is forgotten."""
    await session.delete(webhook)


@router.post("/tenants/{tenant_id}/webhooks/{webhook_id}/rotate-secret")
async def rotate_secret(
    webhook: ToChange, session: Session, now: Now, response: Response
) -> NewSecret:
    """Make a new secret. For a day both sign, so that nothing is missed meanwhile."""
    response.headers["cache-control"] = "no-store"
    return NewSecret(secret=commands.rotate_secret(session, webhook, at=now))


@router.post("/tenants/{tenant_id}/webhooks/{webhook_id}/enable", response_model=WebhookView)
async def enable_webhook(webhook: ToChange, once: Once) -> Response:
    """Deliver again to a webhook that was disabled, what is still queued first."""

    async def enable() -> tuple[BaseModel, None]:
        webhook.enable()
        return _view(webhook), None

    return await once(enable, status=200)


@router.get("/tenants/{tenant_id}/webhooks/{webhook_id}/deliveries")
async def deliveries(
    webhook: Seen, session: Session, me: Me, asked: AskedPage
) -> Page[DeliveryView]:
    """What was delivered, with every attempt; the newest first. It is kept for a month."""
    bound_to = f"deliveries {me.person_id} {webhook.id}"
    after = asked.after(bound_to=bound_to, types=(int,))
    rows = await store.deliveries(session, webhook.id, after=after, limit=asked.limit)
    attempts = await store.attempts_of(session, rows)
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda row: (row.position,),
        view=lambda row: _delivery_view(row, attempts.get(row.id, [])),
    )


@router.post(
    "/tenants/{tenant_id}/webhooks/{webhook_id}/deliveries/{delivery_id}/retry",
    response_model=DeliveryView,
)
async def retry_delivery(
    delivery_id: UUID, webhook: ToChange, session: Session, now: Now, once: Once
) -> Response:
    """Try again now, with the same id and body; what was delivered is not sent a second time."""

    async def retry() -> tuple[BaseModel, None]:
        delivery = await commands.retry_delivery(session, webhook, delivery_id, at=now)
        attempts = await store.attempts_of(session, [delivery])
        return _delivery_view(delivery, attempts.get(delivery.id, [])), None

    return await once(retry, status=200)


def _view(webhook: Webhook) -> WebhookView:
    shown = webhook.model_dump(include=set(WebhookView.model_fields))
    return WebhookView(**shown, webhook_id=webhook.id, former_secret_until=webhook.former_until)


def _delivery_view(delivery: Delivery, attempts: list[DeliveryAttempt]) -> DeliveryView:
    is_queued = delivery.status is DeliveryStatus.QUEUED
    return DeliveryView(
        delivery_id=delivery.id,
        message_id=delivery.message_id,
        visit_id=delivery.visit_id,
        event=delivery.event,
        status=delivery.status,
        created_at=delivery.created_at,
        next_at=delivery.next_at if is_queued else None,
        delivered_at=delivery.delivered_at,
        attempts=[AttemptView.model_validate(each, from_attributes=True) for each in attempts],
    )
