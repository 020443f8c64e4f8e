"""How a tenant receives its visitors: whether the pass opens doors by itself, and for how long.

One rule: a tenant without a policy has the park's usual one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime
from sqlmodel import Field

from services.visitors.database import VisitorsTable, Word, one_of
from shared.events.visits import Admits, Entries

LONGEST_MINUTES = 24 * 60


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


class VisitPolicy(VisitorsTable, table=True):
    """One tenant's way to receive visitors."""

    __tablename__ = "visit_policies"
    __table_args__ = (
        one_of("admits", Admits),
        CheckConstraint(f"lead_minutes BETWEEN 0 AND {LONGEST_MINUTES}", name="lead_minutes"),
        CheckConstraint(f"grace_minutes BETWEEN 0 AND {LONGEST_MINUTES}", name="grace_minutes"),
    )

    tenant_id: UUID = Field(primary_key=True)
    admits: Admits = Field(sa_type=Word(Admits))
    lead_minutes: int
    grace_minutes: int
    changed_by: UUID
    changed_at: datetime = Field(sa_type=DateTime(timezone=True))
    version: int

    def rules(self) -> PassRules:
        """What it says of a pass made now."""
        return PassRules(
            admits=self.admits,
            entries=Entries.ONCE_UNTIL_LEFT,
            lead=timedelta(minutes=self.lead_minutes),
            grace=timedelta(minutes=self.grace_minutes),
        )


def usual_rules(*, lead: timedelta, grace: timedelta) -> PassRules:
    """The park's usual policy: the pass opens doors by itself, once until its holder has left."""
    return PassRules(admits=Admits.DOOR, entries=Entries.ONCE_UNTIL_LEFT, lead=lead, grace=grace)
