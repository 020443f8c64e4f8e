"""When the bookings of a series are: what recurs, each with its window."""

from dataclasses import dataclass
from datetime import datetime

from services.booking.window import Window
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
            Occurrence(wall, Window(starts_at, starts_at + self.length))
            for wall, starts_at in self.starts(last=last, most=MOST)
        ]
