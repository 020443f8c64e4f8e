"""Bookings of rooms, as booking announces them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.events.base import Event, Facts
from shared.events.directory import Language
from shared.events.leaving import LeaverFacts, PersonLeft


class BookingStatus(StrEnum):
    """Where a booking stands. Only `confirmed` and `checked_in` hold the room."""

    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    ENDED = "ended"
    RELEASED = "released"
    CANCELLED = "cancelled"


class BookingReason(StrEnum):
    """Why a booking no longer stands."""

    BY_ORGANISER = "by_organiser"
    BY_FACILITY = "by_facility"
    ORGANISER_LEFT = "organiser_left"
    NO_SHOW = "no_show"


class ParticipantKind(StrEnum):
    """A person is in the directory; a guest is not, and becomes a visit."""

    PERSON = "person"
    GUEST = "guest"


class ParticipantFacts(Facts):
    """Somebody invited to a booking, beside its organiser."""

    kind: ParticipantKind
    person_id: UUID | None
    guest_id: UUID | None
    name: str
    email: str | None
    language: Language


class BookingFacts(Facts):
    """One room, held by one organiser, for one stretch of time."""

    booking_id: UUID
    status: BookingStatus
    reason: BookingReason | None
    room_id: UUID
    zone_id: UUID
    tenant_id: UUID
    organiser_id: UUID
    starts_at: datetime
    ends_at: datetime
    """Half-open; after an early end, the moment it ended."""
    timezone: str
    """IANA name of the zone in which the wall time was chosen."""
    participants: tuple[ParticipantFacts, ...]
    series_id: UUID | None
    capacity: int


class BookingEvent(Event, is_personal=True):
    """Something about a booking."""

    booking: BookingFacts

    @property
    def subject(self) -> str:
        return f"booking/{self.booking.booking_id}"

    @property
    def tenant_id(self) -> UUID:
        return self.booking.tenant_id


class BookingConfirmed(BookingEvent, name="booking.confirmed.v1"):
    """The room is the organiser's for that time."""


class BookingRescheduled(BookingEvent, name="booking.rescheduled.v1"):
    """Another time, another length or another room."""


class BookingParticipantsChanged(BookingEvent, name="booking.participants_changed.v1"):
    """People were added or removed."""


class BookingHandedOver(BookingEvent, name="booking.handed_over.v1"):
    """Somebody else is the organiser now."""


class BookingCheckedIn(BookingEvent, name="booking.checked_in.v1"):
    """Somebody has come: the room is in use."""


class BookingEndedEarly(BookingEvent, name="booking.ended_early.v1"):
    """The room was given back before its time."""


class BookingReleased(BookingEvent, name="booking.released.v1"):
    """Nobody came in time; the room is free again."""


class BookingCancelled(BookingEvent, name="booking.cancelled.v1"):
    """A confirmed booking no longer stands; its room is free again."""


class BookingsOfLeaver(LeaverFacts):
    """What became of the bookings of somebody who has left the directory."""

    bookings_cancelled: int
    bookings_handed_over: int
    participations_removed: int


class BookingPersonLeft(PersonLeft, name="booking.person_left.v1"):
    """All bookings of a leaver are dealt with."""

    leaver: BookingsOfLeaver
