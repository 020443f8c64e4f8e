"""The reference park as plain values: at scale 1 it has 20,000 people in 40 tenants, 25,000
credentials, 600 doors behind 120 controllers and 200,000 rights.

The same seed makes the same park in every process, ids included; only device keys differ.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from services.access.card_formats import CardFormat
from services.access.credentials.domain import BadgeStatus
from shared.events.premises import ZoneKind
from shared.identity.devices import NewDeviceKey, new_device_key

SEED = 20_261_125
FORMATS = (CardFormat.H10301, CardFormat.H10306, CardFormat.C1000_35, CardFormat.H10304)
"""Of different lengths, so that a frame is whole in one of them at most."""
DOORS_EACH = 5
"""Of a controller."""
STATES = {
    BadgeStatus.ACTIVE: 94,
    BadgeStatus.LOST: 2,
    BadgeStatus.INACTIVE: 1,
    BadgeStatus.RETURNED: 2,
    BadgeStatus.BLOCKED: 1,
}
LEAVERS = 0.02
"""The share of people who have left the directory."""


@dataclass(frozen=True)
class Size:
    """How large it is."""

    tenants: int
    people: int
    credentials: int
    doors: int
    rights_each: int = 10

    @classmethod
    def of(cls, scale: float) -> Size:
        return cls(
            tenants=max(round(40 * scale), 3),
            people=max(round(20_000 * scale), 40),
            credentials=max(round(25_000 * scale), 50),
            doors=max(round(600 * scale), 30),
        )

    @classmethod
    def of_credentials(cls, credentials: int) -> Size:
        """So many, on the premises of the full reference: nothing else grows."""
        full = cls.of(1)
        return cls(full.tenants, credentials * 4 // 5, credentials, full.doors)


@dataclass(frozen=True, slots=True)
class Tenant:
    """A company; the first is the landlord."""

    tenant_id: UUID
    name: str
    card_format: CardFormat
    facility: int


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone, and the door into it from the one around it."""

    zone_id: UUID
    code: str
    kind: ZoneKind
    parent: Zone | None
    tenant: Tenant | None

    @property
    def ancestor_ids(self) -> list[UUID]:
        return [] if self.parent is None else [*self.parent.ancestor_ids, self.parent.zone_id]


@dataclass(frozen=True, slots=True)
class Controller:
    """A box with its device key."""

    controller_id: UUID
    code: str
    key: NewDeviceKey


@dataclass(frozen=True, slots=True)
class Door:
    """The door into a zone; a rented zone's reader reads the tenant's cards alone."""

    door_id: UUID
    zone: Zone
    controller: Controller
    card_format: CardFormat | None


