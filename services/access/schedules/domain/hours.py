"""Hours: when a schedule counts, as the clocks on the park's walls show it.

Pure rules. A window belongs to the day on which it begins: one from 22:00 to 06:00 on Monday counts
until Tuesday 06:00. It takes the hours of that day, whatever the next one is: whoever began a night
shift before a holiday is not shut out at midnight, and a closed day begins no shift that runs into
the morning after.

On a special day the windows of its group count *instead of* the weekday's; a group that the
schedule does not speak of has none, so the day is closed. The wall clock decides: what it shows
twice (a clock set back) counts twice, what it jumps over never comes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from shared import clock

MINUTES_A_DAY = 24 * 60
_ONE_DAY = timedelta(days=1)

Window: TypeAlias = tuple[int, int]
"""Begin and end (exclusive) in minutes of its day; an end past 1440 lies on the day after."""

Stretch: TypeAlias = tuple[datetime, datetime]
"""Begin and end (exclusive), in UTC."""


class Weekday(StrEnum):
    """A day of the week as RFC 5545 writes it, in the order of `date.weekday()`."""

    MO = "MO"
    TU = "TU"
    WE = "WE"
    TH = "TH"
    FR = "FR"
    SA = "SA"
    SU = "SU"


@dataclass(frozen=True, slots=True)
class SpecialDays:
    """The park's zone, and the group of each *confirmed* special day."""

    timezone: str
    groups: Mapping[date, UUID] = field(default_factory=dict)
    zone: ZoneInfo = field(init=False, repr=False, compare=False)
    """Found once: hours are asked for thousands of times a second."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "zone", clock.zone(self.timezone))


@dataclass(frozen=True, slots=True)
class Hours:
    """The windows of each weekday from Monday on, and of each group of special days."""

    weekly: tuple[tuple[Window, ...], ...]
    special: Mapping[UUID, tuple[Window, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, weekly: Iterable[Mapping[str, Any]], special: Iterable[Mapping[str, Any]]) -> Hours:
        """From the two columns of a schedule's row: `[{"days": ["MO"], "begins": "22:00", "ends":
        "06:00"}]` and `[{"group_id": "…", "windows": [{"begins": …, "ends": …}]}]`.
        """
        days: dict[str, list[Window]] = {day: [] for day in Weekday}
        for written in weekly:
            for day in written["days"]:
                days[day].append(_window(written))
        return cls(
            weekly=tuple(tuple(sorted(windows)) for windows in days.values()),
            special={
                UUID(str(of["group_id"])): tuple(sorted(_window(each) for each in of["windows"]))
                for of in special
            },
        )

    def windows_of(self, day: date, *, days: SpecialDays) -> tuple[Window, ...]:
        """What begins on that day."""
        group = days.groups.get(day)
        if group is not None:
            return self.special.get(group, ())
        return self.weekly[day.weekday()]

    def counts_at(self, at: datetime, *, days: SpecialDays) -> bool:
        """Whether a window is open at this instant (aware, of any offset)."""
        wall = at.astimezone(days.zone)
        minute, today = wall.hour * 60 + wall.minute, wall.date()
        for begins, ends in self.windows_of(today, days=days):
            if begins <= minute < ends:
                return True
        minute += MINUTES_A_DAY
        return any(minute < ends for _, ends in self.windows_of(today - _ONE_DAY, days=days))

    def stretches(self, starts: datetime, ends: datetime, *, days: SpecialDays) -> list[Stretch]:
        """When it counts between two instants, in order; what touches is one stretch."""
        found: list[Stretch] = []
        edges = {at for at in self._edges(starts, ends, days=days) if starts < at < ends}
        for begin, end in pairwise(sorted({starts, ends} | edges)):
            if not self.counts_at(begin, days=days):
                continue
            if found and found[-1][1] == begin:
                begin = found.pop()[0]
            found.append((begin, end))
        return found

    def _edges(self, starts: datetime, ends: datetime, *, days: SpecialDays) -> Iterator[datetime]:
        """Every instant at which it may begin or cease to count."""
        yield from clock.clock_changes(starts, ends, timezone=days.timezone)
        day = starts.astimezone(days.zone).date() - _ONE_DAY
        last = ends.astimezone(days.zone).date()
        while day <= last:
            midnight = datetime.combine(day, time(), tzinfo=days.zone)
            for minute in {edge for window in self.windows_of(day, days=days) for edge in window}:
                wall = midnight + timedelta(minutes=minute)
                yield from (wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
            day += _ONE_DAY


def _window(written: Mapping[str, Any]) -> Window:
    """An end that is not after the begin is one on the day after; so no window is empty."""
    begins, ends = _minute(written["begins"]), _minute(written["ends"])
    return begins, ends if ends > begins else ends + MINUTES_A_DAY


def _minute(written: str) -> int:
    hours, _, minutes = written.partition(":")
    return int(hours) * 60 + int(minutes)
