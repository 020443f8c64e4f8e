"""What changes of a series, and how that reaches its bookings.

One rule, the one of calendars that people know: whoever changed a booking by itself keeps that
change. A booking follows its series in what it still has in common with it: its time, its room, its
title, how many come, each for itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any, cast
from uuid import UUID

from services.booking.bookings.domain import Booking, Invited, Participant, participants_of
from services.booking.rooms.domain import BookableRoom, RoomTooSmall
from services.booking.series.domain.kept import Series
from services.booking.series.domain.recurrence import Occurrence, window_of
from services.booking.series.domain.refusals import RuleNamesItsHours
from shared.events.booking import BookingEvent
from shared.events.directory import Language, PersonFacts
from shared.identity.listed import Person
from shared.recurrence import Rule

_NO_TIME = timedelta()


@dataclass(frozen=True)
class SeriesChange:
    """Only what shall be another."""

    room_id: UUID | None = None
    starts: time | None = None
    """By the wall; on the days on which it is."""
    minutes: int | None = None
    says: Mapping[str, Any] = field(default_factory=dict)
    """Of `title`, `is_private` and `people` what is said anew; None takes it back."""
    invited: Sequence[Invited] = ()
    uninvited: frozenset[str] = frozenset()
    """Addresses."""

    def shift_of(self, series: Series) -> timedelta:
        """How much later each starts. Raises `RuleNamesItsHours`."""
        if self.starts is None:
            return _NO_TIME
        if series.rule is not None and Rule.read(series.rule).names_its_time:
            raise RuleNamesItsHours
        return datetime.combine(series.starts_wall.date(), self.starts) - series.starts_wall


@dataclass(frozen=True)
class Carried:
    """A change of a series on its way to a booking."""

    change: SeriesChange
    before: Series
    """As it was: what a booking has in common with that, it follows."""
    shift: timedelta
    by: Person
    at: datetime
    people: Mapping[str, PersonFacts]
    to: UUID
    """The series that they are of from then on."""

    def occurrence(self, booking: Booking) -> Occurrence:
        """When the booking is to be, and what its series calls it then."""
        assert booking.recurrence_wall is not None, "it is of a series"
        wall = booking.recurrence_wall + self.shift
        is_moved = self.shift != _NO_TIME or self.change.minutes is not None
        if not is_moved or not self.before.has_time_of(booking):
            return Occurrence(wall, booking.window)
        length = timedelta(minutes=self.change.minutes or self.before.minutes)
        return Occurrence(wall, window_of(wall, length, timezone=self.before.timezone))

    def asked(self, booking: Booking) -> Occurrence:
        """The same, under the name by which its organiser knows it still."""
        occurrence = self.occurrence(booking)
        return replace(occurrence, recurrence_wall=occurrence.recurrence_wall - self.shift)

    def room_id(self, booking: Booking) -> UUID:
        follows = booking.room_id == self.before.room_id
        return self.change.room_id if follows and self.change.room_id else booking.room_id

    def reach(self, booking: Booking, *, room: BookableRoom) -> list[BookingEvent]:
        """What is to be announced of it. Raises why it cannot be."""
        occurrence, events = self.occurrence(booking), list[BookingEvent]()
        self._expect(booking, room=room)
        self._name(booking, occurrence)
        if (room.room_id, occurrence.window) != (booking.room_id, booking.window):
            events.append(
                booking.move(
                    room=room,
                    window=occurrence.window,
                    layout=booking.layout,
                    by=self.by,
                    at=self.at,
                )
            )
        self._share(booking)
        participants = self._participants(booking)
        if participants != booking.participants:
            events.append(booking.invite(participants, at=self.at))
        return events

    def _expect(self, booking: Booking, *, room: BookableRoom) -> None:
        """Before it moves: another room is asked for the seats of those who will come."""
        if "people" not in self.change.says or not self.before.has_people_of(booking):
            return
        expected = max(self.change.says["people"] or 1, len(booking.participants) + 1)
        stays = room.room_id == booking.room_id
        if stays and expected > max(booking.people, booking.capacity):
            raise RoomTooSmall(capacity=booking.capacity, people=expected)
        booking.version += expected != booking.people
        booking.people = expected

    def _name(self, booking: Booking, occurrence: Occurrence) -> None:
        """By its series and when that has it: both are shown of a booking."""
        name = (self.to, occurrence.recurrence_wall)
        booking.version += name != (booking.series_id, booking.recurrence_wall)
        booking.series_id, booking.recurrence_wall = name

    def _share(self, booking: Booking) -> None:
        for name in self.change.says.keys() & {"title", "is_private"}:
            value = self.change.says[name]
            if getattr(booking, name) == getattr(self.before, name) != value:
                setattr(booking, name, value)
                booking.version += 1

    def _participants(self, booking: Booking) -> list[Participant]:
        kept = [one for one in booking.participants if one.email not in self.change.uninvited]
        there = {one.email for one in kept}
        added = participants_of(
            booking.id,
            [one for one in self.change.invited if one.email not in there],
            people=self.people,
            tenant_id=booking.tenant_id,
            organiser_id=booking.organiser_id,
            language=cast(Language, self.by.language),
        )
        for position, one in enumerate([*kept, *added]):
            one.position = position
        return [*kept, *added]
