"""Who is in the reference park and which rooms it has, as plain values: at scale 1 there are 20,000
people in 40 tenants, and 1,000 rooms on the floors of ten buildings.

The same seed makes the same park in every process, ids included.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from shared.events.premises import ZoneKind

SEED = 20_261_125
TIMEZONE = "Africa/Casablanca"
BUILDINGS = 10
FLOORS = 5
DIVISIBLE = 20
"""Of so many rooms one is a whole, and the two before it are its halves."""
CAPACITIES = {4: 30, 6: 25, 8: 20, 12: 12, 20: 8, 40: 4, 120: 1}
EQUIPMENT = ("screen", "whiteboard", "videoconference", "phone", "projector", "hearing_loop")
HOURS = {None: 30, (8, 18): 40, (7, 20): 30}
"""Of the rooms, so many in a hundred never close; the others are open on five days of the week."""
BUFFERS = {(0, 0): 60, (0, 5): 20, (5, 10): 15, (15, 30): 5}
NOTICES = {0: 90, 60: 8, 1440: 2}

T = TypeVar("T")


@dataclass(frozen=True)
class Size:
    """How large it is."""

    tenants: int = 40
    people: int = 20_000
    rooms: int = 1_000
    bookings: int = 500_000

    @classmethod
    def of(cls, scale: float) -> Size:
        """All of it by the same scale."""
        return cls(
            tenants=max(round(40 * scale), 3),
            people=max(round(20_000 * scale), 60),
            rooms=max(round(1_000 * scale), 20),
            bookings=max(round(500_000 * scale), 500),
        )

    @classmethod
    def of_bookings(cls, bookings: int) -> Size:
        """So many on the premises of the full reference: nothing else grows."""
        return cls(bookings=bookings)


@dataclass(frozen=True, slots=True)
class Tenant:
    """A company; the first is the landlord."""

    tenant_id: UUID
    number: int


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a tenant, who has signed in before."""

    person_id: UUID
    tenant: Tenant
    number: int

    @property
    def email(self) -> str:
        return f"bench.{self.number}@example.org"

    @property
    def name(self) -> str:
        return f"Bench {self.number:06}"


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone of the premises."""

    zone_id: UUID
    code: str
    kind: ZoneKind
    parent: Zone | None


@dataclass(frozen=True, slots=True)
class Space:
    """An atomic part of rooms."""

    space_id: UUID
    code: str


@dataclass(frozen=True, slots=True)
class Room:
    """A room, behind the door of a zone of its own."""

    room_id: UUID
    code: str
    zone: Zone
    spaces: tuple[Space, ...]
    capacity: int
    equipment: tuple[str, ...]
    hours: tuple[int, int] | None
    """From and until which hour, Monday to Friday; None: always."""
    buffers: tuple[int, int]
    """Minutes before and after."""
    minimum_notice: int
    tenants: tuple[Tenant, ...]
    """Who sees and books it; none: everybody."""


@dataclass
class Park:
    """All but the bookings, made when it is built."""

    size: Size
    at: datetime
    """The instant around which the year of bookings lies."""
    tenants: list[Tenant] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    zones: list[Zone] = field(default_factory=list)
    rooms: list[Room] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(SEED)
        self.tenants = [Tenant(self.new_id(), number) for number in range(self.size.tenants)]
        for number in range(self.size.people):
            tenant = self.tenants[number % len(self.tenants)]
            self.people.append(Person(self.new_id(), tenant, number))
        self._add_rooms()

    @property
    def facility_manager(self) -> Person:
        """Who runs the park's rooms, with that role in their token."""
        return self.people[0]

    @property
    def buildings(self) -> list[Zone]:
        return [zone for zone in self.zones if zone.kind is ZoneKind.BUILDING]

    def people_of(self, tenants: Sequence[Tenant]) -> Sequence[Person]:
        """Those of one of these tenants, at random; of all where none is named."""
        if not tenants:
            return self.people
        return self.people[self.chance.choice(tenants).number :: len(self.tenants)]

    def new_id(self) -> UUID:
        return UUID(int=self.chance.getrandbits(128), version=4)

    def _add_rooms(self) -> None:
        park = self._zone(ZoneKind.PARK, None)
        floors = []
        for _ in range(BUILDINGS):
            building = self._zone(ZoneKind.BUILDING, park)
            floors += [self._zone(ZoneKind.FLOOR, building) for _ in range(FLOORS)]
        per_floor = -(-self.size.rooms // len(floors))
        for number in range(self.size.rooms):
            self.rooms.append(self._room(number, floors[number // per_floor]))

    def _zone(self, kind: ZoneKind, parent: Zone | None) -> Zone:
        zone = Zone(self.new_id(), f"Z-{len(self.zones)}", kind, parent)
        self.zones.append(zone)
        return zone

    def _room(self, number: int, floor: Zone) -> Room:
        halves = self.rooms[-2:] if number % DIVISIBLE == DIVISIBLE - 1 else []
        code = f"R-{number:04}"
        spaces = tuple(half.spaces[0] for half in halves) or (Space(self.new_id(), code),)
        capacity = sum(half.capacity for half in halves) or self._weighted(CAPACITIES)
        return Room(
            room_id=self.new_id(),
            code=code,
            zone=self._zone(ZoneKind.ROOM, floor),
            spaces=spaces,
            capacity=capacity,
            equipment=tuple(sorted(self.chance.sample(EQUIPMENT, self.chance.randrange(4)))),
            hours=self._weighted(HOURS),
            buffers=self._weighted(BUFFERS),
            minimum_notice=self._weighted(NOTICES),
            tenants=tuple(self.chance.sample(self.tenants, self._audience())),
        )

    def _audience(self) -> int:
        """How many tenants share a room: six of ten rooms are everybody's."""
        return self._weighted({0: 60, 1: 30, 3: 10})

    def _weighted(self, weights: dict[T, int]) -> T:
        (drawn,) = self.chance.choices(list(weights), list(weights.values()))
        return drawn
