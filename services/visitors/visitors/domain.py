"""Who visits: a person outside the directory, known to one tenant.

One rule: visitors are never merged silently; only the very same details are the same visitor.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import DateTime, Index, text
from sqlmodel import Field

from services.visitors.database import VisitorsTable
from shared.events.visits import VisitorFacts


@dataclass(frozen=True)
class VisitorDetails:
    """What somebody says of a visitor."""

    given_name: str
    family_name: str = ""
    company: str | None = None
    email: str | None = None
    phone: str | None = None


class Visitor(VisitorsTable, table=True):
    """Somebody from outside who visits a tenant."""

    __tablename__ = "visitors"
    __table_args__ = (
        Index(
            "visitors_email_idx",
            "tenant_id",
            text("lower(email)"),
            postgresql_where=text("email IS NOT NULL"),
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    tenant_id: UUID
    given_name: str
    family_name: str
    company: str | None = None
    email: str | None = None
    phone: str | None = None
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    erased_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))

    @classmethod
    def known_by(cls, details: VisitorDetails, *, tenant_id: UUID, at: datetime) -> Visitor:
        """Somebody new to this tenant."""
        return cls(
            tenant_id=tenant_id,
            given_name=details.given_name,
            family_name=details.family_name,
            company=details.company,
            email=details.email,
            phone=details.phone,
            created_at=at,
        )

    @property
    def display_name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def details(self) -> VisitorDetails:
        return VisitorDetails(
            given_name=self.given_name,
            family_name=self.family_name,
            company=self.company,
            email=self.email,
            phone=self.phone,
        )

    def facts(self) -> VisitorFacts:
        return VisitorFacts(
            visitor_id=self.id,
            given_name=self.given_name,
            family_name=self.family_name,
            company=self.company,
            email=self.email,
            phone=self.phone,
        )


def details_of_guest(name: str, *, email: str | None) -> VisitorDetails:
    """A booking knows its guest by one name: the first word is taken as the given name."""
    given, _, family = " ".join(name.split()).partition(" ")
    return VisitorDetails(given_name=given or email or "?", family_name=family, email=email)
