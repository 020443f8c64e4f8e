"""Rooms: each is made of spaces, the atomic parts that cannot be held by two parties at once.

Pure rules: no session, no clock, no network. A divisible room and its halves are rooms that share
spaces; whoever holds one holds its spaces.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, Relationship

from services.booking.database import BookingTable
from services.booking.window import Claimed, Window
from shared.clock import wall_time
from shared.errors import Conflict, NotFound


class NoSuchRoom(NotFound):
    """There is no such room."""


class RoomCodeTaken(Conflict):
    """Another room has this code already."""


class ZoneNotYetKnown(Conflict):
    """The room's zone is not known here yet, so its door could not open; try again shortly."""


class NotBookable(Conflict):
    """This room is not open to bookings."""


class RoomTooSmall(Conflict):
    """This room has {capacity} seats, and you are {people}."""


class RoomClosed(Conflict):
    """The room is closed at that time."""


class NoticeTooShort(Conflict):
    """This room must be booked {minutes} minutes ahead."""


class Space(BookingTable, table=True):
    """An atomic part of the park's rooms; its row is what rivals queue at."""

    __tablename__: ClassVar[Any] = "spaces"

    id: UUID = Field(primary_key=True)
    code: str = Field(sa_type=Text, unique=True)


class RoomSpace(BookingTable, table=True):
    """One space of one room."""

    __tablename__: ClassVar[Any] = "room_spaces"

    room_id: UUID = Field(primary_key=True, foreign_key="rooms.id")
    space_id: UUID = Field(primary_key=True, foreign_key="spaces.id", index=True)


class RoomTenant(BookingTable, table=True):
    """A tenant who sees and books the room; a room without any is the whole park's."""

    __tablename__: ClassVar[Any] = "room_tenants"

    room_id: UUID = Field(primary_key=True, foreign_key="rooms.id")
    tenant_id: UUID = Field(primary_key=True, index=True)


class Room(BookingTable, table=True):
    """A meeting room or auditorium behind the doors of one zone."""

    __tablename__: ClassVar[Any] = "rooms"
    __table_args__ = (
        CheckConstraint("capacity > 0", name="capacity"),
        CheckConstraint("buffer_before_minutes BETWEEN 0 AND 1440", name="buffer_before"),
        CheckConstraint("buffer_after_minutes BETWEEN 0 AND 1440", name="buffer_after"),
        CheckConstraint("minimum_notice_minutes >= 0", name="minimum_notice"),
        Index("rooms_equipment_idx", "equipment", postgresql_using="gin"),
    )

    id: UUID = Field(primary_key=True)
    code: str = Field(sa_type=Text, unique=True)
    zone_id: UUID = Field(index=True)
    name_fr: str = Field(sa_type=Text)
    name_ar: str = Field(sa_type=Text)
    name_en: str = Field(sa_type=Text)
    capacity: int = Field(sa_type=Integer)
    equipment: list[str] = Field(
        sa_column=Column(ARRAY(Text), nullable=False, server_default=text("'{}'"))
    )
    is_always_open: bool = Field(sa_type=Boolean)
    opening_hours: list[dict[str, Any]] = Field(
        sa_column=Column(JSONB, nullable=False, server_default=text("'[]'"))
    )
    """Weekly: `{"weekday": 1, "opens": "08:00", "closes": "24:00"}`; Monday is 1."""
    buffer_before_minutes: int
    buffer_after_minutes: int
    minimum_notice_minutes: int
    is_listed: bool = Field(default=True, sa_column_kwargs={"server_default": text("true")})
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})

    spaces: list[RoomSpace] = Relationship(
        sa_relationship_kwargs={"lazy": "selectin", "cascade": "all, delete-orphan"}
    )
    tenants: list[RoomTenant] = Relationship(
        sa_relationship_kwargs={"lazy": "selectin", "cascade": "all, delete-orphan"}
    )


@dataclass(frozen=True)
class OpeningHours:
    """One stretch of a week during which a room is open."""

    weekday: int
    opens: time
    closes: time | None
    """None: until midnight."""

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "OpeningHours":
        closes = kept["closes"]
        return cls(
            weekday=kept["weekday"],
            opens=time.fromisoformat(kept["opens"]),
            closes=None if closes == "24:00" else time.fromisoformat(closes),
        )

    def last_until(self, at: datetime) -> datetime | None:
        """The wall time at which the stretch ends that this wall time lies in; None: in none."""
        if at.isoweekday() != self.weekday or at.time() < self.opens:
            return None
        if self.closes is None:
            return datetime.combine(at.date() + timedelta(days=1), time())
        return datetime.combine(at.date(), self.closes) if at.time() < self.closes else None


@dataclass(frozen=True)
class BookableRoom:
    """What a booking must know of its room, and what the room asks of the booking."""

    room_id: UUID
    zone_id: UUID
    capacity: int
    space_ids: tuple[UUID, ...]
    """In the order of their ids: the order in which they are locked."""
    buffer_before: timedelta
    buffer_after: timedelta
    minimum_notice: timedelta
    opening_hours: tuple[OpeningHours, ...] | None
    """None: never closes."""
    timezone: str
    """Whose wall time its opening hours are: the park's, wherever those are who book."""
    is_zone_known: bool
    is_bookable: bool

    def must_take(self, window: Window, *, people: int) -> None:
        """Raises the reason why this room cannot have these people at that time."""
        if not self.is_zone_known:
            raise ZoneNotYetKnown
        if not self.is_bookable or not self.space_ids:
            raise NotBookable
        if people > self.capacity:
            raise RoomTooSmall(capacity=self.capacity, people=people)
        if not self._is_open(window):
            raise RoomClosed

    def must_have_notice(self, window: Window, *, at: datetime) -> None:
        """Raises `NoticeTooShort`."""
        if self.minimum_notice and window.starts_at < at + self.minimum_notice:
            raise NoticeTooShort(minutes=int(self.minimum_notice.total_seconds() // 60))

    def claimed_by(self, window: Window) -> Claimed:
        """What a booking of that time holds of each space."""
        return window.with_buffers(before=self.buffer_before, after=self.buffer_after)

    def _is_open(self, window: Window) -> bool:
        if self.opening_hours is None:
            return True
        reached = wall_time(window.starts_at, timezone=self.timezone)
        ends = wall_time(window.ends_at, timezone=self.timezone)
        while until := self._open_until(reached):
            if until >= ends:
                return True
            reached = until
        return False

    def _open_until(self, at: datetime) -> datetime | None:
        found = [each.last_until(at) for each in self.opening_hours or ()]
        return max((until for until in found if until is not None), default=None)
