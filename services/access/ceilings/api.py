"""Ceilings over HTTP."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict

from services.access.ceilings import commands, store
from services.access.ceilings.domain import Ceiling
from shared.identity.listed import Person
from shared.web import (
    IfMatch,
    Instant,
    Me,
    Now,
    Page,
    Session,
    etag_of,
    must_match,
    not_modified,
    page_of,
)
from shared.web.pages import AskedPage

router = APIRouter(prefix="/ceilings", tags=["ceilings"])


class Times(BaseModel):
    """When a ceiling counts: half-open where it has an end, at the hours of a schedule if any."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"valid_until": "2027-01-01T00:00:00Z"}}
    )

    schedule_id: UUID | None = None
    valid_from: Instant | None = None
    valid_until: Instant | None = None


class NewCeiling(Times):
    """A tenant may grant on a shared zone, and when that counts."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "zone_id": "0198c0de-0000-7000-8000-000000000003",
                "tenant_id": "0198c0de-0000-7000-8000-000000000001",
                "valid_until": "2027-01-01T00:00:00Z",
            }
        }
    )

    zone_id: UUID
    tenant_id: UUID

    def ceiling(self, *, by: Person, at: datetime) -> Ceiling:
        return Ceiling(
            **self.model_dump(), author_id=by.person_id, author_tenant_id=by.tenant_id, set_at=at
        )


class CeilingView(BaseModel):
    """On which shared zone a tenant's own grants count, when, and by whose word."""

    model_config = ConfigDict(from_attributes=True)

    ceiling_id: UUID
    zone_id: UUID
    tenant_id: UUID
    schedule_id: UUID | None
    valid_from: datetime | None
    valid_until: datetime | None
    author_id: UUID
    author_tenant_id: UUID
    set_at: datetime
    ended_at: datetime | None


@router.post("", status_code=201)
async def set_ceiling(
    body: NewCeiling, session: Session, me: Me, now: Now, response: Response
) -> CeilingView:
    """Let a tenant grant on a shared zone. Operators, facility managers and security."""
    ceiling = await commands.set_ceiling(session, body.ceiling(by=me, at=now), by=me, at=now)
    response.headers["etag"] = etag_of(ceiling.version)
    return CeilingView.model_validate(ceiling)


@router.get("")
async def ceilings(
    session: Session,
    me: Me,
    asked: AskedPage,
    zone_id: UUID | None = None,
    tenant_id: UUID | None = None,
) -> Page[CeilingView]:
    """The ceilings that stand: your tenant's, for its admins; all of them for park-wide roles."""
    bound_to = f"{me.person_id} ceilings {zone_id} {tenant_id}"
    after = asked.after(bound_to=bound_to, types=(UUID,))
    rows = await store.ceilings(
        session,
        seen_by=me,
        zone_id=zone_id,
        tenant_id=tenant_id,
        after=after.key if after else None,
        limit=asked.limit + 1,
    )
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda row: (row.ceiling_id,),
        view=CeilingView.model_validate,
    )


@router.get("/{ceiling_id}", response_model=CeilingView)
async def ceiling(
    ceiling_id: UUID, session: Session, me: Me, request: Request, response: Response
) -> CeilingView | Response:
    """One ceiling, also one that has ended."""
    found = await store.ceiling(session, ceiling_id, seen_by=me)
    response.headers["etag"] = etag_of(found.version)
    return not_modified(request, version=found.version) or CeilingView.model_validate(found)


@router.put("/{ceiling_id}")
async def change_ceiling(
    ceiling_id: UUID,
    body: Times,
    session: Session,
    me: Me,
    now: Now,
    response: Response,
    if_match: IfMatch = None,
) -> CeilingView:
    """Let it count at other times."""
    found = await store.ceiling(session, ceiling_id, seen_by=me, lock=True)
    must_match(if_match, version=found.version)
    await commands.change_ceiling(session, found, **body.model_dump(), by=me, at=now)
    response.headers["etag"] = etag_of(found.version)
    return CeilingView.model_validate(found)


@router.post("/{ceiling_id}/end", status_code=204)
async def end_ceiling(
    ceiling_id: UUID, session: Session, me: Me, now: Now, if_match: IfMatch = None
) -> Response:
    """What the tenant granted on that zone opens nothing any more, from this answer on."""
    found = await store.ceiling(session, ceiling_id, seen_by=me, lock=True)
    must_match(if_match, version=found.version)
    await commands.end_ceiling(session, found, by=me, at=now)
    return Response(status_code=204)
