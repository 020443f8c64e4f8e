"""Recurrence: the first start, a rule, and dates more or fewer, as wall times and as instants.

One rule: whatever is asked, this ends. A rule is followed to the horizon and no further, whether it
has made anything until there or not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.booking.series.domain.days import filled, periods, picked
from services.booking.series.domain.refusals import (
    NothingRecurs,
    RuleWithoutEnd,
    SeriesTooLong,
    StartsOffItsRule,
    TooManyOccurrences,
)
from services.booking.series.domain.rule import Rule
from services.booking.window import Window
from shared.clock import instant_meant, wall_time

_DAY = timedelta(days=1)
MOST = 750
"""Bookings in one series."""


@dataclass(frozen=True)
class Occurrence:
    """One booking to be: when its series has it by the wall (RECURRENCE-ID), and its time."""

    recurrence_wall: datetime
    window: Window


@dataclass(frozen=True)
class Recurrence:
    """When a series recurs."""

    starts_wall: datetime
    length: timedelta
    """Of each, exactly, whatever clocks do meanwhile (RFC 5545, 3.8.5.3)."""
    timezone: str
    rule: Rule | None = None
    dates: Sequence[datetime] = ()
    """RDATE: further wall times."""
    but_not: Sequence[datetime] = ()
    """EXDATE: none at these."""

    def occurrences(self, *, last: datetime) -> list[Occurrence]:
        """All of them, in order; none starts after `last` (an instant). Raises why not."""
        walls = self._walls(last=last)
        found = [
            Occurrence(wall, Window(starts_at, starts_at + self.length))
            for wall in sorted(walls - set(self.but_not))
            for starts_at in [instant_meant(wall, timezone=self.timezone)]
        ]
        if not found:
            raise NothingRecurs
        if len(found) > MOST:
            raise TooManyOccurrences(limit=MOST)
        if max(each.window.starts_at for each in found) > last:
            raise self._too_long(last)
        return found

    def _walls(self, *, last: datetime) -> set[datetime]:
        if self.rule is None:
            return {self.starts_wall, *self.dates}
        if self.rule.is_endless:
            raise RuleWithoutEnd
        if self._says_until_after(last):
            raise self._too_long(last)
        made = self._made_by(self.rule, last=last)
        if not made:
            raise NothingRecurs
        if self.starts_wall not in {made[0], *self.but_not}:
            raise StartsOffItsRule(first=made[0].isoformat(timespec="minutes"))
        if self.rule.count is not None and len(made) < self.rule.count:
            raise self._too_long(last)
        return {*made, *self.dates}

    def _made_by(self, rule: Rule, *, last: datetime) -> list[datetime]:
        made: list[datetime] = []
        for wall in followed(rule, self.starts_wall, last=self._last_wall(rule, last)):
            if rule.until is not None and self._is_after(wall, rule.until):
                continue
            if len(made) == MOST:
                raise TooManyOccurrences(limit=MOST)
            made.append(wall)
            if len(made) == rule.count:
                break
        return made

    def _last_wall(self, rule: Rule, last: datetime) -> datetime:
        """No wall time after it can be meant, whatever the clocks do on that day."""
        horizon = wall_time(last, timezone=self.timezone)
        if rule.until is None or rule.until.date() >= horizon.date() - _DAY:
            return horizon
        return rule.until.replace(tzinfo=None) + 2 * _DAY

    def _is_after(self, wall: datetime, until: datetime) -> bool:
        """By the wall, or by the instant where `until` is one: in a fold the two differ."""
        if until.tzinfo is None:
            return wall > until
        return instant_meant(wall, timezone=self.timezone) > until

    def _says_until_after(self, last: datetime) -> bool:
        until = self.rule.until if self.rule else None
        if until is None:
            return False
        return until.date() > wall_time(last, timezone=self.timezone).date()

    def _too_long(self, last: datetime) -> SeriesTooLong:
        until = wall_time(last, timezone=self.timezone)
        return SeriesTooLong(last=until.date().isoformat())


def followed(rule: Rule, first: datetime, *, last: datetime) -> Iterator[datetime]:
    """The wall times that a rule makes from the first start on, until `last`, whatever its COUNT
    and UNTIL say. A first start that the rule does not make is not among them.
    """
    whole = filled(rule, first)
    for start, end in periods(whole, first):
        if start > last:
            return
        yield from (at for at in picked(whole, start, end) if first <= at <= last)
