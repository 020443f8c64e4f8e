"""Credentials: a person's badges, each one (format, facility, number) of a tenant.

Pure rules. One rule: a badge that was ended never opens again; a new one is issued.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, Index, String, text
from sqlmodel import Field

from services.access.database import UTC_TIME, AccessTable, one_of
from services.access.premises.domain import CardFormat
from shared.errors import Conflict, NotFound


class BadgeStatus(StrEnum):
    """Only an active badge opens ways in."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    LOST = "lost"
    STOLEN = "stolen"
    DAMAGED = "damaged"
    RETURNED = "returned"
    BLOCKED = "blocked"
    HOLDER_LEFT = "holder_left"


class RevocationReason(StrEnum):
    """Why a badge is ended."""

    LOST = "lost"
    STOLEN = "stolen"
    DAMAGED = "damaged"
    RETURNED = "returned"
    BLOCKED = "blocked"


class NoSuchBadge(NotFound):
    """There is no such badge here."""


class BadgeTaken(Conflict):
    """Somebody of this tenant holds a live badge with that number; revoke it first."""


class AlreadyRevoked(Conflict):
    """This badge was revoked before."""


class HolderHasLeft(Conflict):
    """This person has left the directory and gets no badge."""


class Badge(AccessTable, table=True):
    """A person's card."""

    __tablename__ = "badges"
    __table_args__ = (
        one_of("card_format", CardFormat),
        one_of("status", BadgeStatus),
        Index(
            "badges_live_key",
            "tenant_id",
            "card_format",
            "facility",
            "number",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("badges_number_idx", "number", "facility", "card_format"),
    )

    badge_id: UUID = Field(default_factory=uuid4, primary_key=True)
    person_id: UUID = Field(foreign_key="people.person_id", index=True)
    tenant_id: UUID = Field(foreign_key="tenants.tenant_id")
    card_format: CardFormat = Field(sa_type=String)
    facility: int
    number: int = Field(sa_type=BigInteger)
    status: BadgeStatus = Field(default=BadgeStatus.ACTIVE, sa_type=String)
    valid_from: datetime | None = Field(default=None, sa_type=UTC_TIME)
    valid_until: datetime | None = Field(default=None, sa_type=UTC_TIME)
    issued_at: datetime = Field(sa_type=UTC_TIME)
    issued_by: UUID
    ended_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    ended_by: UUID | None = None

    def revoke(self, *, reason: RevocationReason, by: UUID, at: datetime) -> None:
        """Dead for the very next decision. Raises `AlreadyRevoked`."""
        if self.ended_at is not None:
            raise AlreadyRevoked
        self.status = BadgeStatus(reason.value)
        self.ended_at, self.ended_by = at, by
