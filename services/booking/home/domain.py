"""What somebody's day looks like from here: what runs, what comes next, what can be done about it.

Pure rules, told the time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from services.booking.bookings.domain import LIVE, Standing

WEEK = timedelta(days=7)

Action = Literal["cancel", "check_in", "end_early", "extend", "hand_over", "move"]


@dataclass(frozen=True)
class OwnBooking:
    """A booking that somebody organises or takes part in, without who else does."""

    booking_id: UUID
    status: Standing
    room_id: UUID
    zone_id: UUID
    organiser_id: UUID
    title: str | None
    starts_at: datetime
    ends_at: datetime
    starts_wall: datetime
    ends_wall: datetime
    timezone: str
    attention: dict[str, Any] | None

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    def may(self, *, by: UUID, at: datetime, lead: timedelta) -> Iterator[Action]:
        """What would not be refused now for its state; the room may still be taken."""
        if not self.is_live or at >= self.ends_at:
            return
        is_ahead, is_confirmed = at < self.starts_at, self.status == Standing.CONFIRMED
        if is_confirmed and at >= self.starts_at - lead:
            yield "check_in"
        if by != self.organiser_id:
            return
        yield from ("extend", "hand_over")
        if is_ahead:
            yield "cancel"
            if is_confirmed:
                yield "move"
        elif at > self.starts_at:
            yield "end_early"


@dataclass(frozen=True)
class Day:
    """Somebody's own bookings that are not over, by start, and where they were last."""

    ahead: Sequence[OwnBooking]
    last: OwnBooking | None = None
    """What they have organised and what has begun, most recently."""
    flagged: Sequence[OwnBooking] = field(default=())
    """What they must look at."""

    def running(self, at: datetime) -> list[OwnBooking]:
        return [one for one in self.ahead if one.is_live and one.starts_at <= at]

    def next(self, at: datetime) -> OwnBooking | None:
        return next((one for one in self.ahead if one.starts_at > at), None)

    def week(self, at: datetime) -> list[OwnBooking]:
        return [one for one in self.ahead if one.starts_at < at + WEEK]

    def where(self, at: datetime) -> OwnBooking | None:
        """The booking whose room they are, or will be, or were nearest to."""
        return next(iter(self.running(at)), None) or self.next(at) or self.last
