"""Bookings and visits as access knows them: read models, fed by events, upserted by sequence.

One rule: no names. A booking is its zone, its window and ids; a visit is its pass's digest, its
window and ids.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Index, String, Uuid
from sqlmodel import Field

from services.access.database import UTC_TIME, AccessTable, one_of
from shared.events.booking import BookingEvent, BookingStatus, ParticipantKind
from shared.events.visits import Admits, Entries, VisitEvent, VisitStatus

OVER = frozenset(
    {
        VisitStatus.CHECKED_OUT,
        VisitStatus.CANCELLED,
        VisitStatus.REFUSED,
        VisitStatus.NO_SHOW,
        VisitStatus.LEFT_UNSEEN,
    }
)
"""Of a visit in one of these the pass opens no way in any more."""

STANDING = frozenset({BookingStatus.CONFIRMED, BookingStatus.CHECKED_IN})


class KnownBooking(AccessTable, table=True):
    """What access keeps of a booking."""

    __tablename__ = "known_bookings"
    __table_args__ = (one_of("status", BookingStatus),)

    booking_id: UUID = Field(primary_key=True)
    sequence: int = Field(sa_type=BigInteger)
    status: BookingStatus = Field(sa_type=String)
    zone_id: UUID
    tenant_id: UUID
    person_ids: list[UUID] = Field(sa_type=ARRAY(Uuid))
    """Organiser and participants who are in the directory."""
    guest_ids: list[UUID] = Field(sa_type=ARRAY(Uuid))
    starts_at: datetime = Field(sa_type=UTC_TIME)
    ends_at: datetime = Field(sa_type=UTC_TIME)

    @classmethod
    def of(cls, event: BookingEvent) -> KnownBooking:
        facts = event.booking
        people = [
            each.person_id
            for each in facts.participants
            if each.kind == ParticipantKind.PERSON and each.person_id is not None
        ]
        guests = [each.guest_id for each in facts.participants if each.guest_id is not None]
        return cls(
            booking_id=facts.booking_id,
            sequence=event.heard.sequence,
            status=facts.status,
            zone_id=facts.zone_id,
            tenant_id=facts.tenant_id,
            person_ids=list(dict.fromkeys([facts.organiser_id, *people])),
            guest_ids=guests,
            starts_at=facts.starts_at,
            ends_at=facts.ends_at,
        )

    @property
    def stands(self) -> bool:
        return self.status in STANDING


class KnownVisit(AccessTable, table=True):
    """What access keeps of a visit and its pass."""

    __tablename__ = "known_visits"
    __table_args__ = (
        one_of("status", VisitStatus),
        one_of("pass_admits", Admits),
        one_of("pass_entries", Entries),
        Index("known_visits_pass_digest_idx", "pass_digest"),
        Index("known_visits_booking_id_idx", "booking_id"),
    )

    visit_id: UUID = Field(primary_key=True)
    sequence: int = Field(sa_type=BigInteger)
    status: VisitStatus = Field(sa_type=String)
    tenant_id: UUID
    visitor_id: UUID
    host_id: UUID
    booking_id: UUID | None = None
    guest_id: UUID | None = None
    zone_ids: list[UUID] = Field(sa_type=ARRAY(Uuid))
    pass_digest: str | None = None
    """Kept when the visit is over, so that a way out knows who leaves, and a way in why not."""
    pass_valid_from: datetime | None = Field(default=None, sa_type=UTC_TIME)
    pass_valid_until: datetime | None = Field(default=None, sa_type=UTC_TIME)
    pass_admits: Admits | None = Field(default=None, sa_type=String)
    pass_entries: Entries | None = Field(default=None, sa_type=String)
    is_escorted: bool = False
    escort_ids: list[UUID] = Field(default_factory=list, sa_type=ARRAY(Uuid))

    @classmethod
    def of(cls, event: VisitEvent) -> KnownVisit:
        facts = event.visit
        known = cls(
            visit_id=facts.visit_id,
            sequence=event.heard.sequence,
            status=facts.status,
            tenant_id=facts.tenant_id,
            visitor_id=facts.visitor.visitor_id,
            host_id=facts.host_id,
            booking_id=facts.booking_id,
            guest_id=facts.guest_id,
            zone_ids=list(facts.zone_ids),
            is_escorted=facts.escort.is_required,
            escort_ids=list(facts.escort.person_ids),
        )
        if facts.visitor_pass is not None:
            known.pass_digest = facts.visitor_pass.digest
            known.pass_valid_from = facts.visitor_pass.valid_from
            known.pass_valid_until = facts.visitor_pass.valid_until
            known.pass_admits = facts.visitor_pass.admits
            known.pass_entries = facts.visitor_pass.entries
        return known

    @property
    def is_over(self) -> bool:
        return self.status in OVER
