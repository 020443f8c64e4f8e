"""Rights: who may pass into which zone or through which access point, when, and by whose word.

Pure rules. One rule: what another service's event asks for is *clipped* to what may be granted; the
excess is kept as refused, and raises an alarm. A right covers the access points *into* its zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index, String, text
from sqlmodel import Field

from services.access.database import UTC_TIME, AccessTable, one_of
from services.access.premises.domain import Zone
from services.access.rights.known import KnownBooking, KnownVisit
from shared.errors import Conflict, Malformed, NotFound


class RightHolder(StrEnum):
    """Whose right it is. A tenant's covers all its people."""

    PERSON = "person"
    TENANT = "tenant"
    VISIT = "visit"


class RightSource(StrEnum):
    """What a right comes from: somebody's word, or a visit or booking that stands."""

    GRANT = "grant"
    VISIT = "visit"
    BOOKING = "booking"


class RightStatus(StrEnum):
    """Refused rights open nothing; they tell what was asked for in vain."""

    GRANTED = "granted"
    REFUSED = "refused"


class Schedule(StrEnum):
    """At which hours a right counts."""

    ALWAYS = "always"


class NoSuchRight(NotFound):
    """There is no such right here."""


class AlreadyEnded(Conflict):
    """This right has ended already."""


class FollowsItsSource(Conflict):
    """This right comes from a visit or a booking and ends with it; change that instead."""


class OneTarget(Malformed):
    """A right is for one zone or for one access point."""


class Right(AccessTable, table=True):
    """Who, into where, when, from what, by whom."""

    __tablename__ = "rights"
    __table_args__ = (
        one_of("holder_kind", RightHolder),
        one_of("source", RightSource),
        one_of("status", RightStatus),
        CheckConstraint("num_nonnulls(zone_id, access_point_id) = 1", name="target"),
        CheckConstraint("source = 'grant' OR source_id IS NOT NULL", name="source_id"),
        Index(
            "rights_live_idx",
            "holder_id",
            "zone_id",
            postgresql_where=text("ended_at IS NULL AND status = 'granted'"),
        ),
        Index(
            "rights_source_idx",
            "source_id",
            postgresql_where=text("ended_at IS NULL AND source_id IS NOT NULL"),
        ),
        Index("rights_holder_idx", "holder_id", "right_id"),
    )

    right_id: UUID = Field(default_factory=uuid4, primary_key=True)
    holder_kind: RightHolder = Field(sa_type=String)
    holder_id: UUID
    zone_id: UUID | None = None
    """Of a refused right perhaps one that does not exist."""
    access_point_id: UUID | None = Field(default=None, foreign_key="access_points.access_point_id")
    schedule: Schedule = Field(default=Schedule.ALWAYS, sa_type=String)
    valid_from: datetime | None = Field(default=None, sa_type=UTC_TIME)
    valid_until: datetime | None = Field(default=None, sa_type=UTC_TIME)
    source: RightSource = Field(default=RightSource.GRANT, sa_type=String)
    source_id: UUID | None = None
    author_id: UUID | None = None
    author_tenant_id: UUID | None = None
    status: RightStatus = Field(default=RightStatus.GRANTED, sa_type=String)
    granted_at: datetime = Field(sa_type=UTC_TIME)
    ended_at: datetime | None = Field(default=None, sa_type=UTC_TIME)

    def end(self, *, at: datetime) -> None:
        """It opens nothing any more. Raises `AlreadyEnded`, `FollowsItsSource`."""
        if self.source != RightSource.GRANT:
            raise FollowsItsSource
        if self.ended_at is not None:
            raise AlreadyEnded
        self.ended_at = at

    @property
    def asked(self) -> Asked:
        assert self.zone_id is not None
        return Asked(
            holder_kind=RightHolder(self.holder_kind),
            holder_id=self.holder_id,
            zone_id=self.zone_id,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            status=RightStatus(self.status),
        )


@dataclass(frozen=True)
class Asked:
    """A right that a visit or booking asks for, clipped: granted or refused."""

    holder_kind: RightHolder
    holder_id: UUID
    zone_id: UUID
    valid_from: datetime | None
    valid_until: datetime | None
    status: RightStatus = RightStatus.GRANTED


def rights_of_visit(visit: KnownVisit, *, zones: Mapping[UUID, Zone]) -> set[Asked]:
    """Into each zone of the visit and each ancestor of it, as long as the pass lives.

    Only the host tenant's zones and shared ones are theirs to grant. Of a booking's guest the
    booked room itself is left out: it follows the booking.
    """
    if visit.is_over or visit.pass_valid_from is None:
        return set()
    granted: set[UUID] = set()
    refused: set[UUID] = set()
    for zone_id in visit.zone_ids:
        zone = zones.get(zone_id)
        is_the_booked_room = visit.booking_id is not None and zone is not None and zone.is_bookable
        if zone is None or (not _is_theirs(zone, visit.tenant_id) and not is_the_booked_room):
            refused.add(zone_id)
            continue
        path = {each for each in zone.ancestor_ids if _is_known_theirs(each, visit, zones)}
        granted |= path if is_the_booked_room else path | {zone_id}
    return _asked(visit, granted, RightStatus.GRANTED) | _asked(visit, refused, RightStatus.REFUSED)


def _is_theirs(zone: Zone, tenant_id: UUID) -> bool:
    return zone.tenant_id is None or zone.tenant_id == tenant_id


def _is_known_theirs(zone_id: UUID, visit: KnownVisit, zones: Mapping[UUID, Zone]) -> bool:
    zone = zones.get(zone_id)
    return zone is not None and _is_theirs(zone, visit.tenant_id)


def _asked(visit: KnownVisit, zone_ids: Iterable[UUID], status: RightStatus) -> set[Asked]:
    return {
        Asked(
            holder_kind=RightHolder.VISIT,
            holder_id=visit.visit_id,
            zone_id=zone_id,
            valid_from=visit.pass_valid_from,
            valid_until=visit.pass_valid_until,
            status=status,
        )
        for zone_id in zone_ids
    }


def rights_of_booking(
    booking: KnownBooking, *, zone: Zone | None, guests: Iterable[KnownVisit], lead: timedelta
) -> set[Asked]:
    """Its people and guests into its room alone, from `lead` before until its end."""
    if not booking.stands or booking.ends_at <= booking.starts_at:
        return set()
    is_granted = zone is not None and zone.is_bookable
    invited = set(booking.guest_ids)
    visits = [each for each in guests if each.guest_id in invited and not each.is_over]
    holders = [(RightHolder.PERSON, person_id) for person_id in booking.person_ids]
    holders += [(RightHolder.VISIT, visit.visit_id) for visit in visits]
    return {
        Asked(
            holder_kind=kind,
            holder_id=holder_id,
            zone_id=booking.zone_id,
            valid_from=booking.starts_at - lead,
            valid_until=booking.ends_at,
            status=RightStatus.GRANTED if is_granted else RightStatus.REFUSED,
        )
        for kind, holder_id in holders
    }
