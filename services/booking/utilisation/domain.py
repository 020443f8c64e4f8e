"""How much rooms are used in a month: what is counted, and against what.

Pure rules. A month is one of the park's wall clock; hours are those that lie within it, and a
booking is counted in the month, and the hour, in which it starts.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from services.booking.rooms.domain import BookableRoom, Stretch
from shared.clock import clock_changes, day_starts, local, wall_time

HOURS_OF_DAY = 24
_ONE_HOUR = timedelta(hours=1)


class Segment(NamedTuple):
    """A part of the month throughout which the clock shows UTC and `offset`."""

    starts_at: datetime
    ends_at: datetime
    offset: timedelta


@dataclass(frozen=True)
class Month:
    """A month of the park."""

    year: int
    month: int
    timezone: str

    @classmethod
    def read(cls, written: str, *, timezone: str) -> "Month":
        """From `2026-11`."""
        year, _, month = written.partition("-")
        return cls(int(year), int(month), timezone)

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02}"

    @cached_property
    def starts_at(self) -> datetime:
        return day_starts(date(self.year, self.month, 1), timezone=self.timezone)

    @cached_property
    def ends_at(self) -> datetime:
        after = Month(self.year + self.month // 12, self.month % 12 + 1, self.timezone)
        return after.starts_at

    @property
    def segments(self) -> list[Segment]:
        """In order; one, but for a month in which the clock is changed."""
        changes = clock_changes(self.starts_at, self.ends_at, timezone=self.timezone)
        edges = [self.starts_at, *changes, self.ends_at]
        return [Segment(a, b, self._offset(a)) for a, b in pairwise(edges)]

    def by_wall_hour(self, stretch: Stretch) -> Iterator[tuple[int, timedelta]]:
        """Each hour of the wall clock that the stretch meets, and how much of it."""
        for segment in self.segments:
            at = max(stretch[0], segment.starts_at)
            ends = min(stretch[1], segment.ends_at)
            while at < ends:
                shown = wall_time(at, timezone=self.timezone)
                whole = shown.replace(minute=0, second=0, microsecond=0) + _ONE_HOUR
                until = min(at + (whole - shown), ends)
                yield shown.hour, until - at
                at = until

    def _offset(self, at: datetime) -> timedelta:
        return local(at, timezone=self.timezone).utcoffset() or timedelta()


@dataclass(frozen=True)
class Use:
    """What became of the bookings of some rooms, tenant or hour."""

    bookings: int = 0
    booked: timedelta = timedelta()
    used: timedelta = timedelta()
    """Of the bookings that somebody checked in to; of one that goes on, until now."""
    no_shows: int = 0
    """Given back since nobody came, or over without that anybody checked in."""
    ended_early: int = 0


UNUSED = Use()


@dataclass(frozen=True)
class Opening:
    """How long rooms are open in a month, and when: what use is measured against."""

    month: Month
    _lengths: dict[tuple[object, ...], timedelta] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def of_rooms(self, rooms: Iterable[BookableRoom]) -> timedelta:
        return sum(
            (len(group) * self._length(key, group[0]) for key, group in self._alike(rooms).items()),
            timedelta(),
        )

    def by_hour(self, rooms: Iterable[BookableRoom]) -> list[timedelta]:
        """Of each hour of the day, over all days of the month and all of these rooms."""
        found = [timedelta()] * HOURS_OF_DAY
        for group in self._alike(rooms).values():
            for stretch in self._stretches(group[0]):
                for hour, length in self.month.by_wall_hour(stretch):
                    found[hour] += len(group) * length
        return found

    def _length(self, key: tuple[object, ...], room: BookableRoom) -> timedelta:
        if key not in self._lengths:
            self._lengths[key] = sum((b - a for a, b in self._stretches(room)), timedelta())
        return self._lengths[key]

    def _stretches(self, room: BookableRoom) -> list[Stretch]:
        return room.open_stretches(self.month.starts_at, self.month.ends_at)

    def _alike(self, rooms: Iterable[BookableRoom]) -> dict[tuple[object, ...], list[BookableRoom]]:
        """Rooms that are open at the very same times, as most of a park's are; those taken out of
        use are never open.
        """
        groups: dict[tuple[object, ...], list[BookableRoom]] = {}
        for room in (each for each in rooms if each.is_listed):
            key: tuple[object, ...] = (id(room.hours), *(one.closure_id for one in room.closures))
            groups.setdefault(key, []).append(room)
        return groups


@dataclass(frozen=True)
class OfTenant:
    """How a tenant uses the park's rooms."""

    tenant_id: UUID
    name: str
    use: Use
