"""Rights: who may pass into which zone or through which access point, when, and by whose word.

Pure rules. One rule: what another service's event asks for is *clipped* to what may be granted; the
excess is kept as refused, and raises an alarm. A right covers the access points *into* its zone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index, String, text
from sqlmodel import Field

from services.access.database import UTC_TIME, AccessTable, follow_schedules, one_of
from services.access.premises.domain import Zone
from services.access.rights.known import KnownBooking, KnownVisit
from shared.errors import Conflict, Malformed, NotFound


class RightHolder(StrEnum):
    """Whose right it is. A group's covers whoever is in it, a tenant's all its people."""

    PERSON = "person"
    GROUP = "group"
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
        Index("rights_zone_idx", "zone_id", postgresql_where=text("holder_kind <> 'visit'")),
        Index(
            "rights_access_point_idx",
            "access_point_id",
            postgresql_where=text("access_point_id IS NOT NULL"),
        ),
    )

    right_id: UUID = Field(default_factory=uuid4, primary_key=True)
    holder_kind: RightHolder = Field(sa_type=String)
    holder_id: UUID
    zone_id: UUID | None = None
    """Of a refused right perhaps one that does not exist."""
    access_point_id: UUID | None = Field(default=None, foreign_key="access_points.access_point_id")
    schedule_id: UUID | None = None
    """At whose hours it counts; None: at every hour."""
    valid_from: datetime | None = Field(default=None, sa_type=UTC_TIME)
    valid_until: datetime | None = Field(default=None, sa_type=UTC_TIME)
    source: RightSource = Field(default=RightSource.GRANT, sa_type=String)
    source_id: UUID | None = None
    author_id: UUID | None = None
    author_tenant_id: UUID | None = None
    is_under_ceiling: bool = False
    """On a shared zone it counts only under the landlord's ceiling for the author's tenant."""
    status: RightStatus = Field(default=RightStatus.GRANTED, sa_type=String)
    granted_at: datetime = Field(sa_type=UTC_TIME)
    ended_at: datetime | None = Field(default=None, sa_type=UTC_TIME)

    def must_be_endable(self) -> None:
        """Raises `AlreadyEnded`, `FollowsItsSource`."""
        if self.source != RightSource.GRANT:
            raise FollowsItsSource
        if self.ended_at is not None:
            raise AlreadyEnded

    def end(self, *, at: datetime) -> None:
        """It opens nothing any more. Raises `AlreadyEnded`, `FollowsItsSource`."""
        self.must_be_endable()
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
            author_id=self.author_id,
            author_tenant_id=self.author_tenant_id,
            is_under_ceiling=self.is_under_ceiling,
            status=RightStatus(self.status),
        )


follow_schedules(Right, "schedule_id", as_long_as="ended_at IS NULL")


@dataclass(frozen=True)
class Asked:
    """A right that a visit or booking asks for, clipped: granted or refused."""

    holder_kind: RightHolder
    holder_id: UUID
    zone_id: UUID
    valid_from: datetime | None
    valid_until: datetime | None
    author_id: UUID | None = None
    author_tenant_id: UUID | None = None
    is_under_ceiling: bool = False
    status: RightStatus = RightStatus.GRANTED


def rights_of_visit(
    visit: KnownVisit, *, zones: Mapping[UUID, Zone], capped: Collection[UUID] | None = None
) -> set[Asked]:
    """Into each zone of the visit and each ancestor of it, as long as the pass lives.

    Only the host tenant's zones and shared ones are theirs to grant. Of a booking's guest the
    booked room itself is left out: it follows the booking. Where visits need ceilings, `capped` are
    the zones on which the host's tenant has one; then a shared zone that is no room to book is
    granted under it or not at all, unless it lies on the way to another.
    """
    if visit.is_over or visit.pass_valid_from is None:
        return set()
    path: set[UUID] = set()
    ends: set[UUID] = set()
    under: set[UUID] = set()
    refused: set[UUID] = set()
    for zone_id in visit.zone_ids:
        zone = zones.get(zone_id)
        is_the_booked_room = visit.booking_id is not None and zone is not None and zone.is_bookable
        if zone is None or (not _is_theirs(zone, visit.tenant_id) and not is_the_booked_room):
            refused.add(zone_id)
            continue
        path |= {each for each in zone.ancestor_ids if _is_known_theirs(each, visit, zones)}
        if is_the_booked_room:
            continue
        if capped is None or zone.tenant_id is not None or zone.is_bookable:
            ends.add(zone_id)
        else:
            (under if zone_id in capped else refused).add(zone_id)
    return (
        _asked(visit, path | ends)
        | _asked(visit, under - path, is_under_ceiling=True)
        | _asked(visit, refused - path, status=RightStatus.REFUSED)
    )


def _is_theirs(zone: Zone, tenant_id: UUID) -> bool:
    return zone.tenant_id is None or zone.tenant_id == tenant_id


def _is_known_theirs(zone_id: UUID, visit: KnownVisit, zones: Mapping[UUID, Zone]) -> bool:
    zone = zones.get(zone_id)
    return zone is not None and _is_theirs(zone, visit.tenant_id)


def _asked(
    visit: KnownVisit,
    zone_ids: Iterable[UUID],
    *,
    is_under_ceiling: bool = False,
    status: RightStatus = RightStatus.GRANTED,
) -> set[Asked]:
    """By the word of the host."""
    return {
        Asked(
            holder_kind=RightHolder.VISIT,
            holder_id=visit.visit_id,
            zone_id=zone_id,
            valid_from=visit.pass_valid_from,
            valid_until=visit.pass_valid_until,
            author_id=visit.host_id,
            author_tenant_id=visit.tenant_id,
            is_under_ceiling=is_under_ceiling,
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
