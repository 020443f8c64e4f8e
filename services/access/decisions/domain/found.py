"""What was found for a read: the way, the holder, their rights, and where they stand.

Plain values, complete: a decision keeps them, and an explanation decides by them once more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.access.credentials.cards import CardNumber
from services.access.credentials.domain import BadgeStatus, status_at
from services.access.decisions.domain.reads import ReadKind
from services.access.decisions.domain.reasons import REASON_OF_STATUS, Reason
from services.access.pins.domain import PinVerdict
from services.access.policy.domain import Point, RightFound
from services.access.rights.domain import RightSource
from services.access.rights.effective import answer
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
    needs_extended_time: bool = False

    @property
    def holder_id(self) -> UUID:
        return self.person_id

    @property
    def is_sure(self) -> bool:
        """Whether it can be nobody else's."""
        return self.fits <= 1

    def objection(self, at: datetime) -> Reason | None:
        if self.fits > 1:
            return Reason.AMBIGUOUS_CREDENTIAL
        if not self.is_listed:
            return Reason.HOLDER_DELISTED
        status = status_at(self.status, at, sleeps_until=self.sleeps_until)
        if status != BadgeStatus.ACTIVE:
            return REASON_OF_STATUS[status]
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
    is_tenant_listed: bool
    is_escorted: bool = False
    escort_ids: tuple[UUID, ...] = ()

    @property
    def holder_id(self) -> UUID:
        return self.visit_id

    @property
    def is_sure(self) -> bool:
        return True

    def objection(self, at: datetime) -> Reason | None:
        if not self.is_tenant_listed:
            return Reason.HOLDER_DELISTED
        if self.status in OVER or self.valid_until <= self.valid_from:  # revoked, where it is not
            return Reason.PASS_ENDED
        if at < self.valid_from:
            return Reason.NOT_YET_VALID
        if at >= self.valid_until:
            return Reason.EXPIRED
        if self.admits == Admits.DESK_FIRST and self.status not in ADMITTED:
            return Reason.NOT_CHECKED_IN
        return None


@dataclass(frozen=True, slots=True)
class Way:
    """How the way into the to-zone stands for this holder at this time."""

    is_evacuated: bool = False
    is_locked_down: bool = False
    """And the holder is not exempt."""
    is_locked: bool = False
    is_unlocked: bool = False
    needs_pin: bool = False
    awaits_first_badge: bool = False
    """The first badge unlocks the door now, until its hours end."""


AS_USUAL = Way()


@dataclass(frozen=True, slots=True)
class Standing:
    """What was known, under a lock, of where the holder and others are; read only where a rule
    asks for it.
    """

    is_inside: bool = False
    """Whether inside the park, or let in with nobody having told yet."""
    passback: tuple[str, ...] = ()
    """Kinds of anti-passback of the zones to be entered in which the holder is already."""
    is_full: bool = False
    """A zone to be entered holds as many people as it may."""
    would_be_alone: bool = False
    """In a zone where nobody may be, and no second person has read here just now."""
    has_escort: bool = False
    """One of the escorts has read here just now."""


NOWHERE = Standing()


@dataclass(frozen=True, slots=True)
class Found:
    """All that decides, found at one moment."""

    point: Point
    kind: ReadKind
    number: CardNumber | None
    """Of a card: what its bits say in the format of the door's reader. None: a bad read."""
    holder: BadgeFound | PassFound | None
    rights: tuple[RightFound, ...]
    way: Way = AS_USUAL
    pin: PinVerdict | None = None
    """None: none was entered."""
    standing: Standing = NOWHERE

    @property
    def needs_escort(self) -> bool:
        """A visitor who does not go alone: anywhere, or into a zone of that kind."""
        if not isinstance(self.holder, PassFound) or self.point.is_way_out:
            return False
        return self.holder.is_escorted or any(zone.rules.is_escorted for zone in self.point.entered)

    @property
    def needs_standing(self) -> bool:
        """Whether a rule asks where the holder, or anybody else, is."""
        if self.holder is None or self.point.is_way_out:
            return False
        is_pass_at_the_gate = isinstance(self.holder, PassFound) and self.point.is_entry
        return is_pass_at_the_gate or bool(self.point.entered) or self.needs_escort

    def objection_to_credential(self, at: datetime) -> Reason | None:
        """What speaks against whoever reads, wherever it is."""
        if self.kind is ReadKind.CARD and self.number is None:
            return Reason.BAD_READ
        if self.holder is None:
            return Reason.UNKNOWN_CREDENTIAL
        return self.holder.objection(at)

    def objection_to_way(self) -> Reason | None:
        """What speaks against passing here and now, the way's own state first."""
        if self.way.is_locked_down:
            return Reason.LOCKED_DOWN
        if self.way.is_locked:
            return Reason.DOOR_LOCKED
        worth = Reason(answer(right.standing for right in self.rights).value)
        if worth is not Reason.RIGHT:
            return worth
        return self._objection_to_pin() or self._objection_to_standing()

    def _objection_to_pin(self) -> Reason | None:
        if not self.way.needs_pin or self.pin in {PinVerdict.RIGHT, PinVerdict.DURESS}:
            return None
        if self.pin is PinVerdict.WRONG:
            return Reason.PIN_WRONG
        return Reason.PIN_LOCKED if self.pin is PinVerdict.LOCKED else Reason.PIN_REQUIRED

    def _objection_to_standing(self) -> Reason | None:
        if self.has_entered_already:
            return Reason.PASS_ALREADY_INSIDE
        if self.needs_escort and not self.standing.has_escort:
            return Reason.ESCORT_NEEDED
        if self.standing.passback and set(self.standing.passback) != {"soft"}:
            return Reason.PASSBACK
        if self.standing.is_full:
            return Reason.ZONE_FULL
        return Reason.SECOND_PERSON_NEEDED if self.standing.would_be_alone else None

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

    @property
    def booking_ids(self) -> tuple[UUID, ...]:
        """All bookings that cover the holder here and now, whatever right lets them pass."""
        found = {
            right.source_id
            for right in self.rights
            if right.source == RightSource.BOOKING and right.source_id and right.counts
        }
        return tuple(sorted(found))
