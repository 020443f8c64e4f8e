"""Groups: people who are given rights together.

Pure rules. One rule: a tenant's group holds that tenant's people alone; the park's groups, which
the landlord's staff keep, hold anybody of the park. Whoever is in a group passes by its rights, and
not a moment longer.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Index, text
from sqlmodel import Field

from services.access.database import UTC_TIME, AccessTable
from shared.errors import Conflict, NotFound
from shared.identity.listed import NotYourRole, Person, Role

PARK = (Role.OPERATOR, Role.SECURITY, Role.FACILITY_MANAGER)
"""Who keeps the park's groups, and may step in for a tenant."""


class NoSuchGroup(NotFound):
    """There is no such group here."""


class GroupNameTaken(Conflict):
    """Another group has this name; choose another one."""


class Group(AccessTable, table=True):
    """People under one name. Disbanded, it has nobody, and its rights open nothing."""

    __tablename__ = "groups"
    __table_args__ = (
        Index(
            "groups_name_key",
            "name",
            "tenant_id",
            unique=True,
            postgresql_where=text("disbanded_at IS NULL AND tenant_id IS NOT NULL"),
        ),
        Index(
            "groups_park_name_key",
            "name",
            unique=True,
            postgresql_where=text("disbanded_at IS NULL AND tenant_id IS NULL"),
        ),
    )

    group_id: UUID = Field(default_factory=uuid4, primary_key=True)
    tenant_id: UUID | None = Field(default=None, foreign_key="tenants.tenant_id", index=True)
    """Whose own it is; None: the park's."""
    name: str
    version: int = 1
    formed_at: datetime = Field(sa_type=UTC_TIME)
    disbanded_at: datetime | None = Field(default=None, sa_type=UTC_TIME)

    def must_be_kept_by(self, me: Person) -> None:
        """Raises `NotYourRole`."""
        is_own = self.tenant_id is not None and self.tenant_id == me.tenant_id
        if not (me.has(*PARK) or (is_own and me.has(Role.TENANT_ADMIN))):
            raise NotYourRole

    def rename(self, name: str) -> None:
        self.name = name
        self.version += 1

    def disband(self, *, at: datetime) -> None:
        self.disbanded_at = at
        self.version += 1


class GroupMember(AccessTable, table=True):
    """Somebody is in a group; the row goes when they leave it, the journal has who did that."""

    __tablename__ = "group_members"

    group_id: UUID = Field(primary_key=True, foreign_key="groups.group_id")
    person_id: UUID = Field(primary_key=True, foreign_key="people.person_id", index=True)
    added_by: UUID
    added_at: datetime = Field(sa_type=UTC_TIME)
