"""Closures: a time in which a room, or every room of a part of the park, is not to be had.

Pure rules. A closure gives its reason, and says who may book all the same.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from services.booking.database import BookingTable, Moment, WallClock
from shared.identity.listed import Person, Role


class OverriddenBy(StrEnum):
    """Who may book although it is closed."""

    NOBODY = "nobody"
    FACILITY_MANAGERS = "facility_managers"
    PEOPLE = "people"


class Closure(BookingTable, table=True):
    """A room, or a zone with all that lies within it, closed for a reason."""

    __tablename__: ClassVar[Any] = "closures"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="window"),
        CheckConstraint("num_nonnulls(room_id, zone_id) = 1", name="of_one"),
        CheckConstraint(
            "overridden_by IN ('nobody', 'facility_managers', 'people')", name="overridden_by"
        ),
    )

    id: UUID = Field(primary_key=True)
    room_id: UUID | None = Field(default=None, foreign_key="rooms.id", index=True)
    zone_id: UUID | None = Field(default=None, index=True)
    starts_at: datetime = Field(sa_type=Moment)
    ends_at: datetime = Field(sa_type=Moment, index=True)
    starts_wall: datetime = Field(sa_type=WallClock)
    ends_wall: datetime = Field(sa_type=WallClock)
    timezone: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)
    overridden_by: OverriddenBy = Field(sa_type=Text)
    override_person_ids: list[UUID] = Field(
        sa_column=Column(ARRAY(Uuid), nullable=False, server_default=text("'{}'"))
    )
    made_by: UUID
    made_at: datetime = Field(sa_type=Moment)
    lifted_at: datetime | None = Field(default=None, sa_type=Moment)


@dataclass(frozen=True, slots=True)
class StandingClosure:
    """A closure as those meet it who want the room."""

    closure_id: UUID
    room_id: UUID | None
    zone_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    reason: str
    overridden_by: OverriddenBy
    override_person_ids: frozenset[UUID]

    def may_be_overridden_by(self, person: Person | None) -> bool:
        if person is None or self.overridden_by is OverriddenBy.NOBODY:
            return False
        if self.overridden_by is OverriddenBy.FACILITY_MANAGERS:
            return person.has(Role.FACILITY_MANAGER)
        return person.person_id in self.override_person_ids