@dataclass(frozen=True, slots=True)
class Point:
    """One direction through a door."""

    access_point_id: UUID
    door: Door
    is_way_out: bool


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a tenant."""

    person_id: UUID
    tenant: Tenant
    number: int
    is_listed: bool


@dataclass(frozen=True, slots=True)
class Right:
    """Into a zone, once for a person."""

    right_id: UUID
    person: Person
    zone: Zone
    valid_from: datetime | None
    valid_until: datetime | None


@dataclass(frozen=True, slots=True)
class Card:
    """A credential."""

    badge_id: UUID
    person: Person
    number: int
    status: BadgeStatus
    valid_from: datetime | None
    valid_until: datetime | None


@dataclass
class Park:
    """All of it, made when it is built."""

    size: Size
    at: datetime
    """The day around which validities lie."""
    tenants: list[Tenant] = field(default_factory=list)
    zones: list[Zone] = field(default_factory=list)
    controllers: list[Controller] = field(default_factory=list)
    doors: list[Door] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    rights: list[Right] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._chance = random.Random(SEED)
        self._add_tenants()
        self._add_zones()
        self._add_doors()
        self._add_people()
        self._add_cards()
        self._add_rights()

    def _id(self) -> UUID:
        return UUID(int=self._chance.getrandbits(128), version=4)

    def _add_tenants(self) -> None:
        for number in range(self.size.tenants):
            card_format = FORMATS[number % len(FORMATS)]
            self.tenants.append(Tenant(self._id(), f"Tenant {number}", card_format, 10 + number))

    def _add_zones(self) -> None:
        """A floor with a suite for each tenant, five to a building; rooms fill up the number."""
        park = self._zone(ZoneKind.PARK, None)
        suites: list[Zone] = []
        for number, tenant in enumerate(self.tenants):
            if number % 5 == 0:
                building = self._zone(ZoneKind.BUILDING, park)
            floor = self._zone(ZoneKind.FLOOR, building)
            suites.append(self._zone(ZoneKind.SUITE, floor, tenant))
        for number in range(self.size.doors - len(self.zones)):
            suite = suites[number % len(suites)]
            self._zone(ZoneKind.ROOM, suite, suite.tenant)

    def _zone(self, kind: ZoneKind, parent: Zone | None, tenant: Tenant | None = None) -> Zone:
        zone = Zone(self._id(), f"Z-{len(self.zones)}", kind, parent, tenant)
        self.zones.append(zone)
        return zone

    def _add_doors(self) -> None:
        for number, zone in enumerate(self.zones):
            if number % DOORS_EACH == 0:
                controller = Controller(self._id(), f"C-{len(self.controllers)}", new_device_key())
                self.controllers.append(controller)
            card_format = None if zone.tenant is None else zone.tenant.card_format
            door = Door(self._id(), zone, self.controllers[-1], card_format)
            self.doors.append(door)
            self.points += [Point(self._id(), door, is_out) for is_out in (False, True)]

    def _add_people(self) -> None:
        for number in range(self.size.people):
            is_listed = number == 0 or self._chance.random() >= LEAVERS
            tenant = self.tenants[number % len(self.tenants)]
            self.people.append(Person(self._id(), tenant, number, is_listed))

    def _add_cards(self) -> None:
        """One each; the rest at random. Each tenant counts its own."""
        states, weights = list(STATES), list(STATES.values())
        issued: Counter[UUID] = Counter()
        for number in range(self.size.credentials):
            is_first = number < len(self.people)
            person = self.people[number] if is_first else self._chance.choice(self.people)
            (status,) = self._chance.choices(states, weights)
            if not person.is_listed:
                status = BadgeStatus.HOLDER_LEFT
            issued[person.tenant.tenant_id] += 1
            counted = issued[person.tenant.tenant_id]
            self.cards.append(Card(self._id(), person, counted, status, *self._validity()))

    def _add_rights(self) -> None:
        """The ways to their suite, and rooms in it."""
        rooms: dict[UUID, list[Zone]] = {tenant.tenant_id: [] for tenant in self.tenants}
        suites: dict[UUID, Zone] = {}
        for zone in self.zones:
            if zone.tenant is not None and zone.kind is ZoneKind.ROOM:
                rooms[zone.tenant.tenant_id].append(zone)
            elif zone.tenant is not None:
                suites[zone.tenant.tenant_id] = zone
        for person in self.people:
            way = list(_up_from(suites[person.tenant.tenant_id]))
            others = rooms[person.tenant.tenant_id]
            count = min(self.size.rights_each - len(way), len(others))
            for zone in (*way, *self._chance.sample(others, count)):
                self.rights.append(Right(self._id(), person, zone, *self._validity()))

    def _validity(self) -> tuple[datetime | None, datetime | None]:
        """Mostly without bounds; now and then not yet valid, or over, or bounded and valid."""
        drawn = self._chance.randrange(100)
        days = timedelta(days=self._chance.randint(2, 300))
        spans = {
            0: (self.at + days, None),
            1: (None, self.at - days),
            2: (self.at - days, self.at + days),
        }
        return spans.get(drawn, (None, None))


def _up_from(zone: Zone) -> Iterator[Zone]:
    yield zone
    if zone.parent is not None:
        yield from _up_from(zone.parent)
