"""The columns of a visit."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    FetchedValue,
    Index,
    Text,
    Uuid,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from services.visitors.database import VisitorsTable, Word, one_of
from services.visitors.policies.domain import VisitKind
from shared.events.directory import Language
from shared.events.visits import Admits, Entries, How, VisitStatus
from shared.snapshots import TransactionId


class ApprovalBy(StrEnum):
    """Whose word a visit waits for, or waited."""

    HOST = "host"
    TENANT = "tenant"


class Says(StrEnum):
    """What the visitor has told by themselves."""

    LATE = "late"
    NOT_COMING = "not_coming"


HAS_CO_HOSTS = "co_host_ids <> '{}'"
"""As the index of co-hosts says it; a query must say it likewise to be answered by the index."""

IS_HERE = "status IN ('arrived', 'checked_in', 'on_break')"
IS_LET_IN = "let_in_at IS NOT NULL"
OVER_NIGHT = "ends_wall::date > starts_wall::date"
TO_SWEEP = (
    "status IN ('draft', 'pending_approval', 'expected', 'arrived', 'checked_in', 'on_break')"
)
"""As the index of what the sweeps look at says it; their queries say it likewise."""


def _instant(*, optional: bool = False) -> Column[datetime]:
    return Column(DateTime(timezone=True), nullable=optional)


def _changed() -> Column[int]:
    return Column(TransactionId, FetchedValue(), FetchedValue(for_update=True), nullable=True)


def _wall() -> Column[datetime]:
    return Column(DateTime(timezone=False), nullable=False)


def _ids(*, optional: bool = False) -> Column[list[UUID]]:
    return Column(ARRAY(Uuid), nullable=optional)


class VisitColumns(VisitorsTable):
    """What a row holds of a visit; of its pass only rotation and digest."""

    __table_args__ = (
        one_of("status", VisitStatus),
        one_of("how", How),
        one_of("admits", Admits),
        one_of("entries", Entries),
        one_of("kind", VisitKind),
        one_of("approval_by", ApprovalBy),
        one_of("says", Says),
        CheckConstraint("starts_at < ends_at", name="window"),
        CheckConstraint("pass_valid_from < pass_valid_until", name="pass_window"),
        CheckConstraint("(booking_id IS NULL) = (guest_id IS NULL)", name="guest"),
        Index(
            "visits_guest_key",
            "booking_id",
            "guest_id",
            unique=True,
            postgresql_where=text("booking_id IS NOT NULL AND status <> 'cancelled'"),
        ),
        Index(
            "visits_of_series_idx",
            "series_id",
            "starts_at",
            postgresql_where=text("series_id IS NOT NULL"),
        ),
        Index(
            "visits_to_sweep_idx",
            "pass_valid_until",
            postgresql_where=text(TO_SWEEP),
        ),
        Index(
            "visits_of_pass_key",
            "pass_digest",
            "recurrence_wall",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        Index(
            "visits_of_code_key",
            "desk_code",
            "recurrence_wall",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("(series_id IS NULL) = (recurrence_wall IS NULL)", name="series"),
        Index("visits_changed_idx", "changed"),
        Index("visits_here_idx", "tenant_id", postgresql_where=text(IS_HERE)),
        Index("visits_let_in_idx", "let_in_at", postgresql_where=text(IS_LET_IN)),
        Index("visits_over_night_idx", "ends_at", postgresql_where=text(OVER_NIGHT)),
        Index(
            "visits_by_code_idx",
            "desk_code",
            postgresql_ops={"desk_code": "text_pattern_ops"},
        ),
        Index(
            "visits_by_plate_idx",
            literal_column("upper(translate(plate, ' -./|', ''))").label("sign"),
            postgresql_ops={"sign": "text_pattern_ops"},
            postgresql_where=text("plate IS NOT NULL"),
        ),
        Index("visits_of_tenant_idx", "tenant_id", "starts_at", "id"),
        Index("visits_of_host_idx", "host_id", "starts_at", "id"),
        Index("visits_by_start_idx", "starts_at", "id"),
        Index(
            "visits_of_co_host_idx",
            "co_host_ids",
            postgresql_using="gin",
            postgresql_where=text(HAS_CO_HOSTS),
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    status: VisitStatus = Field(sa_type=Word(VisitStatus))
    how: How | None = Field(default=None, sa_type=Word(How))
    visitor_id: UUID = Field(foreign_key="visitors.id", index=True)
    tenant_id: UUID
    host_id: UUID
    co_host_ids: list[UUID] = Field(default_factory=list, sa_column=_ids())
    starts_at: datetime = Field(sa_column=_instant())
    ends_at: datetime = Field(sa_column=_instant())
    starts_wall: datetime = Field(sa_column=_wall())
    ends_wall: datetime = Field(sa_column=_wall())
    timezone: str
    language: Language = Field(sa_type=Text)
    zone_ids: list[UUID] = Field(sa_column=_ids())
    zones_asked: list[UUID] | None = Field(default=None, sa_column=_ids(optional=True))
    desk_zone_id: UUID | None = None
    is_escort_required: bool = False
    escort_ids: list[UUID] = Field(default_factory=list, sa_column=_ids())
    booking_id: UUID | None = None
    guest_id: UUID | None = None
    room_zone_id: UUID | None = None
    """The booked room's zone, where the visitor is told to go."""
    desk_code: str
    """Of one visit, or of all visits of one series, as the pass is."""
    pass_rotation: int = 0
    pass_digest: str
    pass_valid_from: datetime = Field(sa_column=_instant())
    pass_valid_until: datetime = Field(sa_column=_instant())
    admits: Admits = Field(sa_type=Word(Admits))
    entries: Entries = Field(sa_type=Word(Entries))
    calendar_sequence: int = 0
    """SEQUENCE of the calendar entry (RFC 5545, 3.8.7.4)."""
    arrived_at: datetime | None = Field(default=None, sa_column=_instant(optional=True))
    checked_in_at: datetime | None = Field(default=None, sa_column=_instant(optional=True))
    checked_out_at: datetime | None = Field(default=None, sa_column=_instant(optional=True))
    check_in_undone_at: datetime | None = Field(default=None, sa_column=_instant(optional=True))
    """When the desk last took a check-in back; only a person admits the visitor from then on."""
    let_in_at: datetime | None = Field(default=None, sa_column=_instant(optional=True))
    """When a door let them in though the visit is off, or for another day; None once they left."""
    found_at: datetime | None = Field(default=None, sa_column=_instant(optional=True))
    """When somebody last met whom a door had let in so."""
    found_by: UUID | None = None
    here_at: datetime | None = Field(default=None, sa_column=_instant(optional=True))
    """When a door or a person last knew that the visitor was here."""
    break_at: datetime | None = Field(default=None, sa_column=_instant(optional=True))
    """When the break began that the visitor is on."""
    cancelled_at: datetime | None = Field(default=None, sa_column=_instant(optional=True))
    kind: VisitKind = Field(default=VisitKind.VISITOR, sa_type=Word(VisitKind))
    private_note: str | None = None
    """For the desk; only hosts and receptions read it. It is in no event, notice or log."""
    accessibility: str | None = None
    """What the visitor needs to get in, and out in an evacuation."""
    plate: str | None = None
    insurance_until: date | None = None
    """The last day that a contractor's insurance covers."""
    induction_on: date | None = None
    """The day on which a contractor was instructed."""
    permit_number: str | None = None
    id_seen_at: datetime | None = Field(default=None, sa_column=_instant(optional=True))
    id_seen_by: UUID | None = None
    badge_printed_at: datetime | None = Field(default=None, sa_column=_instant(optional=True))
    pass_revoked_at: datetime | None = Field(default=None, sa_column=_instant(optional=True))
    pass_revoked_by: UUID | None = None
    approval_by: ApprovalBy | None = Field(default=None, sa_type=Word(ApprovalBy))
    decided_by: UUID | None = None
    decision_reason: str | None = None
    says: Says | None = Field(default=None, sa_type=Word(Says))
    says_late_minutes: int | None = None
    host_told_at: datetime | None = Field(default=None, sa_column=_instant(optional=True))
    """When the host was told that the visitor is here."""
    host_coming_at: datetime | None = Field(default=None, sa_column=_instant(optional=True))
    """When one of the hosts said that they go to meet the visitor."""
    host_coming_by: UUID | None = None
    says_at: datetime | None = Field(default=None, sa_column=_instant(optional=True))
    series_id: UUID | None = Field(default=None, foreign_key="visit_series.id")
    recurrence_wall: datetime | None = Field(
        default=None, sa_column=Column(DateTime(timezone=False), nullable=True)
    )
    """RECURRENCE-ID (RFC 5545, 3.8.4.4): when this one was to begin by the rule."""
    created_by: UUID | None = None
    created_at: datetime = Field(sa_column=_instant())
    version: int = 1
    changed: int | None = Field(default=None, sa_column=_changed())
    """The transaction that wrote it last; a trigger keeps it."""
