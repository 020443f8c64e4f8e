"""Visit policies over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.visitors.policies import commands, store
from services.visitors.policies.domain import LONGEST_MINUTES, PassRules
from shared.events.visits import Admits
from shared.web import IfMatch, Me, Now, Session, etag_of, must_match, not_modified

router = APIRouter(tags=["policies"])

Minutes = Annotated[int, Field(ge=0, le=LONGEST_MINUTES)]


class Policy(BaseModel):
    """Whether a pass opens doors by itself, and how long around the visit it lives."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"admits": "desk_first", "lead_minutes": 30, "grace_minutes": 30}
        }
    )

    admits: Admits
    lead_minutes: Minutes
    grace_minutes: Minutes


class PolicyView(Policy):
    """The policy of a company; the park's usual one where it has set none."""

    tenant_id: UUID


@router.get("/tenants/{tenant_id}/visit-policy", response_model=PolicyView)
async def policy(
    tenant_id: UUID, session: Session, me: Me, request: Request, response: Response
) -> PolicyView | Response:
    """How a company receives its visitors."""
    await commands.must_be_theirs(session, tenant_id, by=me)
    own = await store.policy(session, tenant_id)
    response.headers["etag"] = etag_of(own.version if own else 0)
    if own and (unchanged := not_modified(request, version=own.version)):
        return unchanged
    return _view(tenant_id, await store.pass_rules(session, tenant_id))


@router.put("/tenants/{tenant_id}/visit-policy")
async def set_policy(
    tenant_id: UUID,
    body: Policy,
    session: Session,
    me: Me,
    now: Now,
    response: Response,
    if_match: IfMatch = None,
) -> PolicyView:
    """Change how a company receives its visitors; visits already expected keep their pass."""
    policy = await commands.policy_to_change(session, tenant_id, by=me, at=now)
    must_match(if_match, version=policy.version)
    changed = commands.set_policy(
        policy,
        admits=body.admits,
        lead_minutes=body.lead_minutes,
        grace_minutes=body.grace_minutes,
        by=me,
        at=now,
    )
    response.headers["etag"] = etag_of(changed.version)
    return _view(tenant_id, changed.rules())


def _view(tenant_id: UUID, rules: PassRules) -> PolicyView:
    return PolicyView(
        tenant_id=tenant_id,
        admits=rules.admits,
        lead_minutes=int(rules.lead.total_seconds() // 60),
        grace_minutes=int(rules.grace.total_seconds() // 60),
    )
