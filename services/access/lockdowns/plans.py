"""Lockdown plans over HTTP: made on a quiet day, started in one call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from services.access.lockdowns import commands, store
from services.access.lockdowns.api import Exempt, LockdownView, Rank, Release
from services.access.lockdowns.domain import Lockdown, Plan
from services.access.names import NamesBody, columns_of
from shared.web import (
    IfMatch,
    Line,
    Me,
    Now,
    Once,
    Page,
    Session,
    etag_of,
    must_match,
    page_of,
)
from shared.web.pages import AskedPage

router = APIRouter(tags=["lockdowns"])


class PlanBody(BaseModel):
    """Which zones are locked down together, and who may pass in nevertheless."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "names": {"fr": "Intrusion", "ar": "تسلل", "en": "Intruder"},
                "rank": 500,
                "zone_ids": ["0198c0de-0000-7000-8000-000000000003"],
                "exempt_tenant_ids": ["0198c0de-0000-7000-8000-000000000001"],
            }
        },
    )

    names: NamesBody
    rank: Rank
    zone_ids: Annotated[list[UUID], Field(min_length=1, max_length=100)]
    exempt_person_ids: Exempt
    exempt_tenant_ids: Exempt


class PlanView(BaseModel):
    """A lockdown plan."""

    model_config = ConfigDict(from_attributes=True)

    plan_id: UUID
    names: NamesBody
    rank: int
    zone_ids: list[UUID]
    exempt_person_ids: list[UUID]
    exempt_tenant_ids: list[UUID]


class StartOfPlan(Release):
    """Why the zones of the plan are locked down."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"reason": "An intruder was seen"}}
    )

    reason: Line


class OfPlan(BaseModel):
    """The lockdowns of a plan that stand, or that were released."""

    lockdowns: list[LockdownView]


@router.post("/lockdown-plans", status_code=201)
async def list_plan(
    body: PlanBody, session: Session, me: Me, now: Now, response: Response
) -> PlanView:
    """Make a plan. Security and operators."""
    me.must_have(*commands.MAY)
    plan = _asked(body, at=now)
    await commands.list_plan(session, plan, by=me)
    return _shown(plan, response)


@router.get("/lockdown-plans")
async def plans(session: Session, me: Me, asked: AskedPage) -> Page[PlanView]:
    """The plans, the highest rank first."""
    me.must_have(*commands.MAY_SEE)
    bound_to = f"{me.person_id} lockdown plans"
    after = asked.after(bound_to=bound_to, types=(int, UUID))
    rows = await store.plans(session, after=after.key if after else None, limit=asked.limit + 1)
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda row: (row.rank, row.plan_id),
        view=PlanView.model_validate,
    )


@router.get("/lockdown-plans/{plan_id}")
async def plan(plan_id: UUID, session: Session, me: Me, response: Response) -> PlanView:
    """One plan."""
    me.must_have(*commands.MAY_SEE)
    return _shown(await store.plan(session, plan_id), response)


@router.put("/lockdown-plans/{plan_id}")
async def change_plan(
    plan_id: UUID,
    body: PlanBody,
    session: Session,
    me: Me,
    now: Now,
    response: Response,
    if_match: IfMatch = None,
) -> PlanView:
    """Change a plan, all of it; lockdowns that stand stay as they are. Security and operators."""
    me.must_have(*commands.MAY)
    plan = await store.plan(session, plan_id, lock=True)
    must_match(if_match, version=plan.version)
    await commands.change_plan(session, plan, _asked(body, at=now), by=me, at=now)
    return _shown(plan, response)


@router.post("/lockdown-plans/{plan_id}/delist", status_code=204)
async def delist_plan(
    plan_id: UUID, session: Session, me: Me, now: Now, if_match: IfMatch = None
) -> Response:
    """Give a plan up; lockdowns that stand stay as they are. Security and operators."""
    me.must_have(*commands.MAY)
    plan = await store.plan(session, plan_id, lock=True)
    must_match(if_match, version=plan.version)
    await commands.delist_plan(session, plan, by=me, at=now)
    return Response(status_code=204)


@router.post("/lockdown-plans/{plan_id}/start", status_code=201, response_model=OfPlan)
async def start_plan(
    plan_id: UUID, body: StartOfPlan, session: Session, me: Me, now: Now, once: Once
) -> Response:
    """Lock all zones of the plan down at once; again, also those released since.

    Answers with all lockdowns of the plan that stand. Security and operators.
    """
    me.must_have(*commands.MAY)

    async def start() -> tuple[BaseModel, None]:
        stand = await commands.start_plan(session, plan_id, **body.model_dump(), by=me, at=now)
        return _of_plan(stand), None

    return await once(start)


@router.post("/lockdown-plans/{plan_id}/release")
async def release_plan(plan_id: UUID, body: Release, session: Session, me: Me, now: Now) -> OfPlan:
    """End all lockdowns of the plan that stand. Security and operators."""
    me.must_have(*commands.MAY)
    return _of_plan(
        await commands.release_plan(session, plan_id, on_behalf_of=body.on_behalf_of, by=me, at=now)
    )


def _of_plan(lockdowns: Sequence[Lockdown]) -> OfPlan:
    return OfPlan(lockdowns=[LockdownView.model_validate(each) for each in lockdowns])


def _asked(body: PlanBody, *, at: datetime) -> Plan:
    return Plan(
        **body.model_dump(exclude={"names"}),
        **columns_of(body.names),
        made_at=at,
    )


def _shown(plan: Plan, response: Response) -> PlanView:
    response.headers["etag"] = etag_of(plan.version)
    return PlanView.model_validate(plan)
