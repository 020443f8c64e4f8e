"""What somebody asks for when they ask for a series, and what speaks against each of its bookings.

One rule: each booking is judged as if it were asked for alone; then all are had, or, where that is
wanted, all but a few.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from services.booking.bookings.domain import Booking, Wish
from services.booking.rooms.domain import BookableRoom
from services.booking.series.domain.kept import Series
from services.booking.series.domain.recurrence import Occurrence, Recurrence
from services.booking.series.domain.refusals import (
    OccurrencesOverlap,
    SeriesConflicts,
    TooManyInvitations,
)
from services.booking.window import FURTHEST, Window
from shared.clock import zone
from shared.errors import Refusal
from shared.events.booking import BookingConfirmed
from shared.events.directory import PersonFacts
from shared.identity.listed import Person

MOST_INVITATIONS = 5_000
"""Bookings times people invited: each is a row, and a guest's a visit with mails of its own."""


@dataclass(frozen=True)
class Conflict:
    """A booking of a series that cannot be had, and why."""

    occurrence: Occurrence
    refusal: Refusal

    def told(self) -> dict[str, str]:
        return {
            "recurrence_wall": self.occurrence.recurrence_wall.isoformat(),
            "starts_at": self.occurrence.window.starts_at.isoformat(),
            "ends_at": self.occurrence.window.ends_at.isoformat(),
            "code": self.refusal.code,
        }


@dataclass(frozen=True)
class Granted:
    """A booking of a series that stands once its room is claimed; or a request, which claims
    nothing and is announced to nobody.
    """

    occurrence: Occurrence
    booking: Booking
    confirmed: BookingConfirmed | None


@dataclass(frozen=True)
class SeriesWish:
    """A room, again and again."""

    room_id: UUID
    recurrence: Recurrence
    rule: str | None
    """As it was written."""
    each: Wish
    """What is asked for each time; its window is the first one's."""
    skip_up_to_percent: int | None = None
    """So many may be left out because they cannot be had. None: none may."""

    @property
    def rows_each(self) -> int:
        """How many rows one booking of it comes to."""
        return 1 + len(self.each.invited)

    def occurrences(self, *, at: datetime) -> list[Occurrence]:
        """Raises what speaks against the series in any room."""
        zone(self.recurrence.timezone)
        found = self.recurrence.occurrences(last=at + FURTHEST - self.recurrence.length)
        if len(found) * len(self.each.invited) > MOST_INVITATIONS:
            raise TooManyInvitations(limit=MOST_INVITATIONS)
        return found

    def judged(
        self,
        occurrences: Sequence[Occurrence],
        room: BookableRoom,
        *,
        people: Mapping[str, PersonFacts],
        by: Person,
        at: datetime,
        series_id: UUID,
    ) -> tuple[list[Granted], list[Conflict]]:
        """What the room says to each."""
        granted, conflicts = [], []
        for each in occurrences:
            wish = replace(self.each, window=each.window)
            try:
                booking, confirmed = wish.granted(room, people=people, by=by, at=at)
            except Refusal as refusal:
                conflicts.append(Conflict(each, refusal))
                continue
            booking.series_id, booking.recurrence_wall = series_id, each.recurrence_wall
            if confirmed is not None:
                facts = confirmed.booking.model_copy(update={"series_id": series_id})
                confirmed = BookingConfirmed(booking=facts)
            granted.append(Granted(each, booking, confirmed))
        return granted, conflicts

    def made(self, series_id: UUID, *, by: Person, at: datetime) -> Series:
        return Series(
            id=series_id,
            tenant_id=by.tenant_id,
            organiser_id=by.person_id,
            room_id=self.room_id,
            timezone=self.recurrence.timezone,
            starts_wall=self.recurrence.starts_wall,
            minutes=int(self.recurrence.length.total_seconds()) // 60,
            rule=self.rule,
            dates=[wall.isoformat() for wall in self.recurrence.dates],
            but_not=[wall.isoformat() for wall in self.recurrence.but_not],
            title=self.each.title,
            is_private=self.each.is_private,
            people=self.each.people,
            created_at=at,
        )


def must_do_without(
    conflicts: Sequence[Conflict], *, total: int, up_to_percent: int | None
) -> None:
    """Raises `SeriesConflicts` where more cannot be had than may be left out, or none can."""
    few_enough = len(conflicts) * 100 <= (up_to_percent or 0) * total
    if len(conflicts) == total or not few_enough:
        raise conflicting(conflicts, total=total)


def conflicting(conflicts: Sequence[Conflict], *, total: int) -> SeriesConflicts:
    """The refusal that lists them."""
    refusal = SeriesConflicts(count=len(conflicts), total=total)
    in_order = sorted(conflicts, key=lambda each: each.occurrence.window.starts_at)
    refusal.members = {"conflicts": [each.told() for each in in_order]}
    return refusal


def must_not_overlap(windows: Sequence[Window], room: BookableRoom) -> None:
    """Of one room, buffers included. Raises `OccurrencesOverlap`."""
    in_order = sorted(windows, key=lambda window: window.starts_at)
    for before, after in pairwise(in_order):
        if room.claimed_by(after).starts_at < room.claimed_by(before).ends_at:
            first, second = (each.starts_at.isoformat("T", "minutes") for each in (before, after))
            raise OccurrencesOverlap(first=first, second=second)
