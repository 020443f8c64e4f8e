"""What is kept of a booking: its columns.

Wall time and zone stand beside the instants, so that future instants can be derived anew when the
rules of the zone change.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Integer, Text, text
from sqlmodel import Field

from services.booking.database import BookingTable, Moment, WallClock
from shared.events.booking import BookingReason, BookingStatus


class KeptBooking(BookingTable):
    """A booking as a row."""

    id: UUID = Field(primary_key=True)
    status: BookingStatus = Field(sa_type=Text)
    reason: BookingReason | None = Field(default=None, sa_type=Text)
    room_id: UUID = Field(foreign_key="rooms.id")
    zone_id: UUID
    tenant_id: UUID
    organiser_id: UUID
    starts_at: datetime = Field(sa_type=Moment)
    ends_at: datetime = Field(sa_type=Moment)
    starts_wall: datetime = Field(sa_type=WallClock)
    ends_wall: datetime = Field(sa_type=WallClock)
    timezone: str = Field(sa_type=Text)
    title: str | None = Field(default=None, sa_type=Text)
    capacity: int = Field(sa_type=Integer)
    people: int = Field(sa_type=Integer)
    """How many are expected, the organiser included."""
    series_id: UUID | None = Field(default=None, index=True)
    recurrence_wall: datetime | None = Field(default=None, sa_type=WallClock)
    """Of an occurrence: the wall time that its series gave it (RFC 5545 RECURRENCE-ID)."""
    checked_in_at: datetime | None = Field(default=None, sa_type=Moment)
    created_at: datetime = Field(sa_type=Moment)
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
