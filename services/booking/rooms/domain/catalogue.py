"""The catalogue: every room of the park at one version of its rules, and who sees which.

Plain values; never changed once made: whoever holds one keeps what it said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from services.booking.rooms.domain.audience import RUN_THE_PARK
from services.booking.rooms.domain.bookable import BookableRoom
from services.booking.rooms.domain.refusals import NoSuchRoom
from services.booking.rooms.domain.surroundings import KnownZone
from shared.events.premises import ZoneKind
from shared.identity.listed import Person

UNKNOWN = -1
"""The version before anything was loaded."""


@dataclass(frozen=True)
class Catalogue:
    """All rooms, as the database said at `version`."""

    version: int = UNKNOWN
    rooms: Mapping[UUID, BookableRoom] = field(default_factory=dict)
    """Those taken out too: bookings of the past were in them."""
    zones: Mapping[UUID, KnownZone] = field(default_factory=dict)
    _listed: tuple[BookableRoom, ...] = field(init=False, repr=False, compare=False)
    _of_people: dict[UUID, list[BookableRoom]] = field(init=False, repr=False, compare=False)
    _of_tenants: dict[UUID, tuple[BookableRoom, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _of_spaces: dict[UUID, list[BookableRoom]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        listed = sorted((r for r in self.rooms.values() if r.is_listed), key=_by_code)
        of_people: dict[UUID, list[BookableRoom]] = {}
        of_spaces: dict[UUID, list[BookableRoom]] = {}
        for room in listed:
            for person_id in room.audience.person_ids | room.audience.shown_person_ids:
                of_people.setdefault(person_id, []).append(room)
            for space_id in room.space_ids:
                of_spaces.setdefault(space_id, []).append(room)
        object.__setattr__(self, "_listed", tuple(listed))
        object.__setattr__(self, "_of_people", of_people)
        object.__setattr__(self, "_of_spaces", of_spaces)

    def room(self, room_id: UUID, *, viewer: Person) -> BookableRoom:
        """Raises `NoSuchRoom`, also where it is not theirs to see."""
        found = self.rooms.get(room_id)
        if found is None or not found.is_listed or not found.audience.sees(viewer):
            raise NoSuchRoom
        return found

    def known(self, room_id: UUID) -> BookableRoom:
        """Whoever asks, listed or not: for those who have been let see it by other means. Raises
        `NoSuchRoom`.
        """
        try:
            return self.rooms[room_id]
        except KeyError:
            raise NoSuchRoom from None

    def seen_by(self, viewer: Person) -> list[BookableRoom]:
        """The rooms that somebody sees, by code."""
        if viewer.has(*RUN_THE_PARK):
            return list(self._listed)
        of_tenant = self._seen_by_tenant(viewer.tenant_id)
        theirs = self._of_people.get(viewer.person_id)
        if not theirs:
            return list(of_tenant)
        return sorted({room.room_id: room for room in (*of_tenant, *theirs)}.values(), key=_by_code)

    def sharing_spaces(self, room: BookableRoom) -> list[BookableRoom]:
        """The other listed rooms that cannot be held beside this one, by code: its parts, the
        wholes that it is a part of, and what overlaps it. Not all of them are everybody's to see.
        """
        found = {
            other.room_id: other
            for space_id in room.space_ids
            for other in self._of_spaces.get(space_id, ())
        }
        found.pop(room.room_id, None)
        return sorted(found.values(), key=_by_code)

    def closed_by(self, closure_id: UUID) -> list[BookableRoom]:
        """The rooms that a closure closes, by code."""
        return [
            room
            for room in self._listed
            if any(closure.closure_id == closure_id for closure in room.closures)
        ]

    def _seen_by_tenant(self, tenant_id: UUID) -> tuple[BookableRoom, ...]:
        known = self._of_tenants.get(tenant_id)
        if known is None:
            known = tuple(r for r in self._listed if r.audience.is_seen_by_tenant(tenant_id))
            self._of_tenants[tenant_id] = known
        return known


def around(zone_id: UUID, zones: Mapping[UUID, KnownZone]) -> Iterator[KnownZone]:
    """The zone, what it lies in, and so on up to the park; as far as is known."""
    seen: set[UUID] = set()
    zone = zones.get(zone_id)
    while zone is not None and zone.zone_id not in seen:
        seen.add(zone.zone_id)
        yield zone
        zone = zones.get(zone.parent_id) if zone.parent_id else None


def of_kind(path: Iterable[KnownZone], kind: ZoneKind) -> KnownZone | None:
    """The nearest zone of that kind."""
    return next((zone for zone in path if zone.kind is kind), None)


def _by_code(room: BookableRoom) -> str:
    return room.code
