"""How a tenant receives its visitors: by door or desk, when, with whose word, showing what.

One rule: a tenant without a policy has the park's usual one, and the landlord's own is the least
that holds for everybody.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, DateTime, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from services.visitors.database import VisitorsTable, Word, one_of
from shared.events.visits import Admits, Entries

LONGEST_MINUTES = 24 * 60
LONGEST_SILENCE = 120
USUAL_SILENCE = 5
"""Minutes in which a host who is told of a visitor reacts, before others are told."""
MOST_HOURS = 28
"""Four stretches a day."""


class VisitKind(StrEnum):
    """What brings the visitor here; contractors and deliveries meet conditions of their own."""

    VISITOR = "visitor"
    CONTRACTOR = "contractor"
    DELIVERY = "delivery"


class WalkInApproval(StrEnum):
    """Whose word it takes until somebody who was not expected may come in."""

    NOBODY = "nobody"
    HOST = "host"
    TENANT = "tenant"


class Proof(StrEnum):
    """What a contractor shows before they begin."""

    INSURANCE = "insurance"
    INDUCTION = "induction"
    PERMIT = "permit"


_STRICTER = {each: rank for rank, each in enumerate(WalkInApproval)}


@dataclass(frozen=True)
class OpenHours:
    """A stretch of a weekday in which visitors are received, by the park's clock."""

    weekday: int
    """ISO 8601: Monday is 1."""
    opens: time
    closes: time
    """Midnight is the end of the day."""

    def covers(self, wall: datetime) -> bool:
        """Half-open: opens <= t < closes."""
        is_before_end = self.closes == time() or wall.time() < self.closes
        return wall.isoweekday() == self.weekday and self.opens <= wall.time() and is_before_end


@dataclass(frozen=True)
class PassRules:
    """What a policy means for one pass."""

    admits: Admits
    entries: Entries
    lead: timedelta
    grace: timedelta

    def window(self, *, starts_at: datetime, ends_at: datetime) -> tuple[datetime, datetime]:
        """When the pass of such an appointment lives; half-open."""
        return starts_at - self.lead, ends_at + self.grace


@dataclass(frozen=True)
class Policy:
    """How visitors are received: a tenant's own way, with what the landlord asks of all."""

    rules: PassRules
    walk_in_approval: WalkInApproval = WalkInApproval.NOBODY
    is_escort_required: bool = False
    must_see_id: bool = False
    contractor_proofs: frozenset[Proof] = frozenset()
    desk_zone_id: UUID | None = None
    escalate_after: timedelta = timedelta(minutes=USUAL_SILENCE)
    """How long a host who is told that their visitor is here may take to react."""
    hours: tuple[tuple[OpenHours, ...], ...] = ()
    """Each of them must be open; one without a stretch is no week at all and is left out."""

    def under(self, landlord: Policy) -> Policy:
        """The stricter of both in everything but how long a pass lives, which desk receives, and
        when others than the host are told.
        """
        first = Admits.DESK_FIRST in {self.rules.admits, landlord.rules.admits}
        admits = Admits.DESK_FIRST if first else Admits.DOOR
        asked = (self.walk_in_approval, landlord.walk_in_approval)
        return replace(
            self,
            rules=replace(self.rules, admits=admits),
            walk_in_approval=max(asked, key=_STRICTER.__getitem__),
            is_escort_required=self.is_escort_required or landlord.is_escort_required,
            must_see_id=self.must_see_id or landlord.must_see_id,
            contractor_proofs=self.contractor_proofs | landlord.contractor_proofs,
            hours=self.hours + landlord.hours,
        )

    def receives_at(self, wall: datetime) -> bool:
        """Whether visitors are received then; `wall` is the park's clock."""
        return all(any(each.covers(wall) for each in week) for week in self.hours)


class VisitPolicy(VisitorsTable, table=True):
    """One tenant's way to receive visitors."""

    __tablename__ = "visit_policies"
    __table_args__ = (
        one_of("admits", Admits),
        one_of("walk_in_approval", WalkInApproval),
        CheckConstraint(f"lead_minutes BETWEEN 0 AND {LONGEST_MINUTES}", name="lead_minutes"),
        CheckConstraint(f"grace_minutes BETWEEN 0 AND {LONGEST_MINUTES}", name="grace_minutes"),
        CheckConstraint(
            f"escalate_after_minutes BETWEEN 1 AND {LONGEST_SILENCE}", name="escalate_after_minutes"
        ),
    )

    tenant_id: UUID = Field(primary_key=True)
    admits: Admits = Field(sa_type=Word(Admits))
    lead_minutes: int
    grace_minutes: int
    walk_in_approval: WalkInApproval = Field(
        default=WalkInApproval.NOBODY, sa_type=Word(WalkInApproval)
    )
    is_escort_required: bool = False
    must_see_id: bool = False
    contractor_proofs: list[str] = Field(
        default_factory=list, sa_column=Column(ARRAY(Text), nullable=False)
    )
    desk_zone_id: UUID | None = None
    escalate_after_minutes: int = USUAL_SILENCE
    hours: list[dict[str, object]] = Field(
        default_factory=list, sa_column=Column(JSONB, nullable=False)
    )
    """`[{"weekday": 1, "opens": "08:00", "closes": "18:00"}]`; none: at any time."""
    changed_by: UUID
    changed_at: datetime = Field(sa_type=DateTime(timezone=True))
    version: int

    def policy(self) -> Policy:
        """What it says of a visit made now."""
        week = tuple(
            OpenHours(
                weekday=int(str(each["weekday"])),
                opens=time.fromisoformat(str(each["opens"])),
                closes=time.fromisoformat(str(each["closes"])),
            )
            for each in self.hours
        )
        return Policy(
            rules=PassRules(
                admits=self.admits,
                entries=Entries.ONCE_UNTIL_LEFT,
                lead=timedelta(minutes=self.lead_minutes),
                grace=timedelta(minutes=self.grace_minutes),
            ),
            walk_in_approval=self.walk_in_approval,
            is_escort_required=self.is_escort_required,
            must_see_id=self.must_see_id,
            contractor_proofs=frozenset(Proof(each) for each in self.contractor_proofs),
            desk_zone_id=self.desk_zone_id,
            escalate_after=timedelta(minutes=self.escalate_after_minutes),
            hours=(week,) if week else (),
        )


def usual_rules(*, lead: timedelta, grace: timedelta) -> PassRules:
    """The park's usual policy: the pass opens doors by itself, once until its holder has left."""
    return PassRules(admits=Admits.DOOR, entries=Entries.ONCE_UNTIL_LEFT, lead=lead, grace=grace)
