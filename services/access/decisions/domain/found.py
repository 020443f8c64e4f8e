"""What was found for a read: the point, the holder, their rights, and where they stand.

Plain values, complete: a decision keeps them, and an explanation decides by them once more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.access.credentials.cards import CardNumber, decoded
from services.access.credentials.domain import BadgeStatus, status_at
from services.access.decisions.domain.reads import Question, Read, ReadKind
from services.access.decisions.domain.reasons import Reason
from services.access.policy.domain import KnownBadge, KnownPass, Point, Policy, RightFound
from services.access.rights.domain import RightSource
from services.access.rights.known import OVER
from shared.events.visits import Admits, Entries, VisitStatus

ADMITTED = frozenset({VisitStatus.CHECKED_IN, VisitStatus.ON_BREAK})


@dataclass(frozen=True, slots=True)
class BadgeFound:
    """The badge with that number, and whose it is."""

    badge_id: UUID
    person_id: UUID
    tenant_id: UUID
    status: BadgeStatus
    valid_from: datetime | None
    valid_until: datetime | None
    is_listed: bool
    fits: int
    """How many live badges have that number: tenants do share facility codes."""
    sleeps_until: datetime | None = None
    """Of a badge that sleeps for a day badge: when it wakes."""

    def objection(self, at: datetime) -> Reason | None:
        if self.fits > 1:
            return Reason.AMBIGUOUS_CREDENTIAL
        if not self.is_listed:
            return Reason.HOLDER_DELISTED
        if status_at(self.status, at, sleeps_until=self.sleeps_until) != BadgeStatus.ACTIVE:
            return Reason.CREDENTIAL_NOT_ACTIVE
        if self.valid_from is not None and at < self.valid_from:
            return Reason.CREDENTIAL_NOT_YET_VALID
        if self.valid_until is not None and at >= self.valid_until:
            return Reason.CREDENTIAL_EXPIRED
        return None


@dataclass(frozen=True, slots=True)
class PassFound:
    """The visit whose pass has that digest."""

    visit_id: UUID
    visitor_id: UUID
    tenant_id: UUID
    status: VisitStatus
    valid_from: datetime
    valid_until: datetime
    admits: Admits
    entries: Entries
    is_tenant_listed: bool = True

    def objection(self, at: datetime) -> Reason | None:
        if not self.is_tenant_listed:
            return Reason.HOLDER_DELISTED
        if self.status in OVER:
            return Reason.PASS_ENDED
        if at < self.valid_from:
            return Reason.NOT_YET_VALID
        if at >= self.valid_until:
            return Reason.EXPIRED
        if self.admits == Admits.DESK_FIRST and self.status not in ADMITTED:
            return Reason.NOT_CHECKED_IN
        return None


@dataclass(frozen=True, slots=True)
class Standing:
    """What was known, under a lock, of where the holder is; read only where a rule asks for it."""

    is_inside: bool
    """Whether inside the park, or let in with nobody having told yet."""


NOWHERE = Standing(is_inside=False)


@dataclass(frozen=True, slots=True)
class Found:
    """All that decides, found at one moment."""

    point: Point
    kind: ReadKind
    number: CardNumber | None
    """Of a card: what its bits say in the format of the door's reader. None: a bad read."""
    holder: BadgeFound | PassFound | None
    rights: tuple[RightFound, ...]
    standing: Standing = NOWHERE

    @property
    def needs_standing(self) -> bool:
        """Whether a rule asks where the holder is."""
        return isinstance(self.holder, PassFound) and self.point.is_entry

    def objection_to_credential(self, at: datetime) -> Reason | None:
        """What speaks against whoever reads, wherever it is."""
        if self.kind is ReadKind.CARD and self.number is None:
            return Reason.BAD_READ
        if self.holder is None:
            return Reason.UNKNOWN_CREDENTIAL
        return self.holder.objection(at)

    def objection_to_way(self, at: datetime) -> Reason | None:
        """What speaks against passing here and now."""
        if not any(right.counts_at(at) for right in self.rights):
            if not self.rights:
                return Reason.NO_RIGHT
            is_early = any(right.is_early(at) for right in self.rights)
            return Reason.NOT_YET_VALID if is_early else Reason.EXPIRED
        return Reason.PASS_ALREADY_INSIDE if self.has_entered_already else None

    @property
    def has_entered_already(self) -> bool:
        """A pass admits into the park once, until its holder has left."""
        holder = self.holder
        return (
            isinstance(holder, PassFound)
            and self.point.is_entry
            and holder.entries == Entries.ONCE_UNTIL_LEFT
            and self.standing.is_inside
        )

    def booking_ids(self, at: datetime) -> tuple[UUID, ...]:
        """All bookings that cover the holder here and now, whatever right lets them pass."""
        found = {
            right.source_id
            for right in self.rights
            if right.source == RightSource.BOOKING and right.source_id and right.counts_at(at)
        }
        return tuple(sorted(found))


def find(policy: Policy, question: Question) -> Found | None:
    """What the policy says of a read. None: there is no such access point."""
    point = policy.points.get(question.access_point_id)
    if point is None:
        return None
    read = question.read
    if read.kind is ReadKind.QR:
        known = policy.visitor_pass(read.fingerprint)
        if known is None:
            return Found(point, read.kind, None, None, ())
        rights = policy.rights_at((known.visit_id,), point)
        return Found(point, read.kind, None, _pass(policy, known), rights)
    number, badge, fits = _badge_read(policy, point, read)
    if badge is None:
        return Found(point, read.kind, number, None, ())
    holder = _badge(policy, badge, fits)
    rights = policy.rights_at((holder.person_id, holder.tenant_id), point)
    return Found(point, read.kind, number, holder, rights)


def _badge_read(
    policy: Policy, point: Point, read: Read
) -> tuple[CardNumber | None, KnownBadge | None, int]:
    """By the reader's format or, where it has none, by each tenant's own."""
    if point.card_format is None:
        return policy.badge_by_tenant(decoded(read.bits))
    number = read.number_in(point.card_format)
    return number, *((None, 0) if number is None else policy.badge(number))


def _badge(policy: Policy, badge: KnownBadge, fits: int) -> BadgeFound:
    return BadgeFound(
        badge_id=badge.badge_id,
        person_id=badge.person_id,
        tenant_id=policy.people[badge.person_id].tenant_id,
        status=badge.status,
        valid_from=badge.valid_from,
        valid_until=badge.valid_until,
        is_listed=policy.is_listed(badge.person_id),
        fits=fits,
        sleeps_until=badge.sleeps_until,
    )


def _pass(policy: Policy, known: KnownPass) -> PassFound:
    return PassFound(
        visit_id=known.visit_id,
        visitor_id=known.visitor_id,
        tenant_id=known.tenant_id,
        status=known.status,
        valid_from=known.valid_from,
        valid_until=known.valid_until,
        admits=known.admits,
        entries=known.entries,
        is_tenant_listed=known.tenant_id in policy.listed_tenants,
    )
