"""How a read is decided: from what was found of credential, holder, rights and presence.

Pure rules: no session, no clock, no network. Two rules above all: a way out is granted whatever
rules object, and says so in its flags; every decision has one outcome and exactly one coded reason.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.access.credentials.cards import CardNumber, decoded
from services.access.credentials.domain import BadgeStatus
from services.access.premises.domain import CardFormat
from services.access.rights.domain import RightSource
from services.access.rights.known import OVER
from shared.errors import Conflict
from shared.events.access import Evidence
from shared.events.visits import Admits, Entries, VisitStatus

SAME_READ_WITHIN = timedelta(seconds=10)
CLOCK_MAY_DIFFER_BY = timedelta(seconds=60)
ADMITTED = frozenset({VisitStatus.CHECKED_IN, VisitStatus.ON_BREAK})


class Outcome(StrEnum):
    """What a decision says."""

    GRANTED = "granted"
    DENIED = "denied"


class Reason(StrEnum):
    """Why. Each decision has exactly one."""

    RIGHT = "right"
    WAY_OUT = "way_out"
    UNKNOWN_CREDENTIAL = "unknown_credential"
    BAD_READ = "bad_read"
    AMBIGUOUS_CREDENTIAL = "ambiguous_credential"
    CREDENTIAL_NOT_ACTIVE = "credential_not_active"
    CREDENTIAL_NOT_YET_VALID = "credential_not_yet_valid"
    CREDENTIAL_EXPIRED = "credential_expired"
    HOLDER_DELISTED = "holder_delisted"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    NO_RIGHT = "no_right"
    NOT_CHECKED_IN = "not_checked_in"
    PASS_ENDED = "pass_ended"  # noqa: S105 - a reason, no secret
    PASS_ALREADY_INSIDE = "pass_already_inside"  # noqa: S105 - likewise


class Flag(StrEnum):
    """What else is to be known of a decision; of a way out also the reason that objected."""

    CLOCK_OFF = "clock_off"
    """The controller's clock and ours differ by more than a minute."""
    WRONG_EPOCH = "wrong_epoch"
    SEQUENCE_USED = "sequence_used"
    """Of a way out: another read had that number before."""


class SequenceUsed(Conflict):
    """This sequence number was used for another read, or too long ago; number each read anew."""


class WrongEpoch(Conflict):
    """This controller is in epoch {epoch}; number its reads in that one."""


@dataclass(frozen=True, slots=True)
class Read:
    """What came from the reader, decoded at once: neither raw bits nor QR text are kept."""

    numbers: tuple[CardNumber, ...] | None
    """Of a card: what its bits say, in each format in which they are whole. None: a QR code."""
    pass_digest: str | None
    fingerprint: str
    """By which the same read is known again."""

    @classmethod
    def of_card(cls, bits: str) -> Read:
        """What is no whole frame in the format of the door's reader is a bad read."""
        fingerprint = hashlib.sha256(bits.encode(errors="surrogatepass")).hexdigest()
        return cls(tuple(decoded(bits).values()), pass_digest=None, fingerprint=fingerprint)

    @classmethod
    def of_qr(cls, qr_text: str) -> Read:
        """A pass is known by SHA-256 of its token."""
        token = qr_text.strip().encode(errors="surrogatepass")
        digest = hashlib.sha256(token).hexdigest()
        return cls(numbers=None, pass_digest=digest, fingerprint=digest)

    def number_in(self, card_format: CardFormat) -> CardNumber | None:
        """What the card says in the format of the door's reader."""
        return next((each for each in self.numbers or () if each.card_format == card_format), None)


@dataclass(frozen=True, slots=True)
class Question:
    """A read, and how the controller numbers it."""

    access_point_id: UUID
    epoch: int
    sequence: int
    read_at: datetime
    read: Read

    @property
    def digest(self) -> bytes:
        """The same for the same question."""
        kind = "qr" if self.read.numbers is None else "card"
        parts = (self.access_point_id, self.read_at.isoformat(), kind, self.read.fingerprint)
        return hashlib.sha256(repr(parts).encode()).digest()


