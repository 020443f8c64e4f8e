"""Ceilings: how far the landlord lets a tenant grant on a shared zone.

Pure rules. One rule: on a shared zone a tenant's word counts only while a ceiling of that tenant on
exactly that zone counts, too. The landlord's own word needs none.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from services.access.database import UTC_TIME, AccessTable, follow_schedules
from shared.errors import Conflict, NotFound
from shared.identity.listed import Role

PARK = (Role.OPERATOR, Role.FACILITY_MANAGER, Role.SECURITY)
"""Who sets ceilings."""


class NoSuchCeiling(NotFound):
    """There is no such ceiling here."""


class ZoneIsNotShared(Conflict):
    """Only a shared zone has ceilings; this one is let to a tenant."""


class CeilingHasEnded(Conflict):
    """This ceiling has ended; set a new one."""


class Ceiling(AccessTable, table=True):
    """The landlord's word that a tenant may grant on a shared zone, and when it counts."""

    __tablename__ = "ceilings"
    __table_args__ = (
        CheckConstraint("valid_from < valid_until", name="validity"),
        Index(
            "ceilings_live_idx",
            "zone_id",
            "tenant_id",
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    ceiling_id: UUID = Field(default_factory=uuid4, primary_key=True)
    zone_id: UUID = Field(foreign_key="zones.zone_id")
    tenant_id: UUID = Field(foreign_key="tenants.tenant_id", index=True)
    schedule_id: UUID | None = None
    """None: at every hour."""
    valid_from: datetime | None = Field(default=None, sa_type=UTC_TIME)
    valid_until: datetime | None = Field(default=None, sa_type=UTC_TIME)
    author_id: UUID
    """Who said so last."""
    author_tenant_id: UUID
    version: int = 1
    set_at: datetime = Field(sa_type=UTC_TIME)
    ended_at: datetime | None = Field(default=None, sa_type=UTC_TIME)

    def must_stand(self) -> None:
        """Raises `CeilingHasEnded`."""
        if self.ended_at is not None:
            raise CeilingHasEnded

    def change(
        self,
        *,
        schedule_id: UUID | None,
        valid_from: datetime | None,
        valid_until: datetime | None,
    ) -> None:
        """It counts at other times. Raises `CeilingHasEnded`."""
        self.must_stand()
        self.schedule_id = schedule_id
        self.valid_from, self.valid_until = valid_from, valid_until
        self.version += 1

    def end(self, *, at: datetime) -> None:
        """Whatever hung by it counts no more. Raises `CeilingHasEnded`."""
        self.must_stand()
        self.ended_at = at
        self.version += 1


follow_schedules(Ceiling, "schedule_id", as_long_as="ended_at IS NULL")
