"""When the bookings of a series are: what recurs, each with its window."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.booking.window import LONGEST, Window
from shared import recurrence

MOST = 750
"""Bookings in one series."""


@dataclass(frozen=True)
class Occurrence:
    """One booking to be: when its series has it by the wall (RECURRENCE-ID), and its time."""

    recurrence_wall: datetime
    window: Window


@dataclass(frozen=True)
class Recurrence(recurrence.Recurrence):
    """When a series of bookings recurs."""

    def occurrences(self, *, last: datetime) -> list[Occurrence]:
        """All of them, in order; none starts after `last` (an instant). Raises why not."""
        return [
            Occurrence(wall, self.window_at(wall)) for wall, _ in self.starts(last=last, most=MOST)
        ]

    def window_at(self, wall: datetime) -> Window:
        """When the booking of that wall time is to be."""
        return window_of(wall, self.length, timezone=self.timezone)


def window_of(wall: datetime, length: timedelta, *, timezone: str) -> Window:
    """When a booking of that wall time is to be. Raises `EndsBeforeItStarts` and `TooLong`."""
    return Window(*recurrence.span_of(wall, length, timezone=timezone, at_most=LONGEST))
