"""What the policy knows, as plain values: points, keys, people, cards, passes, rights."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.access.card_formats import CardFormat
from services.access.credentials.cards import CardNumber
from services.access.credentials.domain import BadgeStatus
from services.access.premises.domain import DoorMode, ZoneRules
from services.access.rights.domain import RightSource
from services.access.rights.effective import Standing
from services.access.rights.known import OVER
from shared.events.access import Evidence
from shared.events.visits import HERE, Admits, Entries, VisitStatus


@dataclass(frozen=True, slots=True)
class EnteredZone:
    """A zone that a way in leads into, and under which rules it is entered."""

    zone_id: UUID
    rules: ZoneRules


@dataclass(frozen=True, slots=True)
class Point:
    """An access point with what its door, zones and controller say. Times in milliseconds."""

    access_point_id: UUID
    door_id: UUID
    controller_id: UUID
    from_zone_id: UUID | None
    to_zone_id: UUID | None
    is_way_out: bool
    strike_ms: int
    open_ms: int
    extended_strike_ms: int
    extended_open_ms: int
    evidence: Evidence
    card_format: CardFormat | None
    """None: each tenant's cards have the tenant's own format."""
    epoch: int
    mode: DoorMode = DoorMode.BADGE
    unlock_schedule_id: UUID | None = None
    unlocked_until: datetime | None = None
    """Where the first badge unlocks: until when one has."""
    path: tuple[UUID, ...] = ()
    """The to-zone's ancestors and itself."""
    entered: tuple[EnteredZone, ...] = ()
    """Those of the path that have rules of their own and are not left by coming from within."""

    @property
    def is_entry(self) -> bool:
        """Whether it leads into the park."""
        return self.from_zone_id is None and not self.is_way_out


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A controller's key: SHA-256 of its secret."""

    controller_id: UUID
    secret_digest: bytes
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody of the directory, listed or not."""

    person_id: UUID
    tenant_id: UUID
    is_listed: bool
    needs_extended_time: bool


@dataclass(frozen=True, slots=True)
class KnownBadge:
    """A card that was ever issued."""

    badge_id: UUID
    person_id: UUID
    number: CardNumber
    status: BadgeStatus
    valid_from: datetime | None
    valid_until: datetime | None
    issued_at: datetime
    is_live: bool
    sleeps_until: datetime | None = None
    is_day_badge: bool = False


@dataclass(frozen=True, slots=True)
class KnownPin:
    """A person's PIN, as digests."""

    digest: str
    duress_digest: str | None
    is_locked: bool


@dataclass(frozen=True, slots=True)
class KnownPass:
    """A visit's pass."""

    visit_id: UUID
    visitor_id: UUID
    tenant_id: UUID
    digest: str
    status: VisitStatus
    valid_from: datetime
    valid_until: datetime
    admits: Admits
    entries: Entries
    is_escorted: bool
    escort_ids: tuple[UUID, ...]

    def place_at(self, at: datetime) -> tuple[float, ...]:
        """Where this visit stands among those of the same pass; the least is the one meant.

        The one of now; then the one whose holder has not left; then today's, though it is over;
        then the next; then the last. Which of two it is does not change between two reads, so one
        pass does not let two people in.
        """
        is_now = self.valid_from <= at < self.valid_until
        is_over = self.status in OVER
        is_here = self.status in HERE
        after = abs((self.valid_until - at).total_seconds())
        if is_now and not is_over:
            return (0 if is_here else 1, after)
        if is_here or is_now:
            return (2 if is_here else 3, after)
        return (5 if is_over or self.valid_until <= at else 4, after)


@dataclass(frozen=True, slots=True)
class RightFound:
    """What a right of the holder is worth here and now, and by whose word."""

    right_id: UUID
    source: RightSource
    source_id: UUID | None
    standing: Standing
    author_tenant_id: UUID | None
    ceiling_id: UUID | None = None
    """The landlord's ceiling under which it counts; None where it needs none, or has none."""

    @property
    def counts(self) -> bool:
        return self.standing is Standing.COUNTS
