"""Deriving instants anew: an appointment is a wall time and a zone, and what instant that is was
only ever known by the rules of its day.

One rule: a booking follows its wall time where its room is free then. Where it is not, the booking
stays at its instant, in its room, and says so to its organiser; nothing is cancelled.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from services.booking.bookings.domain import Booking, Standing
from services.booking.claims.domain import Wanted
from services.booking.window import LONGEST, Claimed, Window
from shared.clock import span_kept
from shared.events.booking import BookingRescheduled


@dataclass(frozen=True)
class Held:
    """A space that a booking holds, buffers included."""

    space_id: UUID
    during: Claimed


@dataclass(frozen=True)
class Shift:
    """A booking whose wall time means another time than it is kept at."""

    booking_id: UUID
    organiser_id: UUID
    room_id: UUID
    kept: Window
    meant: Window
    held: tuple[Held, ...] = ()
    """None of a request: it holds nothing yet."""

    @property
    def wanted(self) -> list[Wanted]:
        """What it must hold then, with the buffers that it has."""
        earlier = self.meant.starts_at - self.kept.starts_at
        later = self.meant.ends_at - self.kept.ends_at
        return [
            Wanted(
                self.booking_id,
                (held.space_id,),
                Claimed(held.during.starts_at + earlier, held.during.ends_at + later),
            )
            for held in self.held
        ]


def window_meant(
    *,
    starts_wall: datetime,
    starts_fold: int,
    ends_wall: datetime,
    ends_fold: int,
    timezone: str,
    kept: Window,
) -> Window:
    """What the walls mean by today's rules. Where they leave no booking between them, or one of
    more than a day, it is as long as it was.
    """
    span = span_kept(
        (kept.starts_at, kept.ends_at),
        (starts_wall, ends_wall),
        timezone=timezone,
        folds=(starts_fold, ends_fold),
        at_most=LONGEST,
    )
    return Window(*span)


def those_that_can(
    shifts: Sequence[Shift], in_the_way: Mapping[UUID, Collection[UUID]]
) -> dict[UUID, Shift]:
    """`in_the_way` of each are those that hold what it wants. Who stays is in the way of others
    perhaps, so it is asked until all that are left can move.
    """
    moving = {shift.booking_id: shift for shift in shifts}
    while True:
        stuck = {one for one in moving if any(by not in moving for by in in_the_way.get(one, ()))}
        stuck = stuck or in_each_others_way(list(moving.values()))
        if not stuck:
            return moving
        moving = {key: each for key, each in moving.items() if key not in stuck}


def in_each_others_way(shifts: Sequence[Shift]) -> set[UUID]:
    """Of each two that would hold one space at once, the one whose id is the greater: an hour that
    the clocks no longer have twice was booked twice.
    """
    wanted = [each for shift in shifts for each in shift.wanted]
    by_space = sorted(
        wanted, key=lambda each: (each.space_ids, each.during.starts_at, each.booking_id)
    )
    return {
        max(before.booking_id, after.booking_id)
        for before, after in pairwise(by_space)
        if before.space_ids == after.space_ids and after.during.starts_at < before.during.ends_at
    }


def follow_its_wall_time(booking: Booking, shift: Shift) -> BookingRescheduled | None:
    """Of a request nobody is told."""
    booking.be_at(shift.meant)
    booking.version += 1
    if booking.status == Standing.REQUESTED:
        return None
    return BookingRescheduled(booking=booking.facts())


def stay_at_its_instant(booking: Booking, *, at: datetime) -> None:
    """Its wall shows another time than was booked; the organiser is told what that was."""
    booking.attention = {
        "code": "taken_at_its_wall_time",
        "booked_starts_wall": booking.starts_wall.isoformat(),
        "booked_ends_wall": booking.ends_wall.isoformat(),
        "noticed_at": at.isoformat(),
    }
    booking.be_at(booking.window)
    booking.version += 1
