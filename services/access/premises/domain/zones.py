"""Zones form a tree: park > building > floor > suite, room.

One rule: what lies within a zone is covered by whatever covers the zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ARRAY, CheckConstraint, String, Uuid
from sqlmodel import Field

from services.access.database import UTC_TIME, AccessTable, one_of
from shared.errors import Conflict, NotFound
from shared.events.premises import Names, ZoneDelisted, ZoneFacts, ZoneKind, ZoneListed

_LEVEL = {
    ZoneKind.PARK: 0,
    ZoneKind.BUILDING: 1,
    ZoneKind.FLOOR: 2,
    ZoneKind.SUITE: 3,
    ZoneKind.ROOM: 4,
}


class NoSuchZone(NotFound):
    """There is no such zone here."""


class ZoneCodeTaken(Conflict):
    """Another zone has this code; choose another one."""


class ZoneDoesNotFit(Conflict):
    """A zone lies in a larger one: park, building, floor, suite, room; only a park stands alone."""


class ZoneIsLet(Conflict):
    """The zone around it is let to another tenant."""


class ZoneIsGone(Conflict):
    """This zone is no longer a part of the park."""


class AntiPassback(StrEnum):
    """What happens to whoever is inside already and asks to come in once more."""

    NONE = "none"
    SOFT = "soft"
    """They may pass, and it is flagged."""
    HARD = "hard"
    """They may not pass until they have left."""
    TIMED = "timed"
    """They may not pass for some minutes after their last entry."""


@dataclass(frozen=True, slots=True)
class ZoneRules:
    """Under which conditions a zone is entered, whatever right one has."""

    anti_passback: AntiPassback = AntiPassback.NONE
    anti_passback_minutes: int | None = None
    """With `timed` alone."""
    max_people: int | None = None
    min_people: int = 1
    """Two: nobody is in it alone."""
    is_escorted: bool = False
    """Visitors need an escort."""

    @property
    def forgets_after(self) -> timedelta | None:
        """For how long `timed` remembers an entry."""
        minutes = self.anti_passback_minutes
        return None if minutes is None else timedelta(minutes=minutes)


class Zone(AccessTable, table=True):
    """A part of the park that doors lead into."""

    __tablename__ = "zones"
    __table_args__ = (
        one_of("kind", ZoneKind),
        one_of("anti_passback", AntiPassback),
        CheckConstraint(
            "(anti_passback = 'timed') = (anti_passback_minutes IS NOT NULL)",
            name="anti_passback_timed",
        ),
        CheckConstraint("anti_passback_minutes BETWEEN 1 AND 1440", name="anti_passback_minutes"),
        CheckConstraint("min_people IN (1, 2)", name="min_people"),
        CheckConstraint("max_people >= min_people", name="max_people"),
    )

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
    anti_passback: AntiPassback = Field(default=AntiPassback.NONE, sa_type=String)
    anti_passback_minutes: int | None = None
    max_people: int | None = None
    min_people: int = 1
    is_escorted: bool = False
    is_listed: bool = True
    listed_at: datetime = Field(sa_type=UTC_TIME)
    version: int = 1

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

    def change(self, names: Names, *, is_bookable: bool) -> ZoneListed:
        """It is called otherwise, or may (not) be booked from now on. Raises `ZoneIsGone`."""
        self._move_on()
        self.name_fr, self.name_ar, self.name_en = names.fr, names.ar, names.en
        self.is_bookable = is_bookable
        return self.listed()

    def follow(self, rules: ZoneRules) -> None:
        """It is entered under these rules from now on. Raises `ZoneIsGone`."""
        self._move_on()
        self.anti_passback = rules.anti_passback
        self.anti_passback_minutes = rules.anti_passback_minutes
        self.max_people = rules.max_people
        self.min_people = rules.min_people
        self.is_escorted = rules.is_escorted

    def fall_to(self, tenant_id: UUID) -> ZoneListed:
        """Its tenant has moved out; it is this one's from now on. Raises `ZoneIsGone`."""
        self._move_on()
        self.tenant_id = tenant_id
        return self.listed()

    def delist(self) -> ZoneDelisted:
        """It is no longer a part of the park. Raises `ZoneIsGone`."""
        self._move_on()
        self.is_listed = False
        return ZoneDelisted(zone=self.facts())

    def _move_on(self) -> None:
        if not self.is_listed:
            raise ZoneIsGone
        self.version += 1

    @property
    def path(self) -> tuple[UUID, ...]:
        """From the park down to this zone itself."""
        return (*self.ancestor_ids, self.zone_id)

    @property
    def rules(self) -> ZoneRules:
        return ZoneRules(
            anti_passback=AntiPassback(self.anti_passback),
            anti_passback_minutes=self.anti_passback_minutes,
            max_people=self.max_people,
            min_people=self.min_people,
            is_escorted=self.is_escorted,
        )

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
