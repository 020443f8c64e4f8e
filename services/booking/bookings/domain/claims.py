"""Claims: which space is held, from when to when, buffers included, and for which booking.

One rule, kept by the database for every path: no two claims of a space overlap.
"""

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Column
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlmodel import Field

from services.booking.database import BookingTable
from shared.errors import Conflict


class RoomTaken(Conflict):
    """The room is taken for that time; choose another time or room."""


class Claim(BookingTable, table=True):
    """One space, held for one booking; it is gone when the booking no longer holds its room."""

    __tablename__: ClassVar[Any] = "claims"
    __table_args__ = (
        ExcludeConstraint(
            ("space_id", "="), ("during", "&&"), name="claims_no_overlap", using="gist"
        ),
        # An empty or endless range would slip through the exclusion, or block for ever.
        CheckConstraint(
            "NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)",
            name="during",
        ),
    )

    booking_id: UUID = Field(primary_key=True, foreign_key="bookings.id")
    space_id: UUID = Field(primary_key=True, foreign_key="spaces.id")
    during: Range[Any] = Field(sa_column=Column(TSTZRANGE, nullable=False))
