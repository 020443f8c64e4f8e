"""Rights over HTTP."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from services.access.authority import must_look_after
from services.access.directory import store as directory
from services.access.rights import commands, store
from services.access.rights.domain import Right, RightHolder, RightSource, RightStatus, Schedule
from shared.identity.listed import Role
from shared.web import Instant, Me, Now, Page, Session, page_of
from shared.web.pages import AskedPage

router = APIRouter(tags=["rights"])


class Holder(BaseModel):
    """A person, or a tenant with all its people; of visits' own rights a visit."""

    model_config = ConfigDict(extra="forbid")

    kind: RightHolder
    id: UUID


class GrantedTo(StrEnum):
    """Visits and bookings get their rights from their own services."""

    PERSON = "person"
    TENANT = "tenant"


class NewHolder(BaseModel):
    """A person, or a tenant with all its people."""

    model_config = ConfigDict(extra="forbid")

    kind: GrantedTo
    id: UUID


class NewRight(BaseModel):
    """Into one zone, or through one access point; half-open where it has an end."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "holder": {"kind": "person", "id": "0198c0de-0000-7000-8000-000000000002"},
                "zone_id": "0198c0de-0000-7000-8000-000000000004",
                "valid_until": "2027-01-01T00:00:00Z",
            }
        },
    )

    holder: NewHolder
    zone_id: UUID | None = None
    access_point_id: UUID | None = None
    schedule: Schedule = Schedule.ALWAYS
    valid_from: Instant | None = None
    valid_until: Instant | None = None


class RightView(BaseModel):
    """Who, into where, when, from what, by whom. A refused one opens nothing."""

    right_id: UUID
    holder: Holder
    zone_id: UUID | None
    access_point_id: UUID | None
    schedule: Schedule
    valid_from: datetime | None
    valid_until: datetime | None
    source: RightSource
    source_id: UUID | None
    author_id: UUID | None
    author_tenant_id: UUID | None
    status: RightStatus

    @classmethod
    def of(cls, right: Right) -> RightView:
        shown = {name: getattr(right, name) for name in cls.model_fields if name != "holder"}
        holder = Holder(kind=RightHolder(right.holder_kind), id=right.holder_id)
        return cls(holder=holder, **shown)


@router.post("/rights", status_code=201)
async def grant_right(body: NewRight, session: Session, me: Me, now: Now) -> RightView:
    """Let a person or a whole tenant in. Tenant admins: their own people, into their zones."""
    right = Right(
        **body.model_dump(exclude={"holder"}),
        holder_kind=RightHolder(body.holder.kind.value),
        holder_id=body.holder.id,
        granted_at=now,
    )
    return RightView.of(await commands.grant_right(session, right, by=me))


@router.get("/rights")
async def rights(person_id: UUID, session: Session, me: Me, asked: AskedPage) -> Page[RightView]:
    """What a person may pass into: by their own rights, their tenant's, and their bookings'."""
    holder = await directory.person(session, person_id, seen_by=me)
    if holder.person_id != me.person_id:
        must_look_after(me, holder.tenant_id, park_wide=(*commands.PARK_WIDE, Role.AUDITOR))
    bound_to = f"{me.person_id} rights {person_id}"
    after = asked.after(bound_to=bound_to, types=(UUID,))
    rows = await store.rights_of(
        session,
        [(RightHolder.PERSON, person_id), (RightHolder.TENANT, holder.tenant_id)],
        after=after.key if after else None,
        limit=asked.limit + 1,
    )
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda row: (row.right_id,),
        view=RightView.of,
    )


@router.post("/rights/{right_id}/end", status_code=204)
async def end_right(right_id: UUID, session: Session, me: Me, now: Now) -> Response:
    """It opens nothing any more, from this answer on."""
    await commands.end_right(session, right_id, by=me, at=now)
    return Response(status_code=204)