@dataclass(frozen=True, slots=True)
class Point:
    """The access point where it was read."""

    access_point_id: UUID
    door_id: UUID
    from_zone_id: UUID | None
    to_zone_id: UUID | None
    is_way_out: bool
    strike_ms: int
    evidence: Evidence
    card_format: CardFormat
    epoch: int

    @property
    def is_entry(self) -> bool:
        """Whether it leads into the park."""
        return self.from_zone_id is None and not self.is_way_out


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

    def objection(self, at: datetime) -> Reason | None:
        if self.fits > 1:
            return Reason.AMBIGUOUS_CREDENTIAL
        if not self.is_listed:
            return Reason.HOLDER_DELISTED
        if self.status != BadgeStatus.ACTIVE:
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
    is_inside: bool
    """Whether the holder was last known inside the park, or was let in and nobody told yet."""

    def objection(self, at: datetime) -> Reason | None:
        if self.status in OVER:
            return Reason.PASS_ENDED
        if at < self.valid_from:
            return Reason.NOT_YET_VALID
        if at >= self.valid_until:
            return Reason.EXPIRED
        if self.admits == Admits.DESK_FIRST and self.status not in ADMITTED:
            return Reason.NOT_CHECKED_IN
        return None

    def has_entered_already(self, point: Point) -> bool:
        """A pass admits into the park once, until its holder has left."""
        return point.is_entry and self.is_inside and self.entries == Entries.ONCE_UNTIL_LEFT


@dataclass(frozen=True, slots=True)
class RightFound:
    """A right of the holder into the zone, or through the access point."""

    source: RightSource
    source_id: UUID | None
    valid_from: datetime | None
    valid_until: datetime | None

    def counts_at(self, at: datetime) -> bool:
        return not self.is_early(at) and (self.valid_until is None or at < self.valid_until)

    def is_early(self, at: datetime) -> bool:
        return self.valid_from is not None and at < self.valid_from


@dataclass(frozen=True, slots=True)
class Found:
    """All that decides, gathered at one moment."""

    point: Point
    read: Read
    holder: BadgeFound | PassFound | None
    rights: tuple[RightFound, ...]

    def objection_to_credential(self, at: datetime) -> Reason | None:
        """What speaks against whoever reads, wherever it is."""
        if self.read.numbers is not None and self.read.number_in(self.point.card_format) is None:
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
        if isinstance(self.holder, PassFound) and self.holder.has_entered_already(self.point):
            return Reason.PASS_ALREADY_INSIDE
        return None

    def booking_ids(self, at: datetime) -> tuple[UUID, ...]:
        """All bookings that cover the holder here and now, whatever right lets them pass."""
        found = {
            right.source_id
            for right in self.rights
            if right.source == RightSource.BOOKING and right.source_id and right.counts_at(at)
        }
        return tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome, its one reason, and what else is to be known."""

    outcome: Outcome
    reason: Reason
    flags: tuple[str, ...]
    booking_ids: tuple[UUID, ...] = ()


def decide(found: Found, question: Question, *, at: datetime) -> Verdict:
    """Raises `WrongEpoch` for a way in only: a way out is granted whatever rules object."""
    is_numbered_well = question.epoch == found.point.epoch
    objection = found.objection_to_credential(at)
    flags: list[str] = []
    if abs(question.read_at - at) > CLOCK_MAY_DIFFER_BY:
        flags.append(Flag.CLOCK_OFF)
    if found.point.is_way_out:
        if not is_numbered_well:
            flags.append(Flag.WRONG_EPOCH)
        if objection is not None:
            flags.append(objection)
        return Verdict(Outcome.GRANTED, Reason.WAY_OUT, tuple(flags))
    if not is_numbered_well:
        raise WrongEpoch(epoch=found.point.epoch)
    objection = objection or found.objection_to_way(at)
    if objection is not None:
        return Verdict(Outcome.DENIED, objection, tuple(flags))
    return Verdict(Outcome.GRANTED, Reason.RIGHT, tuple(flags), found.booking_ids(at))
