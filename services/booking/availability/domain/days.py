"""A day of a room as bits: one for each slot, 1 where the whole slot can be had.

A slot is a stretch of instants, counted from the first instant of the day: a day on which the clock
is changed has fewer or more of them (of 15 minutes 92 or 100), never a longer one.
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import IntEnum
from functools import cached_property

from services.booking.availability.domain.free import Held, barred, earliest_start
from services.booking.rooms.domain import BookableRoom, Hours, Stretch
from shared.clock import day_starts

_ONE_DAY = timedelta(days=1)


class SlotMinutes(IntEnum):
    """How long a slot lasts; each of them divides every day, of whatever length."""

    FIVE = 5
    TEN = 10
    QUARTER = 15
    HALF = 30


@dataclass(frozen=True)
class Day:
    """A date of the park, cut into slots."""

    date: date
    timezone: str
    slot: timedelta
    _open: dict[int, int] = field(default_factory=dict, init=False, repr=False, compare=False)
    """The open slots of each `Hours`, by its identity: rooms that open alike share one."""

    @cached_property
    def starts_at(self) -> datetime:
        return day_starts(self.date, timezone=self.timezone)

    @cached_property
    def ends_at(self) -> datetime:
        return day_starts(self.date + _ONE_DAY, timezone=self.timezone)

    @cached_property
    def slots(self) -> int:
        return (self.ends_at - self.starts_at) // self.slot

    def within(self, stretches: Iterable[Stretch]) -> int:
        """The slots that lie wholly within one of these, as bits; slot 0 is the highest."""
        return sum(
            self._bits(-(-self._at(a) // self.slot), self._at(b) // self.slot) for a, b in stretches
        )

    def meeting(self, stretches: Iterable[Stretch]) -> int:
        """The slots that meet any of these."""
        bits = 0
        for a, b in stretches:
            bits |= self._bits(self._at(a) // self.slot, -(-self._at(b) // self.slot))
        return bits

    def open_slots(self, room: BookableRoom) -> int:
        """Those in which it is open and not closed."""
        if room.closures:
            return self.within(room.open_stretches(self.starts_at, self.ends_at))
        key = id(room.hours)
        if key not in self._open:
            self._open[key] = self.within(_opening(room.hours, self))
        return self._open[key]

    def packed(self, bits: int) -> str:
        """In base64 (RFC 4648, section 4): the first slot is the highest bit of the first byte, and
        the last byte is filled up with zeros.
        """
        size = -(-self.slots // 8)
        return base64.b64encode((bits << (size * 8 - self.slots)).to_bytes(size)).decode()

    def _at(self, instant: datetime) -> timedelta:
        return instant - self.starts_at

    def _bits(self, first: int, end: int) -> int:
        first, end = max(first, 0), min(end, self.slots)
        return ((1 << (end - first)) - 1) << (self.slots - end) if first < end else 0


def free_slots(room: BookableRoom, held: Held, *, day: Day, at: datetime) -> int:
    """The slots in which it can be had, by a booking of the whole slot that is made now."""
    free = day.open_slots(room) & ~day.meeting(barred(room, held))
    earliest = earliest_start(room, at=at)
    if earliest <= day.starts_at:
        return free
    return free & day.within([(earliest, max(earliest, day.ends_at))])


def _opening(hours: Hours, day: Day) -> list[Stretch]:
    return hours.open_stretches(day.starts_at, day.ends_at)
