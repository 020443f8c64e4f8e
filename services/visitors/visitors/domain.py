"""Who visits: a person outside the directory, known to one tenant.

One rule: visitors are never merged silently; only the very same details are the same visitor.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Column, DateTime, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from services.visitors.database import VisitorsTable
from services.visitors.names.domain import Entry, FoundBy, entries_of
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
    other_emails: list[str] = Field(
        default_factory=list, sa_column=Column(ARRAY(Text), nullable=False)
    )
    """Those of visitors who were merged into this one."""
    merged_into: UUID | None = Field(default=None, foreign_key="visitors.id", index=True)
    """The one who this visitor turned out to be; their visits are that one's."""
    merged_by: UUID | None = None
    merged_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    version: int = 1

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

    @property
    def addresses(self) -> set[str]:
        """All e-mail addresses that were given for them, in small letters."""
        return {each.lower() for each in (self.email, *self.other_emails) if each}

    def merge_into(self, other: Visitor, *, by: UUID, at: datetime) -> bool:
        """They are the other one; what is not known of that one is taken over.

        Whether something was.
        """
        before = other.details
        other.other_emails = sorted(other.addresses | self.addresses)
        other.company = other.company or self.company
        other.email = other.email or self.email
        other.phone = other.phone or self.phone
        other.other_emails = [each for each in other.other_emails if each != other.email]
        self.merged_into, self.merged_by, self.merged_at = other.id, by, at
        self.version += 1
        other.version += 1
        return other.details != before

    def entries(self) -> list[Entry]:
        """What the desk finds them by; nothing once they are erased, or somebody else."""
        if self.erased_at is not None or self.merged_into is not None:
            return []
        others = [Entry(FoundBy.EMAIL, each) for each in self.other_emails]
        return others + entries_of(
            name=self.display_name,
            name_is=FoundBy.NAME,
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
