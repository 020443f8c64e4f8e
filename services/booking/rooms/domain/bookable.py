"""A room as those meet it who want it: all that it offers, and all that it asks.

Pure rules, over plain values; the catalogue makes one of each room.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from services.booking.rooms.domain.audience import Approval, Audience
from services.booking.rooms.domain.closures import StandingClosure
from services.booking.rooms.domain.hours import Hours, Stretch, without
from services.booking.rooms.domain.refusals import (
    ClosureStands,
    NoSuchLayout,
    NotBookable,
    NoticeTooShort,
    NotYoursToBook,
    RoomClosed,
    RoomTooSmall,
    ZoneEvacuated,
    ZoneLockedDown,
    ZoneNotYetKnown,
)
from services.booking.rooms.domain.surroundings import Emergency
from services.booking.window import Claimed, Window
from shared.events.premises import Names
from shared.identity.listed import Person

AT_ONCE = timedelta(minutes=10)
"""Whoever books a time that begins so soon goes there now: it is the lead of its doors."""


class Extra(NamedTuple):
    """What can be had with a room: catering, a technician."""

    names: Names
    lead: timedelta
    """So long before the start it must be asked for."""


@dataclass(frozen=True)
class BookableRoom:
    """What a booking must know of its room, and what the room asks of the booking."""

    room_id: UUID
    code: str
    names: Names
    zone_id: UUID
    capacity: int
    """Of its largest layout."""
    space_ids: tuple[UUID, ...]
    """In the order of their ids: the order in which they are locked."""
    buffer_before: timedelta
    buffer_after: timedelta
    minimum_notice: timedelta
    hours: Hours
    is_zone_known: bool
    is_bookable: bool
    """Whether its zone is open to bookings."""
    is_listed: bool = True
    zone_ids: tuple[UUID, ...] = ()
    """Its zone, what that lies in, and so on up to the park; as far as is known."""
    building_zone_id: UUID | None = None
    building: Names | None = None
    floor_zone_id: UUID | None = None
    floor: Names | None = None
    layouts: Mapping[str, int] = field(default_factory=dict)
    """How many it seats, set up like that."""
    equipment: frozenset[str] = frozenset()
    accessibility: frozenset[str] = frozenset()
    picture_url: str | None = None
    extras: Mapping[str, Extra] = field(default_factory=dict)
    audience: Audience = field(default_factory=Audience)
    approval: Approval = field(default_factory=Approval)
    closures: tuple[StandingClosure, ...] = ()
    """Its own, those of rooms that share a space with it, and those of the zones it lies in."""
    emergency: Emergency | None = None
    """Of its zone or one around it; an evacuation outranks a lockdown."""
    release_after_minutes: int | None = None
    """So long after its start a booking for which nobody has come is given up; None: never."""
    doors_silent_since: datetime | None = None
    """None: the controllers of its doors are heard. Else nobody is missed there until they are."""
    version: int = 1
    link: str = ""
    """Where people find it."""

    def must_take(
        self,
        window: Window,
        *,
        people: int,
        layout: str | None = None,
        by: Person | None = None,
        at: datetime | None = None,
    ) -> None:
        """Raises the reason why this room cannot have these people at that time.

        Without `by` it is asked for nobody in particular: nobody overrides a closure. Without `at`
        neither notice nor emergencies count: for those who are there already and want to stay.
        """
        if by is not None and not self.may_be_booked_by(by):
            raise NotYoursToBook
        if not self.is_zone_known:
            raise ZoneNotYetKnown
        if not self.is_bookable or not self.is_listed or not self.space_ids:
            raise NotBookable
        seats = self.seats(layout)
        if people > seats:
            raise RoomTooSmall(capacity=seats, people=people)
        self._must_be_open(window, by=by)
        if at is not None:
            self.must_have_notice(window, at=at)
            self.must_be_safe(window, at=at)

    def must_have_notice(self, window: Window, *, at: datetime) -> None:
        """Raises `NoticeTooShort`."""
        if self.minimum_notice and window.starts_at < at + self.minimum_notice:
            raise NoticeTooShort(minutes=int(self.minimum_notice.total_seconds() // 60))

    def must_be_safe(self, window: Window, *, at: datetime) -> None:
        """Nobody is sent to where everybody leaves. Raises `ZoneEvacuated`, `ZoneLockedDown`."""
        if self.emergency is None or window.starts_at >= at + AT_ONCE:
            return
        raise ZoneEvacuated if self.emergency is Emergency.EVACUATION else ZoneLockedDown

    def seats(self, layout: str | None) -> int:
        """How many it takes. Raises `NoSuchLayout`."""
        if layout is None:
            return self.capacity
        if layout not in self.layouts:
            raise NoSuchLayout(layout=layout)
        return self.layouts[layout]

    def may_be_booked_by(self, person: Person) -> bool:
        return self.audience.books(person)

    def needs_approval_of(self, person: Person) -> bool:
        """Whether a booking that they make waits for somebody's word."""
        return self.approval.is_needed_by(person)

    def may_decide(self, person: Person, *, tenant_id: UUID) -> bool:
        """Whether theirs is the word that a booking of that tenant waits for."""
        return self.approval.is_given_by(person, tenant_id=tenant_id)

    def claimed_by(self, window: Window) -> Claimed:
        """What a booking of that time holds of each space."""
        return window.with_buffers(before=self.buffer_before, after=self.buffer_after)

    def open_stretches(self, starts: datetime, ends: datetime) -> list[Stretch]:
        """When it is open, and not closed for anybody, between two instants; in order."""
        found = self.hours.open_stretches(starts, ends)
        if not self.closures:
            return found
        return without(found, [(each.starts_at, each.ends_at) for each in self.closures])

    def closed_within(self, starts: datetime, ends: datetime) -> list[StandingClosure]:
        """The closures that meet this time, by their start."""
        met = [each for each in self.closures if each.starts_at < ends and starts < each.ends_at]
        return sorted(met, key=lambda each: (each.starts_at, each.closure_id))

    def _must_be_open(self, window: Window, *, by: Person | None) -> None:
        asked = (window.starts_at, window.ends_at)
        if self.hours.open_stretches(*asked) != [asked]:
            raise RoomClosed
        for closure in self.closed_within(*asked):
            if not closure.may_be_overridden_by(by):
                raise ClosureStands(reason=closure.reason)
