"""Doors join two zones, or a zone and the outside; each has two directions.

One rule: a way out is an access point that leads from a zone to one of its ancestors, or outside
the park; every other is a way in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, String
from sqlmodel import Field

from services.access.card_formats import CardFormat
from services.access.database import UTC_TIME, AccessTable, follow_schedules, one_of
from services.access.premises.domain.zones import Zone
from shared.errors import Conflict, Malformed, NotFound
from shared.events.access import Boundary, Evidence
from shared.events.premises import Names


class Direction(StrEnum):
    """Through a door: `in` leads from its from-zone to its to-zone, `out` the other way."""

    IN = "in"
    OUT = "out"


class DoorMode(StrEnum):
    """By what a door's ways in open. Its ways out open in every mode."""

    LOCKED = "locked"
    """For nobody."""
    UNLOCKED = "unlocked"
    """It stands unlocked."""
    SCHEDULE = "schedule"
    """Unlocked at the hours of its schedule, by badge at all others."""
    BADGE = "badge"
    BADGE_PIN = "badge_pin"
    """A badge and its holder's PIN."""
    FIRST_BADGE = "first_badge"
    """Within the hours of its schedule the first badge unlocks it until they end."""


BY_SCHEDULE = frozenset({DoorMode.SCHEDULE, DoorMode.FIRST_BADGE})


class NoSuchDoor(NotFound):
    """There is no such door here."""


class NoSuchAccessPoint(NotFound):
    """There is no such access point here."""


class DoorCodeTaken(Conflict):
    """Another door has this code; choose another one."""


class DoorLeadsNowhere(Conflict):
    """A door joins two different zones, or a zone and the outside of the park."""


class UnlockScheduleDoesNotFit(Malformed):
    """The modes schedule and first_badge need an unlock schedule; the others take none."""


@dataclass(frozen=True)
class DoorSettings:
    """What may be changed of a door that stands; times in milliseconds."""

    name_fr: str
    name_ar: str
    name_en: str
    strike_ms: int
    open_ms: int
    extended_strike_ms: int
    extended_open_ms: int
    evidence: Evidence
    card_format: CardFormat | None


class Door(AccessTable, table=True):
    """Joins two zones, or a zone and the outside; driven by one controller."""

    __tablename__ = "doors"
    __table_args__ = (
        one_of("evidence", Evidence),
        one_of("card_format", CardFormat),
        one_of("mode", DoorMode),
        CheckConstraint("strike_ms BETWEEN 100 AND 60000", name="strike_ms"),
        CheckConstraint(
            "extended_strike_ms BETWEEN strike_ms AND 60000", name="extended_strike_ms"
        ),
        CheckConstraint("open_ms BETWEEN 1000 AND 600000", name="open_ms"),
        CheckConstraint("extended_open_ms BETWEEN open_ms AND 600000", name="extended_open_ms"),
        CheckConstraint(
            "(mode IN ('schedule', 'first_badge')) = (unlock_schedule_id IS NOT NULL)",
            name="unlock_schedule",
        ),
    )

    door_id: UUID = Field(default_factory=uuid4, primary_key=True)
    code: str = Field(unique=True)
    name_fr: str
    name_ar: str
    name_en: str
    from_zone_id: UUID | None = Field(default=None, foreign_key="zones.zone_id", index=True)
    """None: the outside of the park."""
    to_zone_id: UUID = Field(foreign_key="zones.zone_id", index=True)
    controller_id: UUID = Field(foreign_key="controllers.controller_id", index=True)
    strike_ms: int = 5000
    """How long the lock is released."""
    open_ms: int = 30_000
    """How long it may stand open."""
    extended_strike_ms: int = 15_000
    """The same for people who need longer."""
    extended_open_ms: int = 60_000
    evidence: Evidence = Field(default=Evidence.CONTACT, sa_type=String)
    """Whether a contact tells that somebody passed, or a grant must count as a passage."""
    card_format: CardFormat | None = Field(default=None, sa_type=String)
    """What its reader reads; None: of each tenant the format that its cards have."""
    mode: DoorMode = Field(default=DoorMode.BADGE, sa_type=String)
    unlock_schedule_id: UUID | None = None
    unlocked_until: datetime | None = Field(default=None, sa_type=UTC_TIME)
    """Where the first badge unlocks: until when one has."""
    listed_at: datetime = Field(sa_type=UTC_TIME)
    version: int = 1

    def change(self, settings: DoorSettings) -> None:
        """It works by these settings from now on."""
        for name, value in vars(settings).items():
            setattr(self, name, value)
        self.version += 1

    @property
    def settings(self) -> DoorSettings:
        return DoorSettings(
            **{name: getattr(self, name) for name in DoorSettings.__dataclass_fields__}
        )

    def turn_to(self, mode: DoorMode, *, unlock_schedule_id: UUID | None) -> None:
        """It opens in this way from now on; what a first badge had unlocked is locked again. Raises
        `UnlockScheduleDoesNotFit`.
        """
        if (mode in BY_SCHEDULE) != (unlock_schedule_id is not None):
            raise UnlockScheduleDoesNotFit
        self.mode, self.unlock_schedule_id = mode, unlock_schedule_id
        self.unlocked_until = None
        self.version += 1

    @property
    def names(self) -> Names:
        return Names(fr=self.name_fr, ar=self.name_ar, en=self.name_en)


follow_schedules(Door, "unlock_schedule_id")


class AccessPoint(AccessTable, table=True):
    """One direction through a door."""

    __tablename__ = "access_points"
    __table_args__ = (one_of("direction", Direction),)

    access_point_id: UUID = Field(default_factory=uuid4, primary_key=True)
    door_id: UUID = Field(foreign_key="doors.door_id", index=True)
    direction: Direction = Field(sa_type=String)
    from_zone_id: UUID | None = Field(default=None, foreign_key="zones.zone_id")
    to_zone_id: UUID | None = Field(default=None, foreign_key="zones.zone_id")
    is_way_out: bool


def is_way_out(*, source: Zone | None, target: Zone | None) -> bool:
    """Whether this direction leads to an ancestor, or outside. Getting out is never refused."""
    if target is None:
        return True
    return source is not None and target.zone_id in source.ancestor_ids


def boundary_of(*, from_zone_id: UUID | None, to_zone_id: UUID | None) -> Boundary:
    """What passing there means for the park as a whole."""
    if from_zone_id is None:
        return Boundary.ENTERED_PARK
    return Boundary.LEFT_PARK if to_zone_id is None else Boundary.INSIDE


def directions(door: Door, *, source: Zone | None, target: Zone) -> list[AccessPoint]:
    """Both directions through a door. Raises `DoorLeadsNowhere`."""
    if source is not None and source.zone_id == target.zone_id:
        raise DoorLeadsNowhere
    outside = None if source is None else source.zone_id
    return [
        AccessPoint(
            door_id=door.door_id,
            direction=Direction.IN,
            from_zone_id=outside,
            to_zone_id=target.zone_id,
            is_way_out=is_way_out(source=source, target=target),
        ),
        AccessPoint(
            door_id=door.door_id,
            direction=Direction.OUT,
            from_zone_id=target.zone_id,
            to_zone_id=outside,
            is_way_out=is_way_out(source=target, target=source),
        ),
    ]
