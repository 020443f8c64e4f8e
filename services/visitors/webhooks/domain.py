"""Webhooks as Standard Webhooks (https://www.standardwebhooks.com) has them: an endpoint of a
tenant, and what is delivered to it.

Pure rules. One of them: a delivery has one id and one body for ever, and what an endpoint has taken
is never sent again.
"""

from __future__ import annotations

import secrets
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

import orjson
from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Identity, Index, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field
from standardwebhooks import Webhook as Signer

from services.visitors.attempts import LOST_AFTER
from services.visitors.database import VisitorsTable, Word, one_of
from shared.errors import Conflict, NotFound
from shared.events.visits import VisitEvent
from shared.sealing import Seal

PAUSES = tuple(timedelta(seconds=each) for each in (5, 300, 1800, 7200, 18_000, 36_000))
"""After the first failure, the second …; the last one from then on."""
DISABLED_AFTER = timedelta(days=3)
GIVE_UP_AFTER = timedelta(days=4)
"""Longer, so that also an endpoint of which there is only one thing to hear is disabled."""
BOTH_SECRETS_FOR = timedelta(hours=24)
MOST_WEBHOOKS = 10
SECRET_BYTES = 32
GONE = 410
"""The status by which an endpoint says that nothing is wanted any more."""


class NoSuchWebhook(NotFound):
    """There is no such webhook."""


class NoSuchDelivery(NotFound):
    """There is no such delivery."""


class TooManyWebhooks(Conflict):
    """A company has at most ten webhooks; delete one first."""


class WebhookDisabled(Conflict):
    """This webhook is disabled; enable it first."""


class AlreadyDelivered(Conflict):
    """This was delivered; it is not sent a second time."""


class DeliveryAtWork(Conflict):
    """This is being delivered at this moment."""


class DeliveryStatus(StrEnum):
    """What has become of a delivery."""

    QUEUED = "queued"
    DELIVERED = "delivered"
    FAILED = "failed"


class DeliveryOutcome(StrEnum):
    """How an attempt ended. None in the row: it began, and nobody knows."""

    TAKEN = "taken"
    REFUSED = "refused"
    UNANSWERED = "unanswered"


def _instant(*, optional: bool = False) -> Column[datetime]:
    return Column(DateTime(timezone=True), nullable=optional)


def _of(table: str) -> Column[UUID]:
    return Column(Uuid, ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False)


