"""A group of visitors who come again and again: a club, a supplier's team, a jury."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Column, DateTime, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.visitors.database import VisitorsTable
from shared.errors import NotAllowed, NotFound

MOST_MEMBERS = 200


class NoSuchGroup(NotFound):
    """There is no such group of visitors."""


class OnlyItsOwner(NotAllowed):
    """Only whoever made this group changes it."""


class VisitorGroup(VisitorsTable, table=True):
    """Visitors under one name, kept by whoever made it, used by all colleagues if it is shared."""

    __tablename__ = "visitor_groups"
    __table_args__ = (
        Index("visitor_groups_of_owner_idx", "owner_id", "id"),
        Index("visitor_groups_of_tenant_idx", "tenant_id", "id"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    tenant_id: UUID
    owner_id: UUID
    name: str
    is_shared: bool = False
    members: list[dict[str, str | None]] = Field(sa_column=Column(JSONB, nullable=False))
    changed_at: datetime = Field(sa_type=DateTime(timezone=True))
    version: int = 1
