"""The booking itself: its states, and what may be done in each.

Every change checks the state, changes the booking, and returns the event that says so.
"""

from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlmodel import Relationship

from services.booking.bookings.domain.extras import Extra, must_be_offered
from services.booking.bookings.domain.kept import (
    RULES_AND_INDEXES,
    KeptBooking,
    Standing,
    stretch,
)
from services.booking.bookings.domain.participants import Participant
from services.booking.bookings.domain.refusals import (
    AlreadyCancelled,
    AlreadyCheckedIn,
    AlreadyOver,
    AlreadyStarted,
    AlreadyYours,
    AwaitsApproval,
    InUse,
    NeedsApproval,
    NoLongerStands,
    NothingToMove,
    NotInvited,
    NotLater,
    NotStartedYet,
    NotYourBooking,
    TooEarlyToCheckIn,
    TooLateToCancel,
)
from services.booking.claims.domain import Wanted
from services.booking.database import new_row
from services.booking.rooms.domain import BookableRoom, RoomTooSmall
from services.booking.window import Window
from shared.events.booking import (
    BookingCancelled,
    BookingCheckedIn,
    BookingConfirmed,
    BookingEndedEarly,
    BookingFacts,
    BookingHandedOver,
    BookingParticipantsChanged,
    BookingReason,
    BookingRescheduled,
    BookingStatus,
)
from shared.identity.listed import Person, Role


