"""Rights over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from services.access.authority import must_look_after
from services.access.directory import store as directory
from services.access.rights import commands, store
from services.access.rights.claims import claims, ground_of
from services.access.rights.domain import Right, RightHolder
from services.access.rights.effective import Judgement, Standing
from services.access.rights.views import RightView
from shared.identity.listed import Role
from shared.web import Instant, Me, Now, Page, Session, page_of
from shared.web.pages import AskedPage

router = APIRouter(tags=["rights"])


class GrantedTo(StrEnum):
    """Visits and bookings get their rights from their own services."""

    PERSON = "person"
    GROUP = "group"
    TENANT = "tenant"


class NewHolder(BaseModel):
    """A person, a group, or a tenant with all its people."""

    model_config = ConfigDict(extra="forbid")

    kind: GrantedTo
    id: UUID


class NewRight(BaseModel):
    """Into one zone, or through one access point; half-open where it has an end, at the hours of a
    schedule if it names one.
    """

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
    schedule_id: UUID | None = None
    valid_from: Instant | None = None
    valid_until: Instant | None = None

    def right(self, *, at: datetime) -> Right:
        return Right(
            **self.model_dump(exclude={"holder"}),
            holder_kind=RightHolder(self.holder.kind.value),
            holder_id=self.holder.id,
            granted_at=at,
        )


@router.post("/rights", status_code=201)
async def grant_right(body: NewRight, session: Session, me: Me, now: Now) -> RightView:
    """Let a person, a group or a whole tenant in. Tenant admins: their own, into their zones; into
    a shared zone it counts while the landlord's ceiling does (`standing` says whether).
    """
    right = await commands.grant_right(session, body.right(at=now), by=me, at=now)
    return (await _views(session, [right], at=now))[0]


@router.get("/rights")
async def rights(
    person_id: UUID, session: Session, me: Me, now: Now, asked: AskedPage
) -> Page[RightView]:
    """A person's rights: their own, their groups', their tenant's, and their bookings'."""
    holder = await directory.person(session, person_id, seen_by=me)
    if holder.person_id != me.person_id:
        must_look_after(me, holder.tenant_id, park_wide=(*commands.PARK_WIDE, Role.AUDITOR))
    bound_to = f"{me.person_id} rights {person_id}"
    after = asked.after(bound_to=bound_to, types=(UUID,))
    rows = await store.rights_of(
        session,
        person_id,
        tenant_id=holder.tenant_id,
        after=after.key if after else None,
        limit=asked.limit + 1,
    )
    views = await _views(session, rows, at=now)
    return page_of(
        views,
        asked=asked,
        bound_to=bound_to,
        key=lambda row: (row.right_id,),
        view=lambda row: row,
    )


async def _views(session: AsyncSession, rows: Sequence[Right], *, at: datetime) -> list[RightView]:
    """With what each is worth now."""
    live = {each.right_id: each for each in await claims(session, [row.right_id for row in rows])}
    ground = await ground_of(session, list(live.values()))
    return [
        RightView.of_right(
            row,
            ground.judge(live[row.right_id], at=at)
            if row.right_id in live
            else Judgement(Standing.REFUSED),
        )
        for row in rows
    ]


@router.post("/rights/{right_id}/end", status_code=204)
async def end_right(right_id: UUID, session: Session, me: Me, now: Now) -> Response:
    """It opens nothing any more, from this answer on."""
    await commands.end_right(session, right_id, by=me, at=now)
    return Response(status_code=204)