class Webhook(VisitorsTable, table=True):
    """An address of a tenant's own systems that hears of its visits."""

    __tablename__ = "webhooks"
    __table_args__ = (
        Index("webhooks_of_tenant_idx", "tenant_id", "id"),
        Index("webhooks_to_tell_idx", "tell_at", postgresql_where=text("tell_at IS NOT NULL")),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    tenant_id: UUID
    url: str
    events: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    """Names without their version; none: all of a visit."""
    include_personal: bool
    """Whether the visitor's name is sent along."""
    secret: bytes
    """Sealed, as the former one is."""
    former_secret: bytes | None = None
    former_until: datetime | None = Field(default=None, sa_column=_instant(optional=True))
    created_by: UUID
    created_at: datetime = Field(sa_column=_instant())
    failing_since: datetime | None = Field(default=None, sa_column=_instant(optional=True))
    disabled_at: datetime | None = Field(default=None, sa_column=_instant(optional=True))
    tell_at: datetime | None = Field(default=None, sa_column=_instant(optional=True))
    """When the tenant's desk is to be mailed that it was disabled; None: nobody need be."""

    def rotate(self, seal: Seal, *, at: datetime) -> str:
        """The new secret, in clear for the last time; the former one signs too for a day."""
        self.former_secret, self.former_until = self.secret, at + BOTH_SECRETS_FOR
        return self.make_secret(seal)

    def make_secret(self, seal: Seal) -> str:
        made = f"whsec_{b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"
        self.secret = seal.close(made, bound_to=str(self.id))
        return made

    def secrets(self, seal: Seal, *, at: datetime) -> list[str]:
        """Those that sign now, the newest first. Raises `SealBroken`."""
        both = [self.secret]
        if self.former_secret is not None and self.former_until and at < self.former_until:
            both.append(self.former_secret)
        return [seal.open(each, bound_to=str(self.id)) for each in both]

    def answered(self) -> None:
        """It works again, or still."""
        self.failing_since = None

    def failed(self, *, at: datetime, status: int | None) -> None:
        """It is disabled once it has failed for days, or says that it is gone."""
        self.failing_since = self.failing_since or at
        is_over = at - self.failing_since >= DISABLED_AFTER or status == GONE
        if is_over and self.disabled_at is None:
            self.disabled_at = self.tell_at = at

    def enable(self) -> None:
        """It is tried again, with what is still queued."""
        self.disabled_at = self.failing_since = self.tell_at = None


class Delivery(VisitorsTable, table=True):
    """One thing that one endpoint is to hear."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        one_of("status", DeliveryStatus),
        Index(
            "webhook_deliveries_queued_idx",
            "webhook_id",
            "next_at",
            postgresql_where=text("status = 'queued'"),
        ),
        Index("webhook_deliveries_of_webhook_idx", "webhook_id", "position"),
        Index("webhook_deliveries_by_age_idx", "created_at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    position: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), nullable=False)
    )
    webhook_id: UUID = Field(sa_column=_of("webhooks"))
    visit_id: UUID
    event: str
    body: str
    """As it is signed and sent, byte for byte."""
    status: DeliveryStatus = Field(default=DeliveryStatus.QUEUED, sa_type=Word(DeliveryStatus))
    attempts: int = 0
    next_at: datetime = Field(sa_column=_instant())
    """When it is due; while an attempt runs, when that attempt counts as lost."""
    created_at: datetime = Field(sa_column=_instant())
    delivered_at: datetime | None = Field(default=None, sa_column=_instant(optional=True))

    @property
    def message_id(self) -> str:
        """The same for every attempt, so that who gets it twice knows."""
        return f"msg_{self.id.hex}"

    def begin(self, *, at: datetime) -> DeliveryAttempt:
        """The next attempt, to be written down before it is made."""
        self.attempts += 1
        self.next_at = at + LOST_AFTER
        return DeliveryAttempt(delivery_id=self.id, number=self.attempts, began_at=at)

    def taken(self, *, at: datetime) -> None:
        self.status, self.delivered_at = DeliveryStatus.DELIVERED, at

    def failed(self, *, at: datetime) -> None:
        """Later again, with growing pauses, for four days; what was taken meanwhile stays so."""
        if self.status is DeliveryStatus.DELIVERED:
            return
        self.next_at = at + PAUSES[min(self.attempts, len(PAUSES)) - 1]
        if self.next_at - self.created_at > GIVE_UP_AFTER:
            self.status = DeliveryStatus.FAILED

    def retry(self, *, at: datetime) -> None:
        """Now, instead of later or never. Raises `AlreadyDelivered`."""
        if self.status is DeliveryStatus.DELIVERED:
            raise AlreadyDelivered
        self.status, self.next_at = DeliveryStatus.QUEUED, at


class DeliveryAttempt(VisitorsTable, table=True):
    """One try to deliver; written before the try, completed after it."""

    __tablename__ = "webhook_attempts"
    __table_args__ = (one_of("outcome", DeliveryOutcome),)

    delivery_id: UUID = Field(
        sa_column=Column(
            Uuid, ForeignKey("webhook_deliveries.id", ondelete="CASCADE"), primary_key=True
        )
    )
    number: int = Field(primary_key=True)
    began_at: datetime = Field(sa_column=_instant())
    ended_at: datetime | None = Field(default=None, sa_column=_instant(optional=True))
    outcome: DeliveryOutcome | None = Field(default=None, sa_type=Word(DeliveryOutcome))
    status_code: int | None = None
    reply: str | None = None
    """The beginning of what was answered, or what kept it from being sent."""


SENT = {
    "visit_id",
    "tenant_id",
    "host_id",
    "booking_id",
    "status",
    "how",
    "starts_at",
    "ends_at",
    "timezone",
}
"""Of the facts of a visit, those that say nothing of the visitor."""


def event_name(event: VisitEvent) -> str:
    """Without the version: what a tenant subscribes to."""
    return event.name.rpartition(".")[0]


def body_of(event: VisitEvent, *, at: datetime, include_personal: bool) -> str:
    """What is sent: ids, status and times; the visitor's name only where that is wanted."""
    sent = SENT | {"display_name"} if include_personal else SENT
    data = event.visit.model_dump(mode="json", include=sent)
    said = {"type": event_name(event), "timestamp": at, "data": data}
    return orjson.dumps(said).decode()


def headers_of(delivery: Delivery, secrets: list[str], *, at: datetime) -> dict[str, str]:
    """Standard Webhooks: id, time of the attempt, and a signature by each secret that holds."""
    sent_at = at.astimezone(UTC)
    signed = [Signer(each).sign(delivery.message_id, sent_at, delivery.body) for each in secrets]
    return {
        "content-type": "application/json",
        "user-agent": "Parvis-Webhooks/1",
        "webhook-id": delivery.message_id,
        "webhook-timestamp": str(int(sent_at.timestamp())),
        "webhook-signature": " ".join(signed),
    }