class Booking(KeptBooking, table=True):
    """One room, held by one organiser, for one stretch of time."""

    __tablename__: ClassVar[Any] = "bookings"
    __table_args__ = RULES_AND_INDEXES

    participants: list[Participant] = Relationship(
        sa_relationship_kwargs={
            "lazy": "selectin",
            "cascade": "all, delete-orphan",
            "order_by": "Participant.position",
        }
    )

    @classmethod
    def made(
        cls,
        *,
        room: BookableRoom,
        window: Window,
        timezone: str,
        by: Person,
        at: datetime,
        booking_id: UUID | None = None,
    ) -> "Booking":
        """A booking as it is asked for; it stands once its room is claimed."""
        return new_row(
            cls,
            id=booking_id or uuid4(),
            status=Standing.CONFIRMED,
            room_id=room.room_id,
            zone_id=room.zone_id,
            tenant_id=by.tenant_id,
            organiser_id=by.person_id,
            timezone=timezone,
            capacity=room.capacity,
            people=1,
            created_at=at,
            extras=[],
            **stretch(window, timezone=timezone),
        )

    def wanted(self, room: BookableRoom) -> Wanted:
        """What it must hold of that room."""
        return Wanted(self.id, room.space_ids, room.claimed_by(self.window))

    @property
    def ordered(self) -> list[Extra]:
        return [Extra.read(kept) for kept in self.extras]

    def facts(self) -> BookingFacts:
        return BookingFacts(
            booking_id=self.id,
            status=BookingStatus(self.status),
            reason=None if self.reason is None else BookingReason(self.reason),
            room_id=self.room_id,
            zone_id=self.zone_id,
            tenant_id=self.tenant_id,
            organiser_id=self.organiser_id,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            timezone=self.timezone,
            participants=tuple(participant.facts() for participant in self.participants),
            series_id=self.series_id,
            capacity=self.capacity,
        )

    # Who may

    def is_attended_by(self, person: Person) -> bool:
        """Whether they are its organiser or among its participants."""
        return self.organiser_id == person.person_id or any(
            participant.person_id == person.person_id for participant in self.participants
        )

    def must_be_changeable(self, *, by: Person) -> None:
        if self.organiser_id != by.person_id:
            raise NotYourBooking

    def must_be_endable(self, *, by: Person) -> None:
        """By its organiser, by the company's admin (organisers leave), by the facility manager."""
        is_admin = by.tenant_id == self.tenant_id and by.has(Role.TENANT_ADMIN)
        if self.organiser_id != by.person_id and not is_admin and not by.has(Role.FACILITY_MANAGER):
            raise NotYourBooking

    def must_be_attended_by(self, person: Person) -> None:
        if not self.is_attended_by(person):
            raise NotInvited

    def must_stand(self, *, at: datetime) -> None:
        if self.status == Standing.REQUESTED:
            raise AwaitsApproval
        if self.status == Standing.CANCELLED:
            raise AlreadyCancelled
        if self.status == Standing.ENDED:
            raise AlreadyOver
        if not self.is_live:
            raise NoLongerStands
        if at >= self.ends_at:
            raise AlreadyOver

    # What happens to it

    def confirm(self, participants: list[Participant], *, people: int | None) -> BookingConfirmed:
        self.be_for(participants, people=people)
        return BookingConfirmed(booking=self.facts())

    def request(self, participants: list[Participant], *, people: int | None) -> None:
        """Somebody must approve it. Until then it holds nothing, and nobody else is told."""
        self.status = Standing.REQUESTED
        self.be_for(participants, people=people)

    def cancel(self, *, by: Person, at: datetime) -> BookingCancelled:
        """The organiser may until it starts, the landlord's facility manager until it ends."""
        is_organiser = self.organiser_id == by.person_id
        if not (is_organiser or by.has(Role.FACILITY_MANAGER)):
            raise NotYourBooking
        self.must_stand(at=at)
        if is_organiser and at >= self.starts_at:
            raise TooLateToCancel
        by_whom = BookingReason.BY_ORGANISER if is_organiser else BookingReason.BY_FACILITY
        return self.be_cancelled(by_whom)

    def may_be_checked_in_at(self, at: datetime, *, lead: timedelta) -> bool:
        """Whether somebody who comes now comes for this booking, and is the first."""
        is_confirmed = self.status == Standing.CONFIRMED
        return is_confirmed and self.starts_at - lead <= at < self.ends_at

    def check_in(self, *, at: datetime, lead: timedelta) -> BookingCheckedIn:
        self.must_stand(at=at)
        if self.status == Standing.CHECKED_IN:
            raise AlreadyCheckedIn
        if at < self.starts_at - lead:
            raise TooEarlyToCheckIn(minutes=int(lead.total_seconds() // 60))
        self.status = Standing.CHECKED_IN
        self.checked_in_at = at
        self.version += 1
        return BookingCheckedIn(booking=self.facts())

    def end_early(self, *, at: datetime) -> BookingEndedEarly:
        self.must_stand(at=at)
        if at <= self.starts_at:
            raise NotStartedYet
        self.status = Standing.ENDED
        self.be_at(Window(self.starts_at, at))
        self.version += 1
        return BookingEndedEarly(booking=self.facts())

    def extend(
        self, *, room: BookableRoom, to: datetime, by: Person, at: datetime
    ) -> BookingRescheduled:
        """Whoever is there already needs no notice to stay."""
        self.must_stand(at=at)
        if to <= self.ends_at:
            raise NotLater
        window = Window(self.starts_at, to)
        room.must_take(window, people=self.people, layout=self.layout, by=by)
        return self._reschedule(room, window, layout=self.layout, by=by)

    def move(
        self, *, room: BookableRoom, window: Window, layout: str | None, by: Person, at: datetime
    ) -> BookingRescheduled:
        self.must_stand(at=at)
        if at >= self.starts_at:
            raise AlreadyStarted
        if self.status == Standing.CHECKED_IN:
            raise InUse
        if (room.room_id, window, layout) == (self.room_id, self.window, self.layout):
            raise NothingToMove
        window.must_be_ahead(at=at)
        room.must_take(window, people=self.people, layout=layout, by=by, at=at)
        is_elsewhere = (room.room_id, window.starts_at) != (self.room_id, self.starts_at)
        before = () if is_elsewhere else self.ordered
        must_be_offered(
            self.ordered, offered=room.extras, starts_at=window.starts_at, at=at, ordered=before
        )
        return self._reschedule(room, window, layout=layout, by=by)

    def hand_over(self, *, to: UUID, at: datetime) -> BookingHandedOver:
        self.must_stand(at=at)
        if to == self.organiser_id:
            raise AlreadyYours
        self.organiser_id = to
        self.be_without(to)
        self.version += 1
        return BookingHandedOver(booking=self.facts())

    def has_invited(self, participants: list[Participant], *, at: datetime) -> bool:
        """Whether these are invited already, in this order, and nobody else."""
        self.must_stand(at=at)
        return [one.model_dump() for one in self.participants] == [
            one.model_dump() for one in participants
        ]

    def invite(
        self, participants: list[Participant], *, at: datetime
    ) -> BookingParticipantsChanged:
        """These and nobody else beside the organiser."""
        self.must_stand(at=at)
        if len(participants) + 1 > self.capacity:
            raise RoomTooSmall(capacity=self.capacity, people=len(participants) + 1)
        self.be_for(participants)
        self.version += 1
        return BookingParticipantsChanged(booking=self.facts())

    def be_for(self, participants: list[Participant], *, people: int | None = None) -> None:
        """Without `people`, as many come as were said to, where that is more than are named."""
        is_said = self.people > len(self.participants) + 1
        self.people = max(people or (self.people if is_said else 1), len(participants) + 1)
        self.participants = participants

    def be_without(self, person_id: UUID) -> None:
        self.be_for([one for one in self.participants if one.person_id != person_id])

    def be_in(self, room: BookableRoom, *, layout: str | None) -> None:
        self.room_id, self.zone_id = room.room_id, room.zone_id
        self.layout, self.capacity = layout, room.seats(layout)

    def _reschedule(
        self, room: BookableRoom, window: Window, *, layout: str | None, by: Person
    ) -> BookingRescheduled:
        """Less of what was approved needs no new approval."""
        is_less = self.starts_at <= window.starts_at and window.ends_at <= self.ends_at
        if room.needs_approval_of(by) and not (room.room_id == self.room_id and is_less):
            raise NeedsApproval
        self.be_in(room, layout=layout)
        self.be_at(window)
        self.attention = None
        self.version += 1
        return BookingRescheduled(booking=self.facts())

    def be_cancelled(self, reason: BookingReason) -> BookingCancelled:
        self.status, self.reason = Standing.CANCELLED, reason
        self.version += 1
        return BookingCancelled(booking=self.facts())
