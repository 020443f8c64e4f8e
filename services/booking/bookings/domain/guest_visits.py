"""Where a booking's guests stand, as visitors says; kept for display alone, and no more of it."""

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field

from services.booking.database import BookingTable


class GuestVisit(BookingTable, table=True):
    """The visit that a guest of a booking has become. No foreign key: it may be heard of first."""

    __tablename__: ClassVar[Any] = "guest_visits"
    __table_args__ = (Index("guest_visits_booking_id_guest_id_idx", "booking_id", "guest_id"),)

    visit_id: UUID = Field(primary_key=True)
    booking_id: UUID
    guest_id: UUID
    status: str = Field(sa_type=Text)
    sequence: int = Field(sa_type=BigInteger)
