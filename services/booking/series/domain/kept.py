"""What is kept of a series: how it recurs, and what its bookings have in common."""

from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Column, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.booking.bookings.domain import Booking
from services.booking.database import BookingTable, Moment, WallClock
from services.booking.series.domain.recurrence import Recurrence, window_of
from services.booking.window import Window
from shared.recurrence import Rule, until_later


class Series(BookingTable, table=True):
    """Bookings of one organiser that recur; each is a booking of its own, with `series_id`.

    A booking follows its series in what it still has in common with it.
    """

    __tablename__: ClassVar[Any] = "series"
    __table_args__ = (Index("series_organiser_id_created_at_idx", "organiser_id", "created_at"),)

    id: UUID = Field(primary_key=True)
    tenant_id: UUID
    organiser_id: UUID
    """Who made it. Where they have left, whoever organises its bookings has it."""
    room_id: UUID = Field(foreign_key="rooms.id")
    timezone: str = Field(sa_type=Text)
    starts_wall: datetime = Field(sa_type=WallClock)
    """DTSTART of RFC 5545."""
    minutes: int = Field(sa_type=Integer)
    """How long each is by the wall: 480 from 22:00 to 06:00, whatever the clocks do that night."""
    rule: str | None = Field(default=None, sa_type=Text)
    """RRULE."""
    dates: list[str] = Field(
        default_factory=list,
        sa_column=Column(JSONB, nullable=False, server_default=text("'[]'")),
    )
    """RDATE: wall times."""
    but_not: list[str] = Field(
        default_factory=list,
        sa_column=Column(JSONB, nullable=False, server_default=text("'[]'")),
    )
    """EXDATE: wall times."""
    recurs_from: datetime | None = Field(default=None, sa_type=WallClock)
    """Of what the rule makes, only this and what follows: the rest belongs to `split_from`."""
    recurs_before: datetime | None = Field(default=None, sa_type=WallClock)
    """Only what comes before: from then on it was cancelled, or is a series of its own."""
    split_from: UUID | None = None
    title: str | None = Field(default=None, sa_type=Text)
    is_private: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    people: int | None = Field(default=None, sa_type=Integer)
    """How many were said to come each time; None: as many as are named."""
    created_at: datetime = Field(sa_type=Moment)
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    def has_time_of(self, booking: Booking) -> bool:
        """Whether a booking is when its series has it."""
        if booking.recurrence_wall is None:
            return False
        return booking.window == self.window_at(booking.recurrence_wall)

    def window_at(self, wall: datetime) -> Window:
        """When it has the booking of that wall time."""
        return window_of(wall, self.length, timezone=self.timezone)

    def has_people_of(self, booking: Booking) -> bool:
        """Whether as many come to a booking as its series says."""
        return booking.people == max(self.people or 1, len(booking.participants) + 1)

    def shifted(self, by: timedelta) -> dict[str, Any]:
        """Its wall times, all so much later."""
        return {
            "starts_wall": self.starts_wall + by,
            "rule": self.rule and until_later(self.rule, by),
            "dates": [_later(wall, by) for wall in self.dates],
            "but_not": [_later(wall, by) for wall in self.but_not],
            "recurs_from": self.recurs_from and self.recurs_from + by,
            "recurs_before": self.recurs_before and self.recurs_before + by,
        }

    def split(self, wall: datetime, series_id: UUID, *, at: datetime) -> "Series":
        """From that wall time on it is another series, of the same rule."""
        kept = self.model_dump(exclude={"id", "recurs_from", "split_from", "version", "created_at"})
        following = Series(
            id=series_id, recurs_from=wall, split_from=self.id, created_at=at, **kept
        )
        self.recurs_before = wall
        self.version += 1
        return following

    @property
    def recurrence(self) -> Recurrence:
        return Recurrence(
            starts_wall=self.starts_wall,
            length=self.length,
            timezone=self.timezone,
            rule=None if self.rule is None else Rule.read(self.rule),
            dates=[datetime.fromisoformat(wall) for wall in self.dates],
            but_not=[datetime.fromisoformat(wall) for wall in self.but_not],
        )


def _later(wall: str, by: timedelta) -> str:
    return (datetime.fromisoformat(wall) + by).isoformat()
