"""Zones form a tree (park > building > floor > suite, room); doors join two of them.

Pure rules. One rule: a way out is an access point that leads from a zone to one of its ancestors,
or outside the park; every other is a way in.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ARRAY, CheckConstraint, String, Uuid
from sqlmodel import Field

from services.access.card_formats import CardFormat
from services.access.database import UTC_TIME, AccessTable, one_of
from shared.errors import Conflict, NotFound
from shared.events.access import Boundary, Evidence
from shared.events.premises import Names, ZoneFacts, ZoneKind, ZoneListed

_LEVEL = {
    ZoneKind.PARK: 0,
    ZoneKind.BUILDING: 1,
    ZoneKind.FLOOR: 2,
    ZoneKind.SUITE: 3,
    ZoneKind.ROOM: 4,
}


class Direction(StrEnum):
    """Through a door: `in` leads from its from-zone to its to-zone, `out` the other way."""

    IN = "in"
    OUT = "out"


class NoSuchZone(NotFound):
    """There is no such zone here."""


class NoSuchDoor(NotFound):
    """There is no such door here."""


class NoSuchAccessPoint(NotFound):
    """There is no such access point here."""


class ZoneCodeTaken(Conflict):
    """Another zone has this code; choose another one."""


class DoorCodeTaken(Conflict):
    """Another door has this code; choose another one."""


class ZoneDoesNotFit(Conflict):
    """A zone lies in a larger one: park, building, floor, suite, room; only a park stands alone."""


class ZoneIsLet(Conflict):
    """The zone around it is let to another tenant."""


class DoorLeadsNowhere(Conflict):
    """A door joins two different zones, or a zone and the outside of the park."""


class Zone(AccessTable, table=True):
    """A part of the park that doors lead into."""

    __tablename__ = "zones"
    __table_args__ = (one_of("kind", ZoneKind),)

    zone_id: UUID = Field(default_factory=uuid4, primary_key=True)
    code: str = Field(unique=True)
    parent_id: UUID | None = Field(default=None, foreign_key="zones.zone_id", index=True)
    ancestor_ids: list[UUID] = Field(default_factory=list, sa_type=ARRAY(Uuid))
    """From the park down to the parent."""
    kind: ZoneKind = Field(sa_type=String)
    name_fr: str
    name_ar: str
    name_en: str
    tenant_id: UUID | None = Field(default=None, foreign_key="tenants.tenant_id", index=True)
    """Who rents it; None where it is shared. What lies within a rented zone is rented too."""
    is_bookable: bool = False
    is_listed: bool = True
    listed_at: datetime = Field(sa_type=UTC_TIME)

    def lie_within(self, parent: Zone | None) -> None:
        """Takes its place in the tree. Raises `ZoneDoesNotFit`, `ZoneIsLet`."""
        if parent is None:
            if self.kind != ZoneKind.PARK:
                raise ZoneDoesNotFit
            return
        if _LEVEL[ZoneKind(self.kind)] <= _LEVEL[ZoneKind(parent.kind)]:
            raise ZoneDoesNotFit
        if parent.tenant_id is not None and self.tenant_id not in {None, parent.tenant_id}:
            raise ZoneIsLet
        self.parent_id = parent.zone_id
        self.ancestor_ids = [*parent.ancestor_ids, parent.zone_id]
        self.tenant_id = self.tenant_id or parent.tenant_id

    @property
    def names(self) -> Names:
        return Names(fr=self.name_fr, ar=self.name_ar, en=self.name_en)

    def listed(self) -> ZoneListed:
        return ZoneListed(zone=self.facts())

    def facts(self) -> ZoneFacts:
        return ZoneFacts(
            zone_id=self.zone_id,
            parent_id=self.parent_id,
            kind=ZoneKind(self.kind),
            names=self.names,
            tenant_id=self.tenant_id,
            is_bookable=self.is_bookable,
            is_listed=self.is_listed,
        )


class Door(AccessTable, table=True):
    """Joins two zones, or a zone and the outside; driven by one controller."""

    __tablename__ = "doors"
    __table_args__ = (
        one_of("evidence", Evidence),
        one_of("card_format", CardFormat),
        CheckConstraint("strike_ms BETWEEN 100 AND 60000", name="strike_ms"),
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
    evidence: Evidence = Field(default=Evidence.CONTACT, sa_type=String)
    """Whether a contact tells that somebody passed, or a grant must count as a passage."""
    card_format: CardFormat | None = Field(default=None, sa_type=String)
    """What its reader reads; None: of each tenant the format that its cards have."""
    listed_at: datetime = Field(sa_type=UTC_TIME)

    @property
    def names(self) -> Names:
        return Names(fr=self.name_fr, ar=self.name_ar, en=self.name_en)


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
