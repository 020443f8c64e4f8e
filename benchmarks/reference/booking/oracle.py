"""What the reference park's rooms must answer: an oracle of its own.

It shares no rule with the service: it knows the park and the year as they were made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from benchmarks.reference.booking.park import TIMEZONE, Park, Person, Room, Zone
from benchmarks.reference.booking.year import QUARTER, Booked, Year
from shared.clock import instant

QUARTERS = 96
"""Of a day without a change of the clock."""
AHEAD = 14
"""So many days are asked about, from the day after tomorrow on, so that no notice is too short."""


@dataclass(frozen=True)
class Need:
    """What somebody looks for."""

    starts_at: datetime
    ends_at: datetime
    people: int
    equipment: str | None
    building: Zone | None


class Oracle:
    """Knows who holds what in some days of the year, and whose each booking is."""

    def __init__(self, park: Park, booked: Iterable[Booked]) -> None:
        self._park = park
        self._held: dict[tuple[UUID, date], list[tuple[datetime, datetime]]] = defaultdict(list)
        self._theirs: dict[UUID, list[Booked]] = defaultdict(list)
        for one in booked:
            before, after = (timedelta(minutes=minutes) for minutes in one.room.buffers)
            held = (one.starts_at - before, one.ends_at + after)
            for space in one.room.spaces if one.holds else ():
                self._held[space.space_id, one.starts_at.date()].append(held)
            for person in (one.organiser, *one.invited):
                if isinstance(person, Person):
                    self._theirs[person.person_id].append(one)

    def bookings_of(self, person: Person) -> list[Booked]:
        """What they organise or are invited to, by start."""
        return sorted(self._theirs[person.person_id], key=lambda one: one.starts_at)

    def free(self, need: Need, *, viewer: Person) -> list[Room]:
        """The smallest first."""
        found = [
            room
            for room in self._park.rooms
            if is_for(room, viewer)
            and _fits(room, need)
            and self._can_be_had(room, need.starts_at, need.ends_at)
        ]
        return sorted(found, key=lambda room: (room.capacity, room.code))

    def day(self, day: date) -> dict[str, str]:
        """Of each room, by its code, `1` for each quarter of an hour in which it can be had."""
        midnight = instant(datetime.combine(day, time()), timezone=TIMEZONE)
        slots = [midnight + number * QUARTER for number in range(QUARTERS)]
        return {
            room.code: "".join(
                "1" if self._can_be_had(room, slot, slot + QUARTER) else "0" for slot in slots
            )
            for room in self._park.rooms
        }

    def _can_be_had(self, room: Room, starts_at: datetime, ends_at: datetime) -> bool:
        if starts_at < self._park.at + timedelta(minutes=room.minimum_notice):
            return False
        if not _is_open(room, starts_at, ends_at):
            return False
        before, after = (timedelta(minutes=minutes) for minutes in room.buffers)
        return not any(
            starts_at - before < until and since < ends_at + after
            for space in room.spaces
            for since, until in self._held[space.space_id, starts_at.date()]
        )


def days_ahead(park: Park) -> list[date]:
    """The working days among those."""
    days = (park.at.date() + timedelta(days=2 + number) for number in range(AHEAD))
    return [day for day in days if day.isoweekday() <= 5]


def oracle_of(park: Park) -> Oracle:
    """Of the days from today on that are asked about, of that very park's year: drawn once more."""
    again = Park(park.size, park.at)
    first, last = park.at.date(), park.at.date() + timedelta(days=2 + AHEAD)
    booked = (one for day in Year(again).days() for one in day)
    return Oracle(again, (one for one in booked if first <= one.starts_at.date() <= last))


def is_for(room: Room, viewer: Person) -> bool:
    """Whether they see and book it."""
    return not room.tenants or viewer.tenant.tenant_id in {
        tenant.tenant_id for tenant in room.tenants
    }


def _fits(room: Room, need: Need) -> bool:
    if room.capacity < need.people:
        return False
    if need.equipment is not None and need.equipment not in room.equipment:
        return False
    floor = room.zone.parent
    building = floor.parent if floor else None
    return need.building is None or (
        building is not None and building.zone_id == need.building.zone_id
    )


def _is_open(room: Room, starts_at: datetime, ends_at: datetime) -> bool:
    if room.hours is None:
        return True
    midnight = instant(datetime.combine(starts_at.date(), time()), timezone=TIMEZONE)
    opens, closes = (midnight + timedelta(hours=hour) for hour in room.hours)
    return starts_at.isoweekday() <= 5 and opens <= starts_at and ends_at <= closes
