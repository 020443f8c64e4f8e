"""The first slot of a length in which a room can be had, within the hours somebody wishes for."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.booking.availability.domain.free import Held, free_stretches
from services.booking.availability.domain.needs import Need
from services.booking.rooms.domain import BookableRoom, Hours, Stretch

STEP = timedelta(minutes=5)
"""Slots begin on the five minutes, as people agree on times."""
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MIDNIGHT = 24 * 60


@dataclass(frozen=True)
class WishedHours:
    """From when to when of each day, in minutes of the wall clock, a slot may lie."""

    opens: int = 0
    closes: int = _MIDNIGHT

    def between(self, starts: datetime, ends: datetime, *, timezone: str) -> list[Stretch]:
        """As instants, in order; slots may go on over midnight where both days are wished for."""
        week = (((self.opens, self.closes),),) * 7
        return Hours(timezone=timezone, week=week).open_stretches(starts, ends)


@dataclass(frozen=True)
class FirstSlot:
    """The first time that a room can be had for so long."""

    room: BookableRoom
    starts_at: datetime
    ends_at: datetime

    @property
    def place(self) -> tuple[datetime, int, str]:
        """In the order of slots: the earliest, then the smallest room."""
        return self.starts_at, self.room.capacity, self.room.code


def first_slot(
    room: BookableRoom,
    held: Held,
    *,
    need: Need,
    length: timedelta,
    wished: list[Stretch],
    at: datetime,
) -> FirstSlot | None:
    """Within the wished stretches, which are in order; None: it cannot be had in any of them."""
    if not wished:
        return None
    earliest = max(at, need.earliest_start(room, at=at))
    free = free_stretches(room, held, starts=wished[0][0], ends=wished[-1][1])
    turn = 0
    for begins, ends in free:
        while turn < len(wished) and wished[turn][0] < ends:
            starts_at = _on_the_step(max(begins, wished[turn][0], earliest))
            if starts_at + length <= min(ends, wished[turn][1]):
                return FirstSlot(room, starts_at, starts_at + length)
            if wished[turn][1] > ends:
                break  # what is wished for goes on into the next free stretch
            turn += 1
    return None


def _on_the_step(instant: datetime) -> datetime:
    return _EPOCH + -(-(instant - _EPOCH) // STEP) * STEP
