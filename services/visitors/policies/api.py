"""Visit policies over HTTP."""

from __future__ import annotations

from datetime import time
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.visitors.policies import commands, store
from services.visitors.policies.domain import (
    LONGEST_MINUTES,
    LONGEST_SILENCE,
    MOST_HOURS,
    USUAL_SILENCE,
    Proof,
    VisitPolicy,
    WalkInApproval,
)
from shared.events.visits import Admits
from shared.web import IfMatch, Me, Now, Session, etag_of, must_match, not_modified

router = APIRouter(tags=["policies"])


async def _tenant_to_set(tenant_id: UUID, session: Session, me: Me) -> UUID:
    await commands.must_be_theirs_to_set(session, tenant_id, by=me)
    return tenant_id


TenantToSet = Annotated[UUID, Depends(_tenant_to_set, scope="function")]
"""The company of the address, for its admins and the operator."""
Minutes = Annotated[int, Field(ge=0, le=LONGEST_MINUTES)]


class Hours(BaseModel):
    """A stretch of a weekday, by the park's clock; it may last until midnight (`00:00`)."""

    model_config = ConfigDict(extra="forbid")

    weekday: Annotated[int, Field(ge=1, le=7)]
    """ISO 8601: Monday is 1."""
    opens: time
    closes: time

    @model_validator(mode="after")
    def closes_after_it_opens(self) -> Hours:
        if self.opens.tzinfo or self.closes.tzinfo:
            raise ValueError("hours are of the park's clock, without an offset")
        if self.closes not in {time(), max(self.opens, self.closes)} or self.opens == self.closes:
            raise ValueError("a stretch closes after it opens")
        return self


class WantedPolicy(BaseModel):
    """How visitors are received."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "admits": "desk_first",
                "lead_minutes": 30,
                "grace_minutes": 30,
                "walk_in_approval": "host",
                "must_see_id": True,
                "is_escort_required": False,
                "contractor_proofs": ["insurance", "induction"],
                "hours": [{"weekday": 1, "opens": "08:00", "closes": "18:00"}],
            }
        },
    )

    admits: Admits
    """`door`: the pass opens the way by itself; `desk_first`: only after the desk's check-in."""
    lead_minutes: Minutes
    grace_minutes: Minutes
    walk_in_approval: WalkInApproval = WalkInApproval.NOBODY
    """Whose word it takes until somebody who was not expected may come in."""
    is_escort_required: bool = False
    must_see_id: bool = False
    """The desk looks at an identity document; nothing of it is kept but that it did."""
    contractor_proofs: Annotated[frozenset[Proof], Field(max_length=len(Proof))] = frozenset()
    desk_zone_id: UUID | None = None
    """Where this company's visitors are received."""
    escalate_after_minutes: Annotated[int, Field(ge=1, le=LONGEST_SILENCE)] = USUAL_SILENCE
    """How long hosts who are told that their visitor is here may take to react, before co-hosts are
    told, and after as long again the company's desk.
    """
    hours: Annotated[tuple[Hours, ...], Field(max_length=MOST_HOURS)] = ()
    """When visitors are received; at any time where none are given."""


class PolicyView(WantedPolicy):
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
    return _view(tenant_id, own) if own else await _usual(session, tenant_id)


@router.put("/tenants/{tenant_id}/visit-policy")
async def set_policy(
    tenant_id: UUID,
    body: WantedPolicy,
    session: Session,
    me: Me,
    now: Now,
    response: Response,
    if_match: IfMatch = None,
) -> PolicyView:
    """Change how a company receives its visitors; visits already expected keep their pass."""
    policy = await commands.policy_to_change(session, tenant_id, by=me, at=now)
    must_match(if_match, version=policy.version)
    wish = body.model_dump(mode="json") | {
        "admits": body.admits,
        "walk_in_approval": body.walk_in_approval,
        "desk_zone_id": body.desk_zone_id,
        "contractor_proofs": sorted(body.contractor_proofs),
    }
    changed = await commands.set_policy(session, policy, wish, by=me, at=now)
    response.headers["etag"] = etag_of(changed.version)
    return _view(tenant_id, changed)


def _view(tenant_id: UUID, policy: VisitPolicy) -> PolicyView:
    return PolicyView.model_validate(
        policy.model_dump(exclude={"changed_by", "changed_at", "version"})
        | {"tenant_id": tenant_id}
    )


async def _usual(session: Session, tenant_id: UUID) -> PolicyView:
    usual = await store.policy_for(session, tenant_id)
    rules = usual.rules
    return PolicyView(
        tenant_id=tenant_id,
        admits=rules.admits,
        lead_minutes=int(rules.lead.total_seconds() // 60),
        grace_minutes=int(rules.grace.total_seconds() // 60),
        escalate_after_minutes=int(usual.escalate_after.total_seconds() // 60),
    )
