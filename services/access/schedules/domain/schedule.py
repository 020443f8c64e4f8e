"""Schedules: hours under a code, shared by the whole park or one tenant's own.

Pure rules. One rule: what still counts by a schedule keeps it listed. The tables that refer to one
say so by a foreign key to (`schedule_id`, `is_listed`) that holds as long as they count, so the
database itself refuses to delist what is in use, and to use what is delisted.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.access.database import UTC_TIME, AccessTable
from services.access.schedules.domain.hours import Hours
from shared.errors import Conflict, NotFound
from shared.identity.listed import NotYourRole, Person, Role

PARK = (Role.OPERATOR, Role.FACILITY_MANAGER)
"""Who looks after shared schedules and special days."""


class NoSuchSchedule(NotFound):
    """There is no such schedule here."""


class ScheduleCodeTaken(Conflict):
    """Another schedule has this code; choose another one."""


class ScheduleOfAnotherTenant(Conflict):
    """Another tenant keeps this schedule and may change its hours; take a shared one."""


class ScheduleInUse(Conflict):
    """A right or a door still follows this schedule; give it another one first."""


class Schedule(AccessTable, table=True):
    """At which hours a right counts, or a door stands open."""

    __tablename__ = "schedules"
    __table_args__ = (
        UniqueConstraint("schedule_id", "is_listed"),
        Index(
            "schedules_code_key",
            "code",
            "tenant_id",
            unique=True,
            postgresql_where=text("is_listed AND tenant_id IS NOT NULL"),
        ),
        Index(
            "schedules_shared_code_key",
            "code",
            unique=True,
            postgresql_where=text("is_listed AND tenant_id IS NULL"),
        ),
    )

    schedule_id: UUID = Field(default_factory=uuid4, primary_key=True)
    code: str
    """One shared schedule, and one of each tenant, has it."""
    name: str
    tenant_id: UUID | None = Field(default=None, foreign_key="tenants.tenant_id", index=True)
    """Whose own it is; None where the whole park shares it."""
    weekly: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSONB)
    special: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSONB)
    """Both as they were written; `Hours.of` reads them."""
    version: int = 1
    is_listed: bool = True
    listed_at: datetime = Field(sa_type=UTC_TIME)
    delisted_at: datetime | None = Field(default=None, sa_type=UTC_TIME)

    @property
    def hours(self) -> Hours:
        return Hours.of(self.weekly, self.special)

    @property
    def group_ids(self) -> set[UUID]:
        """The special days that it speaks of."""
        return {UUID(each["group_id"]) for each in self.special}

    def must_be_kept_by(self, me: Person) -> None:
        """Shared ones by the park's staff, a tenant's by its admins. Raises `NotYourRole`."""
        if self.tenant_id is None:
            me.must_have(*PARK)
        elif not (me.has(Role.TENANT_ADMIN) and me.tenant_id == self.tenant_id):
            raise NotYourRole

    def must_be_followed_by(self, me: Person) -> None:
        """What somebody says never hangs by hours that others may change behind their back. Raises
        `ScheduleOfAnotherTenant`.
        """
        if self.tenant_id not in {None, me.tenant_id}:
            raise ScheduleOfAnotherTenant

    def become(self, other: Schedule) -> None:
        """Takes the other's code, name and hours from now on."""
        self.code, self.name = other.code, other.name
        self.weekly, self.special = other.weekly, other.special
        self.version += 1

    def delist(self, *, at: datetime) -> None:
        """Nothing follows it any more."""
        self.is_listed = False
        self.delisted_at = at
        self.version += 1
