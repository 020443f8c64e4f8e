"""The policy: all that decides at a door, as plain values in memory, and how a read is looked up.

One rule: it is exactly what the database said at `version`. Whoever decides by it proves in the
transaction that writes the decision that the version still stands (see `decisions.store`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.access.card_formats import CardFormat
from services.access.credentials.cards import CardNumber
from services.access.evacuations.domain import StandingEvacuations
from services.access.lockdowns.domain import StandingLockdowns
from services.access.policy.domain.known import (
    KnownBadge,
    KnownKey,
    KnownPass,
    KnownPerson,
    KnownPin,
    Point,
    RightFound,
)
from services.access.rights.effective import Cap, Claim, judge
from services.access.schedules.domain import Hours, SpecialDays
from shared.identity.devices import DeviceKeyNotAccepted, presented_key

UNKNOWN = -1
"""The version before anything was loaded."""

_NO_LOCKDOWNS = StandingLockdowns.of(())
_NO_EVACUATIONS = StandingEvacuations(frozenset())


@dataclass(slots=True)
class Policy:
    """What the database said at `version`. Changed only by whoever loads, between two batches."""

    days: SpecialDays
    version: int = UNKNOWN
    points: dict[UUID, Point] = field(default_factory=dict)
    keys: dict[str, KnownKey] = field(default_factory=dict)
    people: dict[UUID, KnownPerson] = field(default_factory=dict)
    listed_tenants: set[UUID] = field(default_factory=set)
    formats: dict[UUID, CardFormat] = field(default_factory=dict)
    """Of each listed tenant's cards."""
    badges: dict[CardNumber, tuple[KnownBadge, ...]] = field(default_factory=dict)
    passes: dict[str, tuple[KnownPass, ...]] = field(default_factory=dict)
    pins: dict[UUID, KnownPin] = field(default_factory=dict)
    groups: dict[UUID, tuple[UUID, ...]] = field(default_factory=dict)
    """Person -> the groups they are in."""
    claims: dict[UUID, dict[UUID, tuple[Claim, ...]]] = field(default_factory=dict)
    """Holder -> zone or access point -> the live rights."""
    caps: dict[tuple[UUID, UUID], tuple[Cap, ...]] = field(default_factory=dict)
    """(zone, tenant) -> the landlord's ceilings."""
    hours: dict[UUID, Hours] = field(default_factory=dict)
    within: dict[UUID, frozenset[UUID]] = field(default_factory=dict)
    """Zone with rules -> itself and all that lies within it."""
    lockdowns: StandingLockdowns = _NO_LOCKDOWNS
    evacuations: StandingEvacuations = _NO_EVACUATIONS
    _numbers_of: dict[UUID, tuple[CardNumber, ...]] = field(default_factory=dict)
    _digest_of: dict[UUID, str] = field(default_factory=dict)

    def controller_of(self, header: str, *, at: datetime) -> UUID:
        """Which controller presents this key. Raises `DeviceKeyNotAccepted`."""
        key_id, _, _ = header.partition(".")
        known = self.keys.get(key_id)
        if known is None or (known.ends_at is not None and at >= known.ends_at):
            raise DeviceKeyNotAccepted
        if not presented_key(header).matches(known.secret_digest):
            raise DeviceKeyNotAccepted
        return known.controller_id

    def is_listed(self, person_id: UUID) -> bool:
        """Whether somebody and their tenant are in the directory."""
        person = self.people.get(person_id)
        return person is not None and person.is_listed and person.tenant_id in self.listed_tenants

    def badge(self, number: CardNumber) -> tuple[KnownBadge | None, int]:
        """The badge of that number, and how many live ones there are: tenants share numbers."""
        return self._best(self.badges.get(number, ()))

    def badge_by_tenant(
        self, read: Mapping[CardFormat, CardNumber]
    ) -> tuple[CardNumber | None, KnownBadge | None, int]:
        """Of a card read in every format in which it is whole: the badges of tenants whose cards
        have that format, and day badges, whose desk's pool says what they have. The number is
        None where the card is whole in no tenant's format.
        """
        known = [
            badge
            for number in read.values()
            for badge in self.badges.get(number, ())
            if badge.is_day_badge
            or self.formats.get(self.people[badge.person_id].tenant_id) == number.card_format
        ]
        best, fits = self._best(known)
        in_use = set(self.formats.values())
        whole = next((read[each] for each in read if each in in_use), None)
        return (whole if best is None else best.number), best, fits

    def _best(self, known: Sequence[KnownBadge]) -> tuple[KnownBadge | None, int]:
        if not known:
            return None, 0
        if len(known) == 1:
            return known[0], int(known[0].is_live and self.is_listed(known[0].person_id))
        order = sorted(known, key=self._rank, reverse=True)
        return order[0], sum(1 for each in known if each.is_live and self.is_listed(each.person_id))

    def _rank(self, badge: KnownBadge) -> tuple[bool, bool, datetime]:
        return (self.is_listed(badge.person_id), badge.is_live, badge.issued_at)

    def visitor_pass(self, digest: str, *, at: datetime) -> KnownPass | None:
        """The visit that this pass stands for at that time: the visits of a series share one."""
        known = self.passes.get(digest, ())
        return min(known, key=lambda each: (each.place_at(at), each.visit_id), default=None)

    def is_open(self, schedule_id: UUID, at: datetime) -> bool:
        """Whether a schedule counts. One that is not known never does."""
        hours = self.hours.get(schedule_id)
        return hours is not None and hours.counts_at(at, days=self.days)

    def holders_of(self, person: KnownPerson) -> tuple[UUID, ...]:
        """Whose rights are a person's: their own, their groups', their tenant's."""
        groups = self.groups.get(person.person_id, ())
        return (person.person_id, *groups, person.tenant_id)

    def rights_at(
        self, holders: Iterable[UUID], point: Point, *, at: datetime
    ) -> tuple[RightFound, ...]:
        """What the live rights of these holders are worth into the point's zone, or through it."""
        found: list[RightFound] = []
        for holder_id in holders:
            held = self.claims.get(holder_id)
            if held is None:
                continue
            if point.to_zone_id is not None:
                found += [self._worth(claim, at) for claim in held.get(point.to_zone_id, ())]
            found += [self._worth(claim, at) for claim in held.get(point.access_point_id, ())]
        return tuple(found)

    def _worth(self, claim: Claim, at: datetime) -> RightFound:
        judged = judge(claim, claim.caps_among(self.caps), at=at, is_open=self.is_open)
        return RightFound(
            claim.right_id,
            claim.source,
            claim.source_id,
            judged.standing,
            claim.author_tenant_id,
            None if judged.cap is None else judged.cap.ceiling_id,
        )

    def put_badges(self, person_id: UUID, badges: Iterable[KnownBadge]) -> None:
        """These are all the cards that somebody was ever given."""
        for number in self._numbers_of.pop(person_id, ()):
            left = tuple(each for each in self.badges[number] if each.person_id != person_id)
            if left:
                self.badges[number] = left
            else:
                del self.badges[number]
        numbers: dict[CardNumber, None] = {}
        for badge in badges:
            self.badges[badge.number] = (*self.badges.get(badge.number, ()), badge)
            numbers[badge.number] = None
        if numbers:
            self._numbers_of[person_id] = tuple(numbers)

    def forget_badges(self) -> None:
        self.badges, self._numbers_of = {}, {}

    def forget_passes(self) -> None:
        self.passes, self._digest_of = {}, {}

    def put_pass(self, visit_id: UUID, known: KnownPass | None) -> None:
        """This is the pass of that visit; None: it has none."""
        former = self._digest_of.pop(visit_id, None)
        if former is not None:
            left = tuple(each for each in self.passes[former] if each.visit_id != visit_id)
            if left:
                self.passes[former] = left
            else:
                del self.passes[former]
        if known is not None:
            self.passes[known.digest] = (*self.passes.get(known.digest, ()), known)
            self._digest_of[visit_id] = known.digest

    def put_claims(self, holder_id: UUID, claims: dict[UUID, tuple[Claim, ...]]) -> None:
        """These are all the live rights of that holder."""
        if claims:
            self.claims[holder_id] = claims
        else:
            self.claims.pop(holder_id, None)
