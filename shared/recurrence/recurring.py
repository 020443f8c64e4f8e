"""Recurrence: the first start, a rule, and dates more or fewer, as wall times and as instants.

One rule: whatever is asked, this ends. A rule is followed to the horizon and no further, whether it
has made anything until there or not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.clock import instant_meant, span_meant, wall_time
from shared.recurrence.days import filled, periods, picked
from shared.recurrence.refusals import (
    NothingRecurs,
    RuleWithoutEnd,
    SeriesTooLong,
    StartsOffItsRule,
    TooManyOccurrences,
)
from shared.recurrence.rule import Rule

_DAY = timedelta(days=1)


class Start(NamedTuple):
    """When something is to be: by the wall (RECURRENCE-ID of RFC 5545), and as an instant."""

    recurrence_wall: datetime
    starts_at: datetime


@dataclass(frozen=True)
class Recurrence:
    """When a series recurs."""

    starts_wall: datetime
    length: timedelta
    """Of each, as the clock on the wall counts: from 22:00 to 06:00 are eight hours in every
    night, also in one of seven or nine.
    """
    timezone: str
    rule: Rule | None = None
    dates: Sequence[datetime] = ()
    """RDATE: further wall times."""
    but_not: Sequence[datetime] = ()
    """EXDATE: none at these."""

    def starts(self, *, last: datetime, most: int) -> list[Start]:
        """All of them, in order; none after `last` (an instant), not more than `most`. Raises why
        not.
        """
        walls = self._walls(last=last, most=most)
        found = [
            Start(wall, instant_meant(wall, timezone=self.timezone))
            for wall in sorted(walls - set(self.but_not))
        ]
        if not found:
            raise NothingRecurs
        if len(found) > most:
            raise TooManyOccurrences(limit=most)
        if max(each.starts_at for each in found) > last:
            raise self._too_long(last)
        return found

    def _walls(self, *, last: datetime, most: int) -> set[datetime]:
        if self.rule is None:
            return {self.starts_wall, *self.dates}
        if self.rule.is_endless:
            raise RuleWithoutEnd
        if self._says_until_after(last):
            raise self._too_long(last)
        made = self._made_by(self.rule, last=last, most=most)
        if not made:
            raise NothingRecurs
        if self.starts_wall not in {made[0], *self.but_not}:
            raise StartsOffItsRule(first=made[0].isoformat(timespec="minutes"))
        if self.rule.count is not None and len(made) < self.rule.count:
            raise self._too_long(last)
        return {*made, *self.dates}

    def _made_by(self, rule: Rule, *, last: datetime, most: int) -> list[datetime]:
        made: list[datetime] = []
        for wall in followed(rule, self.starts_wall, last=self._last_wall(rule, last)):
            if rule.until is not None and self._is_after(wall, rule.until):
                continue
            if len(made) == most:
                raise TooManyOccurrences(limit=most)
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


def span_of(
    wall: datetime, length: timedelta, *, timezone: str, at_most: timedelta = timedelta.max
) -> tuple[datetime, datetime]:
    """From when until when (instants) something of that wall time is, so long by the wall; exactly
    so long where a clock change leaves nothing of it, or makes it longer than it may be.
    """
    return span_meant(wall, wall + length, timezone=timezone, else_lasts=length, at_most=at_most)


def followed(rule: Rule, first: datetime, *, last: datetime) -> Iterator[datetime]:
    """The wall times that a rule makes from the first start on, until `last`, whatever its COUNT
    and UNTIL say. A first start that the rule does not make is not among them.
    """
    whole = filled(rule, first)
    for start, end in periods(whole, first):
        if start > last:
            return
        yield from (at for at in picked(whole, start, end) if first <= at <= last)
