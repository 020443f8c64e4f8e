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
from services.access.credentials.domain import BadgeStatus
from services.access.rights.domain import RightSource
from shared.events.access import Evidence
from shared.events.visits import Admits, Entries, VisitStatus
from shared.identity.devices import DeviceKeyNotAccepted, presented_key

UNKNOWN = -1
"""The version before anything was loaded."""


@dataclass(frozen=True, slots=True)
class Point:
    """An access point with what its door and controller say."""

    access_point_id: UUID
    door_id: UUID
    controller_id: UUID
    from_zone_id: UUID | None
    to_zone_id: UUID | None
    is_way_out: bool
    strike_ms: int
    evidence: Evidence
    card_format: CardFormat | None
    """None: each tenant's cards have the tenant's own format."""
    epoch: int

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


@dataclass(slots=True)
class Policy:
    """What the database said at `version`. Changed only by whoever loads, between two batches."""

    version: int = UNKNOWN
    points: dict[UUID, Point] = field(default_factory=dict)
    keys: dict[str, KnownKey] = field(default_factory=dict)
    people: dict[UUID, KnownPerson] = field(default_factory=dict)
    listed_tenants: set[UUID] = field(default_factory=set)
    formats: dict[UUID, CardFormat] = field(default_factory=dict)
    """Of each listed tenant's cards."""
    badges: dict[CardNumber, tuple[KnownBadge, ...]] = field(default_factory=dict)
    passes: dict[str, tuple[KnownPass, ...]] = field(default_factory=dict)
    rights: dict[UUID, dict[UUID, tuple[RightFound, ...]]] = field(default_factory=dict)
    """Holder -> zone or access point -> the live rights."""
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

    def visitor_pass(self, digest: str) -> KnownPass | None:
        """The visit whose pass has that digest."""
        known = self.passes.get(digest, ())
        return max(known, key=lambda each: each.valid_until, default=None)

    def rights_at(self, holders: Iterable[UUID], point: Point) -> tuple[RightFound, ...]:
        """The live rights of these holders into the point's zone, or through the point."""
        found: list[RightFound] = []
        for holder_id in holders:
            held = self.rights.get(holder_id)
            if held is None:
                continue
            if point.to_zone_id is not None:
                found.extend(held.get(point.to_zone_id, ()))
            found.extend(held.get(point.access_point_id, ()))
        return tuple(found)

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

    def put_rights(self, holder_id: UUID, rights: dict[UUID, tuple[RightFound, ...]]) -> None:
        """These are all the live rights of that holder."""
        if rights:
            self.rights[holder_id] = rights
        else:
            self.rights.pop(holder_id, None)
