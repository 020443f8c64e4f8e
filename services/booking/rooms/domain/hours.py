"""Hours: when a room is open, by the park's wall clock, with the meaning of RFC 7953.

A week says when the room is available; all other time is unavailable. Dated hours (Ramadan, a
summer) are availabilities of higher priority: within their dates they alone count, and among
several the one of the highest priority (1 before 9). Where the room follows the park's special
days, such a day outranks them all: its group's hours count, and without any the room is closed.

The wall clock decides: what it shows twice counts twice, what it jumps over never comes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any, TypeAlias
from uuid import UUID

from shared.clock import clock_changes, wall_time, zone

MIDNIGHT = 24 * 60
"""At the end of a day."""

OfDay: TypeAlias = tuple[int, int]
"""Opens and closes, in minutes of its day."""
Week: TypeAlias = tuple[tuple[OfDay, ...], ...]
"""What is open on each day, Monday first."""
Stretch: TypeAlias = tuple[datetime, datetime]
"""From and until (exclusive): instants, in UTC."""

ALWAYS: Week = (((0, MIDNIGHT),),) * 7
_ONE_DAY = timedelta(days=1)
_REMEMBERED = 1500
"""Days; bookings reach two years ahead."""


def week_of(kept: Iterable[Mapping[str, Any]]) -> Week:
    """From `[{"weekday": 1, "opens": "08:00", "closes": "24:00"}]`; Monday is 1."""
    days: list[list[OfDay]] = [[] for _ in range(7)]
    for each in kept:
        days[each["weekday"] - 1].append(day_of(each))
    return tuple(tuple(sorted(day)) for day in days)


def day_of(kept: Mapping[str, Any]) -> OfDay:
    """From `{"opens": "08:00", "closes": "24:00"}`."""
    return _minute(kept["opens"]), _minute(kept["closes"])


def _minute(written: str) -> int:
    hours, _, minutes = written.partition(":")
    return int(hours) * 60 + int(minutes)


@dataclass(frozen=True, slots=True)
class DatedHours:
    """Other hours from one date until just before another."""

    from_day: date
    until_day: date
    priority: int
    """1 is the highest, 9 the lowest."""
    week: Week

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> DatedHours:
        return cls(
            from_day=date.fromisoformat(kept["from_day"]),
            until_day=date.fromisoformat(kept["until_day"]),
            priority=kept["priority"],
            week=ALWAYS if kept["opening"] == "always" else week_of(kept["opening"]),
        )


@dataclass(frozen=True)
class Hours:
    """When a room is open; rooms that open alike share one, and what it remembers."""

    timezone: str
    """Whose wall time it is: the park's, wherever those are who book."""
    week: Week = ALWAYS
    dated: tuple[DatedHours, ...] = ()
    special: Mapping[UUID, tuple[OfDay, ...]] = field(default_factory=dict)
    """Of each group of special days that the room opens on."""
    follows_special_days: bool = False
    special_days: Mapping[date, UUID] = field(default_factory=dict)
    """The group of each confirmed special day."""
    _remembered: dict[date, tuple[Stretch, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def never_closes(self) -> bool:
        return self.week == ALWAYS and not self.dated and not self.follows_special_days

    def open_stretches(self, starts: datetime, ends: datetime) -> list[Stretch]:
        """When it is open between two instants, in order; what touches is one stretch."""
        if self.never_closes:
            return [(starts, ends)] if starts < ends else []
        day = wall_time(starts, timezone=self.timezone).date() - _ONE_DAY
        last = wall_time(ends, timezone=self.timezone).date() + _ONE_DAY
        found: list[Stretch] = []
        while day <= last:
            found += self._instants_of(day)
            day += _ONE_DAY
        return joined((max(a, starts), min(b, ends)) for a, b in found)

    def wall_of(self, day: date) -> tuple[OfDay, ...]:
        """What the clock shows when it is open on that day."""
        group = self.special_days.get(day) if self.follows_special_days else None
        if group is not None:
            return self.special.get(group, ())
        dated = [each for each in self.dated if each.from_day <= day < each.until_day]
        week = min(dated, key=lambda each: each.priority).week if dated else self.week
        return week[day.weekday()]

    def _instants_of(self, day: date) -> tuple[Stretch, ...]:
        known = self._remembered.get(day)
        if known is None:
            if len(self._remembered) > _REMEMBERED:
                self._remembered.clear()
            known = self._remembered[day] = tuple(self._resolved(day))
        return known

    def _resolved(self, day: date) -> list[Stretch]:
        midnight = datetime.combine(day, time(), tzinfo=UTC)
        found = []
        for begins, ends, offset in _offsets_around(day, self.timezone):
            shown = midnight - offset
            for opens, closes in self.wall_of(day):
                first = max(begins, shown + timedelta(minutes=opens))
                last = min(ends, shown + timedelta(minutes=closes))
                if first < last:
                    found.append((first, last))
        return found


@lru_cache(maxsize=4096)
def _offsets_around(day: date, timezone: str) -> tuple[tuple[datetime, datetime, timedelta], ...]:
    """Which offset is in force from when until when, wherever that day may lie."""
    midnight = datetime.combine(day, time(), tzinfo=UTC)
    starts, ends = midnight - _ONE_DAY, midnight + 2 * _ONE_DAY
    edges = [starts, *clock_changes(starts, ends, timezone=timezone), ends]
    there = zone(timezone)
    return tuple((a, b, a.astimezone(there).utcoffset() or timedelta()) for a, b in pairwise(edges))


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """In order, without the empty ones; what touches or overlaps is one."""
    found: list[Stretch] = []
    for begins, ends in sorted(each for each in stretches if each[0] < each[1]):
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(ends, found[-1][1]))
        else:
            found.append((begins, ends))
    return found


def without(stretches: Sequence[Stretch], taken: Iterable[Stretch]) -> list[Stretch]:
    """What is left of these, in order, when the others are taken away."""
    left = list(stretches)
    for begins, ends in taken:
        cut = []
        for a, b in left:
            cut += [each for each in ((a, min(b, begins)), (max(a, ends), b)) if each[0] < each[1]]
        left = cut
    return left
