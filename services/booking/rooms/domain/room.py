"""Rooms as they are kept: each is made of spaces, the parts that no two parties hold at once.

A divisible room and its halves are rooms that share spaces; whoever holds one holds its spaces.
"""

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, Relationship

from services.booking.database import BookingTable
from services.booking.rooms.domain.audience import ApprovedBy


def _texts() -> Any:
    return Column(ARRAY(Text), nullable=False, server_default=text("'{}'"))


def _ids() -> Any:
    return Column(ARRAY(Uuid), nullable=False, server_default=text("'{}'"))


def _list() -> Any:
    return Column(JSONB, nullable=False, server_default=text("'[]'"))


USUAL_RELEASE = 15


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


class Room(BookingTable, table=True):
    """A meeting room or auditorium behind the doors of one zone."""

    __tablename__: ClassVar[Any] = "rooms"
    __table_args__ = (
        CheckConstraint("capacity > 0", name="capacity"),
        CheckConstraint("buffer_before_minutes BETWEEN 0 AND 1440", name="buffer_before"),
        CheckConstraint("buffer_after_minutes BETWEEN 0 AND 1440", name="buffer_after"),
        CheckConstraint("minimum_notice_minutes >= 0", name="minimum_notice"),
        CheckConstraint("release_after_minutes > 0", name="release_after"),
        CheckConstraint(
            "approved_by IN ('nobody', 'facility_managers', 'tenant_admins', 'people')",
            name="approved_by",
        ),
        Index("rooms_equipment_idx", "equipment", postgresql_using="gin"),
    )

    id: UUID = Field(primary_key=True)
    code: str = Field(sa_type=Text, unique=True)
    zone_id: UUID = Field(index=True)
    name_fr: str = Field(sa_type=Text)
    name_ar: str = Field(sa_type=Text)
    name_en: str = Field(sa_type=Text)
    capacity: int = Field(sa_type=Integer)
    layouts: list[dict[str, Any]] = Field(default_factory=list, sa_column=_list())
    """`{"layout": "theatre", "capacity": 40}`."""
    equipment: list[str] = Field(default_factory=list, sa_column=_texts())
    accessibility: list[str] = Field(default_factory=list, sa_column=_texts())
    picture_url: str | None = Field(default=None, sa_type=Text)
    is_always_open: bool = Field(sa_type=Boolean)
    opening_hours: list[dict[str, Any]] = Field(default_factory=list, sa_column=_list())
    """Weekly: `{"weekday": 1, "opens": "08:00", "closes": "24:00"}`; Monday is 1."""
    dated_hours: list[dict[str, Any]] = Field(default_factory=list, sa_column=_list())
    """`{"from_day": "2026-02-18", "until_day": "2026-03-20", "priority": 1, "opening": […]}`."""
    follows_special_days: bool = Field(
        default=False, sa_column_kwargs={"server_default": text("false")}
    )
    special_hours: list[dict[str, Any]] = Field(default_factory=list, sa_column=_list())
    """`{"group_id": "…", "hours": [{"opens": "10:00", "closes": "14:00"}]}`."""
    buffer_before_minutes: int
    buffer_after_minutes: int
    minimum_notice_minutes: int
    release_after_minutes: int | None = None
    """So long after its start a booking for which nobody has come is given up; None: never."""
    tenant_ids: list[UUID] = Field(default_factory=list, sa_column=_ids())
    person_ids: list[UUID] = Field(default_factory=list, sa_column=_ids())
    """Who books it; both empty: everybody in the park."""
    is_shown_to_park: bool = Field(
        default=False, sa_column_kwargs={"server_default": text("false")}
    )
    shown_tenant_ids: list[UUID] = Field(default_factory=list, sa_column=_ids())
    shown_person_ids: list[UUID] = Field(default_factory=list, sa_column=_ids())
    """Who sees it too."""
    approved_by: ApprovedBy = Field(
        default=ApprovedBy.NOBODY, sa_type=Text, sa_column_kwargs={"server_default": "nobody"}
    )
    approver_ids: list[UUID] = Field(default_factory=list, sa_column=_ids())
    extras: list[dict[str, Any]] = Field(default_factory=list, sa_column=_list())
    """`{"code": "coffee", "names": {"fr": …}, "lead_minutes": 1440}`."""
    is_listed: bool = Field(default=True, sa_column_kwargs={"server_default": text("true")})
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})

    spaces: list[RoomSpace] = Relationship(
        sa_relationship_kwargs={"lazy": "selectin", "cascade": "all, delete-orphan"}
    )
