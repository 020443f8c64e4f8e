"""Credentials: a person's badges, each one (format, facility, number) of a tenant.

Pure rules. One rule: which state may follow which, and by whose word, is written down once
(`CHANGES`); a card that was stolen, damaged or given back never opens again under that badge.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, Index, String, text
from sqlmodel import Field

from services.access.card_formats import CardFormat
from services.access.credentials.refusals import (
    AlreadyRevoked,
    OnlySecurityMay,
    StateDoesNotAllow,
    ValidityEndsBeforeItBegins,
)
from services.access.database import UTC_TIME, AccessTable, one_of


class BadgeStatus(StrEnum):
    """Only an active badge opens ways in."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    """Asleep for a while: forgotten at home, or laid aside."""
    LOST = "lost"
    STOLEN = "stolen"
    DAMAGED = "damaged"
    EXPIRED = "expired"
    RETURNED = "returned"
    BLOCKED = "blocked"
    HOLDER_LEFT = "holder_left"


class BadgeKind(StrEnum):
    """Whose card it is, and for how long."""

    OWN = "own"
    DAY = "day"
    """A card from the desk's pool, for the rest of a day."""


class RevocationReason(StrEnum):
    """Why a badge is ended."""

    LOST = "lost"
    STOLEN = "stolen"
    DAMAGED = "damaged"
    EXPIRED = "expired"
    RETURNED = "returned"
    BLOCKED = "blocked"


class Word(StrEnum):
    """Whose word a change takes."""

    CARER = "carer"
    """Whoever looks after the holder: security, operators, the tenant's admin."""
    SECURITY = "security"


_ENDED = (BadgeStatus.LOST, BadgeStatus.STOLEN, BadgeStatus.DAMAGED, BadgeStatus.EXPIRED)
_ANY_END = dict.fromkeys(
    (*_ENDED, BadgeStatus.RETURNED, BadgeStatus.BLOCKED, BadgeStatus.HOLDER_LEFT), Word.CARER
)

CHANGES: Mapping[BadgeStatus, Mapping[BadgeStatus, Word]] = {
    BadgeStatus.ACTIVE: _ANY_END | {BadgeStatus.INACTIVE: Word.CARER},
    BadgeStatus.INACTIVE: _ANY_END | {BadgeStatus.ACTIVE: Word.CARER},
    BadgeStatus.LOST: {
        BadgeStatus.ACTIVE: Word.SECURITY,
        BadgeStatus.STOLEN: Word.CARER,
        BadgeStatus.BLOCKED: Word.CARER,
        BadgeStatus.DAMAGED: Word.SECURITY,
        BadgeStatus.RETURNED: Word.SECURITY,
    },
    BadgeStatus.BLOCKED: {
        BadgeStatus.ACTIVE: Word.SECURITY,
        BadgeStatus.LOST: Word.CARER,
        BadgeStatus.STOLEN: Word.CARER,
        BadgeStatus.DAMAGED: Word.SECURITY,
        BadgeStatus.RETURNED: Word.SECURITY,
    },
    BadgeStatus.EXPIRED: {
        BadgeStatus.ACTIVE: Word.CARER,
        BadgeStatus.LOST: Word.CARER,
        BadgeStatus.STOLEN: Word.CARER,
        BadgeStatus.DAMAGED: Word.CARER,
        BadgeStatus.RETURNED: Word.CARER,
    },
    BadgeStatus.DAMAGED: {BadgeStatus.RETURNED: Word.CARER},
    BadgeStatus.STOLEN: {},
    BadgeStatus.RETURNED: {},
    BadgeStatus.HOLDER_LEFT: {},
}
"""Which state may follow which, and by whose word; what is not here is refused. What only security
may undo, nobody else may get around by declaring the card damaged or returned.
"""

LIVE = frozenset({BadgeStatus.ACTIVE, BadgeStatus.INACTIVE})
"""States of a badge that opens, or may wake; such a number is held once in a tenant."""

FOR_SECURITY = frozenset({BadgeStatus.LOST, BadgeStatus.BLOCKED})
"""Cards that only security issues again."""


def status_at(status: BadgeStatus, at: datetime, *, sleeps_until: datetime | None) -> BadgeStatus:
    """The state that counts at an instant: a badge that sleeps for a day badge wakes by itself when
    that one's time is over, whether or not anybody was there to write it down.
    """
    if status == BadgeStatus.INACTIVE and sleeps_until is not None and at >= sleeps_until:
        return BadgeStatus.ACTIVE
    return status


