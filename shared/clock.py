"""Time: where "now" comes from, and the one place where zones are handled.

One rule: the zone rules are those of the pinned `tzdata` package, never the machine's. Morocco has
been at UTC+0 for good since 2026-09-20; a process whose rules do not know it must not start.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from shared.errors import Malformed

Clock = Callable[[], datetime]


class StaleZoneRules(SystemExit):
    """The zone rules in use are older than IANA 2026c: Casablanca is not at UTC+0 on 2026-10-01."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class NoSuchTimezone(Malformed):
    """There is no time zone named {timezone}."""


class NoSuchLocalTime(Malformed):
    """On that day the clock in {timezone} jumps over {wall}; choose another time."""


def system_clock() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def prepare_zones() -> None:
    """Reads zone rules from the `tzdata` package alone, and proves that they are not stale."""
    zoneinfo.reset_tzpath([])
    zoneinfo.ZoneInfo.clear_cache()
    zone.cache_clear()
    autumn = datetime(2026, 10, 1, 12, tzinfo=zone("Africa/Casablanca"))
    if autumn.utcoffset() != timedelta(0):
        raise StaleZoneRules


@lru_cache(maxsize=256)
def zone(name: str) -> zoneinfo.ZoneInfo:
    """The zone of an IANA name. Raises `NoSuchTimezone`."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise NoSuchTimezone(timezone=name) from None


def instant(wall: datetime, *, timezone: str, fold: int = 0) -> datetime:
    """The instant (UTC) of a naive wall time there; in a fold the first one, or the second by
    `fold` 1 (PEP 495). Raises `NoSuchLocalTime`.
    """
    found = wall.replace(tzinfo=zone(timezone), fold=fold).astimezone(UTC)
    if found.astimezone(zone(timezone)).replace(tzinfo=None) != wall.replace(fold=0):
        raise NoSuchLocalTime(timezone=timezone, wall=wall.isoformat(timespec="minutes"))
    return found


def instant_meant(wall: datetime, *, timezone: str, fold: int = 0) -> datetime:
    """The instant (UTC) of a wall time that need not be there (RFC 5545, 3.3.5): what a clock
    change leaves out counts by the offset before it; of two instants it is the first, unless the
    fold says the second (PEP 495).
    """
    there = zone(timezone)
    meant = wall.replace(tzinfo=there, fold=fold).astimezone(UTC)
    if fold and meant.astimezone(there).replace(tzinfo=None) != wall:
        return instant_meant(wall, timezone=timezone)
    return meant


def span_meant(
    starts_wall: datetime,
    ends_wall: datetime,
    *,
    timezone: str,
    folds: tuple[int, int] = (0, 0),
    else_lasts: timedelta,
    at_most: timedelta = timedelta.max,
) -> tuple[datetime, datetime]:
    """The instants (UTC) of what goes from one wall time to another, each by `instant_meant`: a
    night from 22:00 to 06:00 lasts seven hours when the clocks go forward in it, or nine.

    Where that leaves nothing between them (a start that the clocks leave out counts by the offset
    before it, an end soon after it by the next), or more than `at_most`, it is `else_lasts` long.
    """
    starts_at = instant_meant(starts_wall, timezone=timezone, fold=folds[0])
    ends_at = instant_meant(ends_wall, timezone=timezone, fold=folds[1])
    if not timedelta() < ends_at - starts_at <= at_most:
        ends_at = starts_at + else_lasts
    return starts_at, ends_at


def span_kept(
    kept: tuple[datetime, datetime],
    walls: tuple[datetime, datetime],
    *,
    timezone: str,
    folds: tuple[int, int] | None = None,
    at_most: timedelta = timedelta.max,
) -> tuple[datetime, datetime]:
    """What two kept wall times mean by today's rules (instants, UTC), that meant the instants
    `kept` once: by `span_meant`, and where that leaves nothing between them, as long as it was.

    In an hour that comes twice each is the one that was said, by `folds`. Where nobody kept those,
    whoever is where the wall says stays there, at its start and at its end; else it is the first.
    """
    if folds is None:
        starts, ends = (
            _fold(at, wall, timezone=timezone) for at, wall in zip(kept, walls, strict=True)
        )
        folds = starts, ends
    lasted = kept[1] - kept[0]
    return span_meant(*walls, timezone=timezone, folds=folds, else_lasts=lasted, at_most=at_most)


def _fold(at: datetime, wall: datetime, *, timezone: str) -> int:
    there = local(at, timezone=timezone)
    return there.fold if there.replace(tzinfo=None, fold=0) == wall else 0


def wall_time(at: datetime, *, timezone: str) -> datetime:
    """What a clock on the wall there shows at this instant, naive."""
    return at.astimezone(zone(timezone)).replace(tzinfo=None)


def local(at: datetime, *, timezone: str) -> datetime:
    """The instant with the offset in force there: what payloads show."""
    return at.astimezone(zone(timezone))


def day_starts(day: date, *, timezone: str) -> datetime:
    """The first instant (UTC) of that date there; where the clock jumps over midnight, of what it
    shows next. From one of these to the next, a day lasts 23 hours, 25, or whatever it lasts.
    """
    return datetime.combine(day, time(), tzinfo=zone(timezone)).astimezone(UTC)


def clock_changes(starts: datetime, ends: datetime, *, timezone: str) -> list[datetime]:
    """The instants (UTC) after `starts` and before `ends` at which the clocks there are set anew.

    Two changes within a day that undo each other are not seen; no zone has had such since 2000.
    """
    there, day = zone(timezone), timedelta(days=1)
    found: list[datetime] = []
    before = starts.astimezone(UTC).replace(microsecond=0)
    while before < ends:
        if _offset(before, there) != _offset(before + day, there):
            found.append(_change_within(before, before + day, there))
        before += day
    return [at for at in found if starts < at < ends]


def _change_within(low: datetime, high: datetime, there: zoneinfo.ZoneInfo) -> datetime:
    """The first whole second of the later offset."""
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if _offset(middle, there) == _offset(low, there):
            low = middle
        else:
            high = middle
    return high


def _offset(at: datetime, there: zoneinfo.ZoneInfo) -> timedelta | None:
    return at.astimezone(there).utcoffset()
