"""Wishes: what somebody asks for, and the booking that it makes of a room.

One rule: whichever way a booking comes about, the room judges it here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from services.booking.bookings.domain.booking import Booking
from services.booking.bookings.domain.extras import Extra, must_be_offered
from services.booking.bookings.domain.participants import Invited, participants_of
from services.booking.rooms.domain import BookableRoom
from services.booking.window import InThePast, Window
from shared.clock import zone
from shared.errors import Conflict, Refusal
from shared.events.booking import BookingConfirmed
from shared.events.directory import Language, PersonFacts
from shared.identity.listed import Person


class NothingFits(Conflict):
    """No room of yours fits that; ask for fewer people, less equipment or another time."""


@dataclass(frozen=True)
class Wish:
    """What somebody asks for, in whichever room."""

    window: Window
    timezone: str
    title: str | None = None
    people: int | None = None
    """How many will come, if more than are named."""
    invited: Sequence[Invited] = ()
    is_private: bool = False
    layout: str | None = None
    extras: Sequence[Extra] = ()
    asked_at: datetime | None = None
    """When a hold or an offer has judged it before: it was in time then, and stays so."""

    @property
    def addresses(self) -> list[str]:
        return [one.email for one in self.invited]

    def must_be_possible(self, *, at: datetime) -> None:
        """Raises what speaks against it in any room."""
        zone(self.timezone)
        self.window.must_be_ahead(at=self.asked_at or at)
        if self.window.ends_at <= at:
            raise InThePast

    def granted(
        self,
        room: BookableRoom,
        *,
        people: Mapping[str, PersonFacts],
        by: Person,
        at: datetime,
        booking_id: UUID | None = None,
    ) -> tuple[Booking, BookingConfirmed | None]:
        """The booking, and what is said of it once its room is claimed: nothing of a request, which
        claims nothing. Of a hold, `booking_id` is the id that it was given.

        `people` are the listed people of its addresses. Raises why the room cannot be had.
        """
        self.must_be_possible(at=at)
        booking = self._asked(room, by=by, at=at, booking_id=booking_id)
        participants = participants_of(
            booking.id,
            self.invited,
            people=people,
            tenant_id=by.tenant_id,
            organiser_id=by.person_id,
            language=cast(Language, by.language),
        )
        confirmed = None
        if room.needs_approval_of(by):
            booking.request(participants, people=self.people)
        else:
            confirmed = booking.confirm(participants, people=self.people)
        room.must_take(self.window, people=booking.people, layout=self.layout, by=by)
        room.must_have_notice(self.window, at=self.asked_at or at)
        room.must_be_safe(self.window, at=at)
        starts_at = self.window.starts_at
        must_be_offered(self.extras, offered=room.extras, starts_at=starts_at, at=at)
        return booking, confirmed

    def is_had_at_once(self, room: BookableRoom, *, by: Person, at: datetime) -> bool:
        """Whether the room is theirs if nobody holds it: for looking through many of them."""
        if room.needs_approval_of(by):
            return False
        expected = max(self.people or 1, len(self.invited) + 1)
        try:
            self.window.must_be_ahead(at=at)
            room.must_take(self.window, people=expected, layout=self.layout, by=by, at=at)
            must_be_offered(
                self.extras, offered=room.extras, starts_at=self.window.starts_at, at=at
            )
        except Refusal:
            return False
        return True

    def _asked(
        self, room: BookableRoom, *, by: Person, at: datetime, booking_id: UUID | None
    ) -> Booking:
        booking = Booking.made(
            room=room,
            window=self.window,
            timezone=self.timezone,
            by=by,
            at=at,
            booking_id=booking_id,
        )
        booking.title, booking.is_private = self.title, self.is_private
        booking.be_in(room, layout=self.layout)
        booking.extras = [extra.kept() for extra in self.extras]
        return booking


@dataclass(frozen=True)
class Fitting:
    """Any room that has this."""

    equipment: frozenset[str] = frozenset()
    accessibility: frozenset[str] = frozenset()
    building_zone_id: UUID | None = None

    def among(self, rooms: Sequence[BookableRoom], *, layout: str | None) -> list[BookableRoom]:
        """The rooms that have it, the smallest first, and of those alike the plainest."""
        found = [each for each in rooms if self._is_met_by(each)]
        return sorted(
            found,
            key=lambda each: (
                each.layouts.get(layout, 0) if layout else each.capacity,
                len(each.equipment),
                each.code,
            ),
        )

    def _is_met_by(self, room: BookableRoom) -> bool:
        has_all = self.equipment <= room.equipment and self.accessibility <= room.accessibility
        return has_all and self.building_zone_id in (None, room.building_zone_id)
