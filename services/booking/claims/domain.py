"""Claims: which space is held, from when to when, buffers included, and for which booking.

One rule, kept by the database for every path: no two claims of a space overlap.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, text
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlmodel import Field

from services.booking.database import BookingTable, Moment
from services.booking.window import Claimed
from shared.errors import Conflict

LONGEST_CLAIM = timedelta(hours=72)


class RoomTaken(Conflict):
    """The room is taken for that time; choose another time or room."""


class Claim(BookingTable, table=True):
    """One space, held for one booking; it is gone when the booking no longer holds its room.

    A hold claims for the booking that it may become: its id is the booking's, whose row may not
    exist yet, hence no foreign key.
    """

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
        # A booking and its buffers last a day each at most: who looks for what is held at some
        # time need look no further back than `LONGEST_CLAIM`.
        CheckConstraint("upper(during) - lower(during) <= '72:00:00'::interval", name="length"),
        # All that is held on one day, of a thousand rooms, out of the index alone: 2 ms, where
        # the index of the exclusion, which is sorted by space, takes 20.
        Index(
            "claims_starts_idx",
            text("lower(during)"),
            postgresql_include=["during", "space_id", "expires_at"],
        ),
        Index("claims_expiring_idx", "space_id", postgresql_where=text("expires_at IS NOT NULL")),
    )

    booking_id: UUID = Field(primary_key=True)
    space_id: UUID = Field(primary_key=True, foreign_key="spaces.id")
    during: Range[Any] = Field(sa_column=Column(TSTZRANGE, nullable=False))
    expires_at: datetime | None = Field(default=None, sa_type=Moment)
    """Of a hold: from then on it holds nothing, whether the row is gone yet or not."""


@dataclass(frozen=True)
class Wanted:
    """What a booking shall hold: these spaces, for that time, and no others."""

    booking_id: UUID
    space_ids: tuple[UUID, ...]
    during: Claimed

    def meets(self, other: "Wanted") -> bool:
        """Whether only one of the two can be had."""
        mine, theirs = self.during, other.during
        is_at_once = mine.starts_at < theirs.ends_at and theirs.starts_at < mine.ends_at
        return is_at_once and not set(self.space_ids).isdisjoint(other.space_ids)
