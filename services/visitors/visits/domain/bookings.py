"""Bookings as this service knows them: as much as the visits of their outside guests need."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Column, Uuid
from sqlmodel import Field

from services.visitors.database import VisitorsTable
from shared.events.booking import BookingFacts, BookingStatus, ParticipantFacts, ParticipantKind


class KnownBooking(VisitorsTable, table=True):
    """The newest that was heard of a booking; what is older has no effect."""

    __tablename__ = "known_bookings"

    booking_id: UUID = Field(primary_key=True)
    sequence: int = Field(sa_type=BigInteger)
    does_stand: bool
    zone_id: UUID | None = None
    guest_ids: list[UUID] = Field(
        default_factory=list, sa_column=Column(ARRAY(Uuid), nullable=False)
    )
    """The guests it was last heard with: one of them who has no visit was called off by hand."""


def does_stand(booking: BookingFacts) -> bool:
    """Whether the booking still holds its room, so that its guests are expected."""
    return booking.status in {BookingStatus.CONFIRMED, BookingStatus.CHECKED_IN}


def guests_of(booking: BookingFacts) -> dict[UUID, ParticipantFacts]:
    """The participants from outside, by guest id."""
    return {
        participant.guest_id: participant
        for participant in booking.participants
        if participant.kind is ParticipantKind.GUEST and participant.guest_id is not None
    }
