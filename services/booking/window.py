"""Windows: a stretch of time, half-open, and what makes one that can be booked.

Pure rules, told the time. Instants are UTC; lengths are computed in UTC.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.errors import Conflict, Malformed

GRACE = timedelta(minutes=1)
"""So late a request for "now" may arrive."""
LONGEST = timedelta(hours=24)
FURTHEST = timedelta(days=731)
"""Two years, a leap day included."""


class EndsBeforeItStarts(Malformed):
    """The end must come after the start."""


class TooLong(Conflict):
    """A booking lasts 24 hours at most."""


class InThePast(Conflict):
    """This time has passed already; choose a later one."""


class TooFarAhead(Conflict):
    """Rooms can be booked up to two years ahead."""


@dataclass(frozen=True)
class Window:
    """From `starts_at` until just before `ends_at`."""

    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        if self.starts_at >= self.ends_at:
            raise EndsBeforeItStarts
        if self.ends_at - self.starts_at > LONGEST:
            raise TooLong

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at

    def must_be_ahead(self, *, at: datetime) -> None:
        """Raises `InThePast` and `TooFarAhead`."""
        if self.starts_at < at - GRACE:
            raise InThePast
        if self.ends_at > at + FURTHEST:
            raise TooFarAhead

    def with_buffers(self, *, before: timedelta, after: timedelta) -> "Claimed":
        """What a room with these buffers must be free for."""
        return Claimed(self.starts_at - before, self.ends_at + after)


@dataclass(frozen=True)
class Claimed:
    """What is held of a space: the window and the buffers around it, half-open."""

    starts_at: datetime
    ends_at: datetime
