"""What is shown of known visitors, and what is asked to merge two."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.visitors.returning.domain import Likeness
from services.visitors.returning.store import Known
from services.visitors.visitors.domain import Visitor
from shared.clock import local


class VisitorView(BaseModel):
    """A visitor as a reception knows them."""

    visitor_id: UUID
    tenant_id: UUID
    given_name: str
    family_name: str
    company: str | None
    email: str | None
    phone: str | None
    merged_into: UUID | None
    """Who this visitor turned out to be."""


class LastVisit(BaseModel):
    """When somebody was last here, and with whom."""

    visit_id: UUID
    starts_at: datetime
    host_id: UUID
    host_name: str | None


class KnownVisitor(VisitorView):
    """What a new visit of theirs can be filled in with."""

    last_visit: LastVisit | None


class KnownVisitors(BaseModel):
    """Who fits best comes first; more letters find others."""

    items: list[KnownVisitor]
    next: None = None


class Duplicate(VisitorView):
    """Somebody who may be the same person."""

    in_common: list[Likeness]


class Duplicates(BaseModel):
    """With the most in common first."""

    items: list[Duplicate]
    next: None = None


class Merge(BaseModel):
    """Who the visitor of the address really is."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"into": "0198c0de-0000-7000-8000-000000000021"}},
    )

    into: UUID


def visitor_view(visitor: Visitor) -> VisitorView:
    return VisitorView(visitor_id=visitor.id, **visitor.model_dump(include=_SHOWN))


def known_view(known: Known) -> KnownVisitor:
    visit = known.last_visit
    last = None
    if visit is not None:
        last = LastVisit(
            visit_id=visit.id,
            starts_at=local(visit.starts_at, timezone=visit.timezone),
            host_id=visit.host_id,
            host_name=known.host_name,
        )
    return KnownVisitor(**visitor_view(known.visitor).model_dump(), last_visit=last)


def duplicate_view(visitor: Visitor, in_common: list[Likeness]) -> Duplicate:
    return Duplicate(**visitor_view(visitor).model_dump(), in_common=in_common)


_SHOWN = set(VisitorView.model_fields) - {"visitor_id"}
