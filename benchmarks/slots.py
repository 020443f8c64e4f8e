"""Hours of rooms that nobody has booked: nights of the year, in rooms that never close."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from benchmarks.reference.booking.park import Park, Room
from benchmarks.reference.booking.year import DAYS

HOUR = timedelta(hours=1)
NIGHT = (21, 23, 1, 3)
"""From which hours of the UTC day; the year itself keeps to daylight."""
NOTICE = timedelta(days=2)
"""No room asks for more."""


@dataclass(frozen=True, slots=True)
class Slot:
    """An hour of a room."""

    room: Room
    starts_at: datetime

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + HOUR

    @property
    def wish(self) -> dict[str, object]:
        """What is asked for to book it."""
        return {
            "room_id": str(self.room.room_id),
            "starts_at": self.starts_at.isoformat(),
            "ends_at": self.ends_at.isoformat(),
        }


def free_slots(park: Park) -> Iterator[Slot]:
    """Each once, another room each time."""
    first, rooms = (park.at + NOTICE).date(), suited(park)
    for number, hour in itertools.product(range(DAYS - 5), NIGHT):
        starts_at = datetime.combine(first + timedelta(days=number), time(hour), UTC)
        for room in rooms:
            yield Slot(room, starts_at)


def suited(park: Park) -> list[Room]:
    """Rooms that never close, that everybody books, and that share no space with another."""
    shared = {space for room in park.rooms for space in room.spaces if len(room.spaces) > 1}
    return [
        room
        for room in park.rooms
        if room.hours is None and not room.tenants and not shared.intersection(room.spaces)
    ]