class Badge(AccessTable, table=True):
    """A person's card."""

    __tablename__ = "badges"
    __table_args__ = (
        one_of("card_format", CardFormat),
        one_of("status", BadgeStatus),
        one_of("kind", BadgeKind),
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
        Index("badges_issued_at_idx", "issued_at", "badge_id"),
        Index(
            "badges_day_card_key",
            "day_card_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "badges_one_day_badge_key",
            "person_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL AND kind = 'day'"),
        ),
    )

    badge_id: UUID = Field(default_factory=uuid4, primary_key=True)
    person_id: UUID = Field(foreign_key="people.person_id", index=True)
    tenant_id: UUID = Field(foreign_key="tenants.tenant_id")
    card_format: CardFormat = Field(sa_type=String)
    facility: int
    number: int = Field(sa_type=BigInteger)
    kind: BadgeKind = Field(default=BadgeKind.OWN, sa_type=String)
    day_card_id: UUID | None = Field(default=None, foreign_key="day_cards.day_card_id")
    stands_in_for: UUID | None = Field(default=None, foreign_key="badges.badge_id", index=True)
    """Of a day badge: the forgotten badge that sleeps meanwhile."""
    status: BadgeStatus = Field(default=BadgeStatus.ACTIVE, sa_type=String)
    sleeps_until: datetime | None = Field(default=None, sa_type=UTC_TIME)
    """Of a badge that sleeps for a day badge: when that one's time is over."""
    valid_from: datetime | None = Field(default=None, sa_type=UTC_TIME)
    valid_until: datetime | None = Field(default=None, sa_type=UTC_TIME)
    issued_at: datetime = Field(sa_type=UTC_TIME)
    issued_by: UUID
    ended_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    ended_by: UUID | None = None
    version: int = 1

    def status_at(self, at: datetime) -> BadgeStatus:
        """The state that counts then, `sleeps_until` considered."""
        return status_at(BadgeStatus(self.status), at, sleeps_until=self.sleeps_until)

    def is_awake(self, at: datetime) -> bool:
        """Whether it opens ways in, or will by its own validity."""
        return self.shown_at(at) == BadgeStatus.ACTIVE

    def shown_at(self, at: datetime) -> BadgeStatus:
        """The state that counts then, `expired` where its validity is over."""
        is_over = self.valid_until is not None and at >= self.valid_until
        now = self.status_at(at)
        return BadgeStatus.EXPIRED if now == BadgeStatus.ACTIVE and is_over else now

    def become(
        self, status: BadgeStatus, *, by: UUID, is_security: bool, at: datetime
    ) -> BadgeStatus:
        """The state it leaves. Raises `AlreadyRevoked`, `StateDoesNotAllow`, `OnlySecurityMay`."""
        before = self.status_at(at)
        if before == status and status not in LIVE:
            raise AlreadyRevoked
        word = CHANGES[before].get(status)
        if word is None:
            raise StateDoesNotAllow
        if word == Word.SECURITY and not is_security:
            raise OnlySecurityMay
        self.status, self.sleeps_until = status, None
        self.ended_at, self.ended_by = (None, None) if status in LIVE else (at, by)
        self.version += 1
        return before

    def sleep_until(self, until: datetime, *, by: UUID, at: datetime) -> None:
        """Forgotten: a day badge opens instead of it until then. Raises `StateDoesNotAllow`."""
        self.become(BadgeStatus.INACTIVE, by=by, is_security=False, at=at)
        self.sleeps_until = until

    def be_valid(self, *, valid_from: datetime | None, valid_until: datetime | None) -> None:
        """A new span; the state stays. Raises `ValidityEndsBeforeItBegins`."""
        must_be_a_span(valid_from, valid_until)
        self.valid_from, self.valid_until = valid_from, valid_until
        self.version += 1


class DayCard(AccessTable, table=True):
    """A card in a desk's drawer, to be lent for a day: the landlord's, or a tenant's own."""

    __tablename__ = "day_cards"
    __table_args__ = (
        one_of("card_format", CardFormat),
        Index(
            "day_cards_key",
            "tenant_id",
            "card_format",
            "facility",
            "number",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    day_card_id: UUID = Field(default_factory=uuid4, primary_key=True)
    tenant_id: UUID = Field(foreign_key="tenants.tenant_id")
    """Whose desk lends it."""
    card_format: CardFormat = Field(sa_type=String)
    facility: int
    number: int = Field(sa_type=BigInteger)
    added_at: datetime = Field(sa_type=UTC_TIME)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UTC_TIME)


def must_be_a_span(valid_from: datetime | None, valid_until: datetime | None) -> None:
    """Raises `ValidityEndsBeforeItBegins`; an open end is a span, too."""
    if valid_from is not None and valid_until is not None and valid_until <= valid_from:
        raise ValidityEndsBeforeItBegins
