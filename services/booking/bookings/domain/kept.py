"""What is kept of a booking: its columns.

Wall time and zone stand beside the instants, so that future instants can be derived anew when the
rules of the zone change.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.booking.database import BookingTable, Moment, WallClock
from services.booking.window import Window
from shared.clock import local
from shared.events.booking import BookingReason

_ZERO = {"server_default": text("0")}


class Standing(StrEnum):
    """Where a booking stands. What others are told of is a `BookingStatus`, of the same names;
    a request, and one that was declined, stays between its organiser and who decides.
    """

    REQUESTED = "requested"
    """Somebody must approve it; it holds nothing until then."""
    DECLINED = "declined"
    LAPSED = "lapsed"
    """Shown of a request whose start has come before anybody decided; never kept."""
    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    ENDED = "ended"
    RELEASED = "released"
    CANCELLED = "cancelled"


LIVE = frozenset({Standing.CONFIRMED, Standing.CHECKED_IN})
"""Bookings that hold their room."""


class KeptBooking(BookingTable):
    """A booking as a row."""

    id: UUID = Field(primary_key=True)
    status: Standing = Field(sa_type=Text)
    reason: BookingReason | None = Field(default=None, sa_type=Text)
    room_id: UUID = Field(foreign_key="rooms.id")
    zone_id: UUID
    tenant_id: UUID
    organiser_id: UUID
    starts_at: datetime = Field(sa_type=Moment)
    ends_at: datetime = Field(sa_type=Moment)
    starts_wall: datetime = Field(sa_type=WallClock)
    ends_wall: datetime = Field(sa_type=WallClock)
    starts_fold: int = Field(default=0, sa_type=SmallInteger, sa_column_kwargs=_ZERO)
    """1: the second of two instants at which the wall shows this time (PEP 495)."""
    ends_fold: int = Field(default=0, sa_type=SmallInteger, sa_column_kwargs=_ZERO)
    timezone: str = Field(sa_type=Text)
    title: str | None = Field(default=None, sa_type=Text)
    is_private: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """Its title is shown to those who attend, and to nobody else."""
    layout: str | None = Field(default=None, sa_type=Text)
    extras: list[dict[str, Any]] = Field(
        default_factory=list,
        sa_column=Column(JSONB, nullable=False, server_default=text("'[]'")),
    )
    capacity: int = Field(sa_type=Integer)
    people: int = Field(sa_type=Integer)
    """How many are expected, the organiser included."""
    series_id: UUID | None = None
    recurrence_wall: datetime | None = Field(default=None, sa_type=WallClock)
    """Of an occurrence: the wall time that its series gave it (RFC 5545 RECURRENCE-ID)."""
    checked_in_at: datetime | None = Field(default=None, sa_type=Moment)
    decided_by: UUID | None = None
    """Who approved or declined it, where somebody had to."""
    decision_note: str | None = Field(default=None, sa_type=Text)
    offer_digest: bytes | None = Field(default=None, sa_type=LargeBinary)
    """SHA-256 of the token by which it was booked, which counts once."""
    attention: dict[str, Any] | None = Field(
        default=None, sa_column=Column(JSONB(none_as_null=True))
    )
    """What its organiser must look at, until they move it: see `rederiving`."""
    created_at: datetime = Field(sa_type=Moment)
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})

    @property
    def window(self) -> Window:
        return Window(self.starts_at, self.ends_at)

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    def status_at(self, at: datetime) -> Standing:
        """What people are shown: one that held its room to the end has ended, and a request that
        nobody decided before its start has lapsed.
        """
        if self.status == Standing.REQUESTED and at >= self.starts_at:
            return Standing.LAPSED
        return Standing.ENDED if self.is_live and at >= self.ends_at else self.status

    def be_at(self, window: Window) -> None:
        for name, value in stretch(window, timezone=self.timezone).items():
            setattr(self, name, value)


RULES_AND_INDEXES = (
    CheckConstraint("starts_at < ends_at", name="window"),
    CheckConstraint(
        "status IN ('confirmed', 'checked_in', 'ended', 'released', 'cancelled', "
        "'requested', 'declined')",
        name="status",
    ),
    CheckConstraint(
        "reason IN ('by_organiser', 'by_facility', 'organiser_left', 'no_show')", name="reason"
    ),
    CheckConstraint("people > 0 AND capacity > 0", name="people"),
    Index("bookings_organiser_id_starts_at_idx", "organiser_id", "starts_at"),
    Index("bookings_room_id_starts_at_idx", "room_id", "starts_at"),
    Index("bookings_series_id_idx", "series_id", postgresql_where=text("series_id IS NOT NULL")),
    Index(
        "bookings_offer_digest_key",
        "offer_digest",
        unique=True,
        postgresql_where=text("offer_digest IS NOT NULL"),
    ),
    Index(
        "bookings_live_idx",
        "ends_at",
        postgresql_where=text("status IN ('confirmed', 'checked_in')"),
    ),
    Index(
        "bookings_awaited_idx",
        "starts_at",
        "id",
        postgresql_where=text("status = 'confirmed'"),
    ),
    Index(
        "bookings_requested_idx",
        "starts_at",
        "id",
        postgresql_where=text("status = 'requested'"),
    ),
    Index(
        "bookings_with_extras_idx",
        "starts_at",
        "id",
        postgresql_where=text("extras <> '[]' AND status IN ('confirmed', 'checked_in')"),
    ),
)


def stretch(window: Window, *, timezone: str) -> dict[str, Any]:
    """The columns of a window: its instants, and what the wall there shows at each."""
    starts = local(window.starts_at, timezone=timezone)
    ends = local(window.ends_at, timezone=timezone)
    return {
        "starts_at": window.starts_at,
        "ends_at": window.ends_at,
        "starts_wall": starts.replace(tzinfo=None, fold=0),
        "ends_wall": ends.replace(tzinfo=None, fold=0),
        "starts_fold": starts.fold,
        "ends_fold": ends.fold,
    }
