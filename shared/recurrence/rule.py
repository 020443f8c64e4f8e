"""A recurrence rule of RFC 5545 (3.3.10), as it is written.

One rule: what the RFC forbids, or leaves undefined, is refused when it is read, so that whoever
follows the rule need not ask.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from shared.recurrence.refusals import RuleNotUnderstood, RuleTooFine

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = re.compile(rf"([+-]?\d{{1,2}})?({'|'.join(WEEKDAYS)})")
_WRITTEN = "%Y%m%dT%H%M%S"
_MOMENT = re.compile(r"(?<=UNTIL=)\d{8}T\d{6}", re.IGNORECASE)
_UNTIL = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?")


class Frequency(StrEnum):
    """How long the periods are of which a rule takes its pick."""

    HOURLY = "HOURLY"
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


@dataclass(frozen=True)
class Nth:
    """A day of the week: every one, or the nth (from the end where negative) of month or year."""

    weekday: int
    nth: int = 0


@dataclass(frozen=True)
class Rule:
    """FREQ and its parts; an empty set says nothing."""

    frequency: Frequency
    interval: int = 1
    count: int | None = None
    until: datetime | None = None
    """The last moment, inclusive: an instant (UTC), or naive a wall time."""
    months: frozenset[int] = frozenset()
    weeks: frozenset[int] = frozenset()
    year_days: frozenset[int] = frozenset()
    month_days: frozenset[int] = frozenset()
    days: frozenset[Nth] = frozenset()
    hours: frozenset[int] = frozenset()
    minutes: frozenset[int] = frozenset()
    positions: frozenset[int] = frozenset()
    week_start: int = 0

    @classmethod
    def read(cls, text: str) -> "Rule":
        """Raises `RuleNotUnderstood` and `RuleTooFine`."""
        parts = _parts(text)
        if parts.get("FREQ") in {"SECONDLY", "MINUTELY"}:
            raise RuleTooFine
        if parts.pop("BYSECOND", "0") != "0":
            raise RuleTooFine
        read = {
            _READERS[name][0]: _read_part(name, value, _READERS[name][1])
            for name, value in parts.items()
        }
        if "frequency" not in read:
            raise RuleNotUnderstood(part="FREQ")
        rule = cls(**read)  # type: ignore[arg-type]  # each reader gives what its field holds
        rule._must_make_sense()
        return rule

    @property
    def is_endless(self) -> bool:
        return self.count is None and self.until is None

    @property
    def names_its_time(self) -> bool:
        """Whether the hour of day is the rule's to say, and not the first start's."""
        return bool(self.hours or self.minutes) or self.frequency is Frequency.HOURLY

    def _must_make_sense(self) -> None:
        """What RFC 5545 says MUST NOT be."""
        yearly, monthly = (self.frequency is each for each in (Frequency.YEARLY, Frequency.MONTHLY))
        is_numbered = any(day.nth for day in self.days)
        forbidden = {
            "UNTIL": self.count is not None and self.until is not None,
            "BYWEEKNO": self.weeks and not yearly,
            "BYYEARDAY": self.year_days and (monthly or self.frequency in _OF_DAYS),
            "BYMONTHDAY": self.month_days and self.frequency is Frequency.WEEKLY,
            "BYDAY": is_numbered and (not (yearly or monthly) or self.weeks),
            "BYSETPOS": self.positions and not self._picks,
        }
        for part, is_forbidden in forbidden.items():
            if is_forbidden:
                raise RuleNotUnderstood(part=part)

    @property
    def _picks(self) -> bool:
        return any(
            (self.months, self.weeks, self.year_days, self.month_days, self.days, self.hours)
        ) or bool(self.minutes)


def until_later(text: str, by: timedelta) -> str:
    """The rule as it is written, its UNTIL so much later where that is a moment."""
    return _MOMENT.sub(
        lambda match: (datetime.strptime(match[0], _WRITTEN) + by).strftime(_WRITTEN),  # noqa: DTZ007 - as written
        text,
    )


_OF_DAYS = (Frequency.DAILY, Frequency.WEEKLY)


def _parts(text: str) -> dict[str, str]:
    written = text.strip().upper().removeprefix("RRULE:").removesuffix(";").split(";")
    parts: dict[str, str] = {}
    for part in written:
        name, _, value = part.partition("=")
        if name in parts or (name not in _READERS and name != "BYSECOND"):
            raise RuleNotUnderstood(part=name if name in _READERS else "RRULE")
        parts[name] = value
    return parts


def _read_part(name: str, value: str, read: Callable[[str], object]) -> object:
    try:
        return read(value)
    except ValueError:
        raise RuleNotUnderstood(part=name) from None


def _number(most: int) -> Callable[[str], int]:
    return lambda value: _whole(value, 1, most)


def _whole(value: str, least: int, most: int) -> int:
    if not re.fullmatch(r"[+-]?\d{1,9}", value, re.ASCII) or not least <= int(value) <= most:
        raise ValueError(value)
    return int(value)


def _numbers(least: int, most: int) -> Callable[[str], frozenset[int]]:
    """A list of numbers; below zero counts from the end, and where that may be, zero is nothing."""

    def read(value: str) -> frozenset[int]:
        found = frozenset(_whole(each, least, most) for each in value.split(","))
        if least < 0 and 0 in found:
            raise ValueError(value)
        return found

    return read


def _days(value: str) -> frozenset[Nth]:
    found = [_DAY.fullmatch(each) for each in value.split(",")]
    days = [
        Nth(WEEKDAYS.index(match[2]), _whole(match[1] or "0", -53, 53)) for match in found if match
    ]
    zeros = [match for match in found if match and match[1] and int(match[1]) == 0]
    if len(days) < len(found) or zeros:
        raise ValueError(value)
    return frozenset(days)


def _until(value: str) -> datetime:
    match = _UNTIL.fullmatch(value)
    if match is None:
        raise ValueError(value)
    day = datetime.strptime(match[1], "%Y%m%d").date()  # noqa: DTZ007 - a date, of no zone
    if match[2] is None:
        return datetime.combine(day, time.max)
    clock = datetime.strptime(match[2], "%H%M%S").time()  # noqa: DTZ007 - likewise a wall time
    return datetime.combine(day, clock, tzinfo=UTC if match[3] else None)


_READERS: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "FREQ": ("frequency", Frequency),
    "INTERVAL": ("interval", _number(100_000)),
    "COUNT": ("count", _number(10**9 - 1)),
    "UNTIL": ("until", _until),
    "BYMONTH": ("months", _numbers(1, 12)),
    "BYWEEKNO": ("weeks", _numbers(-53, 53)),
    "BYYEARDAY": ("year_days", _numbers(-366, 366)),
    "BYMONTHDAY": ("month_days", _numbers(-31, 31)),
    "BYDAY": ("days", _days),
    "BYHOUR": ("hours", _numbers(0, 23)),
    "BYMINUTE": ("minutes", _numbers(0, 59)),
    "BYSETPOS": ("positions", _numbers(-366, 366)),
    "WKST": ("week_start", WEEKDAYS.index),
}
