"""How badges are shown."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from services.access.card_formats import CardFormat
from services.access.credentials.domain import Badge, BadgeKind, BadgeStatus


class BadgeView(BaseModel):
    """A person's card, in the state that counts now."""

    badge_id: UUID
    person_id: UUID
    tenant_id: UUID
    format: CardFormat
    facility: int
    number: int
    kind: BadgeKind
    stands_in_for: UUID | None
    """Of a day badge: the badge that was forgotten."""
    status: BadgeStatus
    sleeps_until: datetime | None
    """Of a forgotten badge: when it wakes, unless its day badge is returned before."""
    valid_from: datetime | None
    valid_until: datetime | None
    issued_at: datetime
    ended_at: datetime | None
    version: int

    @classmethod
    def of(cls, badge: Badge, *, at: datetime) -> BadgeView:
        status = badge.shown_at(at)
        return cls(
            badge_id=badge.badge_id,
            person_id=badge.person_id,
            tenant_id=badge.tenant_id,
            format=CardFormat(badge.card_format),
            facility=badge.facility,
            number=badge.number,
            kind=BadgeKind(badge.kind),
            stands_in_for=badge.stands_in_for,
            status=status,
            sleeps_until=badge.sleeps_until if status == BadgeStatus.INACTIVE else None,
            valid_from=badge.valid_from,
            valid_until=badge.valid_until,
            issued_at=badge.issued_at,
            ended_at=badge.ended_at,
            version=badge.version,
        )
