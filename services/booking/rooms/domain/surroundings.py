"""What access says of a room's surroundings: zones, special days, lockdowns and evacuations, and
whether the controllers of its doors are heard.

The read model's own tables; a fact counts only if its sequence is above the known one.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Index, Text, Uuid, text
from sqlmodel import Field

from services.booking.database import BookingTable, Moment
from shared.events.premises import Names, ZoneKind


class Emergency(StrEnum):
    """Why nobody should go there now."""

    LOCKDOWN = "lockdown"
    EVACUATION = "evacuation"


@dataclass(frozen=True, slots=True)
class KnownZone:
    """A part of the park that rooms lie in."""

    zone_id: UUID
    parent_id: UUID | None
    kind: ZoneKind
    names: Names
    is_bookable: bool
    """Listed, and open to bookings."""


class KnownSpecialDay(BookingTable, table=True):
    """A date on which rooms that follow special days keep other hours, or none."""

    __tablename__: ClassVar[Any] = "known_special_days"

    special_day_id: UUID = Field(primary_key=True)
    sequence: int = Field(sa_type=BigInteger)
    day: date
    group_id: UUID
    group_code: str = Field(sa_type=Text)
    is_confirmed: bool


class KnownEmergency(BookingTable, table=True):
    """A lockdown or an evacuation of a zone and of all within it."""

    __tablename__: ClassVar[Any] = "known_emergencies"
    __table_args__ = (
        CheckConstraint("kind IN ('lockdown', 'evacuation')", name="kind"),
        Index(
            "known_emergencies_standing_idx",
            "zone_id",
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    emergency_id: UUID = Field(primary_key=True)
    sequence: int = Field(sa_type=BigInteger)
    kind: Emergency = Field(sa_type=Text)
    zone_id: UUID
    started_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class KnownController(BookingTable, table=True):
    """A door controller that has fallen silent once, and whether it still is."""

    __tablename__: ClassVar[Any] = "known_controllers"

    controller_id: UUID = Field(primary_key=True)
    sequence: int = Field(sa_type=BigInteger)
    zone_ids: list[UUID] = Field(sa_type=ARRAY(Uuid))
    """Into which its doors lead."""
    silent_since: datetime | None = Field(default=None, sa_type=Moment)
    """None: it is heard again."""
    heard_at: datetime = Field(sa_type=Moment)
    """When it was heard last, as far as was told: where it is silent no more, since when."""
