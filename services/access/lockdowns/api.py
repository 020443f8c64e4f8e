"""Lockdowns over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from services.access.lockdowns import commands, store
from services.access.lockdowns.domain import HIGHEST_RANK, Lockdown
from shared.web import Line, Me, Now, Once, Page, Session, page_of
from shared.web.pages import AskedPage

router = APIRouter(tags=["lockdowns"])

Exempt = Annotated[list[UUID], Field(default_factory=list, max_length=500)]
Rank = Annotated[int, Field(ge=0, le=HIGHEST_RANK)]


class NewLockdown(BaseModel):
    """Closes the ways into a zone, and into everything within it, to whoever is not exempt."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "zone_id": "0198c0de-0000-7000-8000-000000000003",
                "reason": "An intruder was seen",
                "exempt_person_ids": ["0198c0de-0000-7000-8000-000000000007"],
            }
        },
    )

    zone_id: UUID
    reason: Line
    plan_id: UUID | None = None
    """As a part of this plan: with its rank, and with those whom it exempts."""
    rank: Rank = 0
    """Without a plan. Of several lockdowns of a zone the highest rank says who is exempt."""
    exempt_person_ids: Exempt
    exempt_tenant_ids: Exempt
    on_behalf_of: UUID | None = None


class Release(BaseModel):
    """The end of a lockdown, or of what a plan has closed."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"on_behalf_of": "0198c0de-0000-7000-8000-000000000007"}},
    )

    on_behalf_of: UUID | None = None


class LockdownView(BaseModel):
    """A lockdown; without `ended_at` it stands."""

    model_config = ConfigDict(from_attributes=True)

    lockdown_id: UUID
    zone_id: UUID
    plan_id: UUID | None
    rank: int
    reason: str
    exempt_person_ids: list[UUID]
    exempt_tenant_ids: list[UUID]
    started_at: datetime
    started_by: UUID
    on_behalf_of: UUID | None
    ended_at: datetime | None
    ended_by: UUID | None


@router.post("/lockdowns", status_code=201, response_model=LockdownView)
async def start_lockdown(
    body: NewLockdown, session: Session, me: Me, now: Now, once: Once
) -> Response:
    """Lock a zone down, from the very next decision. Security and operators.

    Ways out stay open. It ends when somebody releases it.
    """
    me.must_have(*commands.MAY)

    async def start() -> tuple[BaseModel, None]:
        lockdown = Lockdown(**body.model_dump(), started_at=now, started_by=me.person_id)
        await commands.start_lockdown(session, lockdown, by=me)
        return LockdownView.model_validate(lockdown), None

    return await once(start)


@router.get("/lockdowns")
async def lockdowns(
    session: Session,
    me: Me,
    asked: AskedPage,
    is_open: Annotated[bool | None, Query(alias="open")] = None,
) -> Page[LockdownView]:
    """Lockdowns, the newest first; with `open` those that stand, or those that do not."""
    me.must_have(*commands.MAY_SEE)
    bound_to = f"{me.person_id} lockdowns {is_open}"
    after = asked.after(bound_to=bound_to, types=(datetime.fromisoformat, UUID))
    rows = await store.lockdowns(
        session,
        is_open=is_open,
        after=after.key if after else None,
        limit=asked.limit + 1,
    )
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda row: (row.started_at, row.lockdown_id),
        view=LockdownView.model_validate,
    )


@router.post("/lockdowns/{lockdown_id}/release")
async def release_lockdown(
    lockdown_id: UUID, body: Release, session: Session, me: Me, now: Now
) -> LockdownView:
    """End a lockdown. Others that cover the same zone stand. Security and operators."""
    me.must_have(*commands.MAY)
    released = await commands.release_lockdown(
        session, lockdown_id, on_behalf_of=body.on_behalf_of, by=me, at=now
    )
    return LockdownView.model_validate(released)
