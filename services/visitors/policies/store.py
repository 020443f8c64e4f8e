"""Looks up tenants' visit policies."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.visitors.policies.domain import (
    PassRules,
    Policy,
    VisitPolicy,
    WalkInApproval,
    usual_rules,
)
from services.visitors.surroundings import surroundings_of
from shared.directory import tenants
from shared.events.visits import Admits


async def policy(session: AsyncSession, tenant_id: UUID) -> VisitPolicy | None:
    """The tenant's own policy; None where it has none."""
    return await session.get(VisitPolicy, tenant_id)


async def policy_for(session: AsyncSession, tenant_id: UUID) -> Policy:
    """What holds for this tenant's visitors, under what the landlord asks of all."""
    landlords = select(tenants.c.tenant_id).where(tenants.c.is_landlord)
    is_landlords = col(VisitPolicy.tenant_id).in_(landlords)
    rows = await session.execute(
        select(VisitPolicy, is_landlords).where(
            or_(col(VisitPolicy.tenant_id) == tenant_id, is_landlords)
        )
    )
    around = surroundings_of(session)
    found = Policy(rules=usual_rules(lead=around.lead, grace=around.grace))
    least: Policy | None = None
    for policy, is_landlord in rows:
        if policy.tenant_id == tenant_id:
            found = policy.policy()
        elif is_landlord:
            least = policy.policy()
    return found if least is None else found.under(least)


async def pass_rules(session: AsyncSession, tenant_id: UUID) -> PassRules:
    """What holds for a pass of this tenant's visitors."""
    return (await policy_for(session, tenant_id)).rules


async def policy_to_change(
    session: AsyncSession, tenant_id: UUID, *, by: UUID, at: datetime
) -> VisitPolicy:
    """The tenant's own policy, locked; two who make the first one at once share it."""
    await session.execute(
        insert(VisitPolicy)
        .values(
            tenant_id=tenant_id,
            admits=Admits.DOOR,
            lead_minutes=0,
            grace_minutes=0,
            changed_by=by,
            changed_at=at,
            version=0,
            is_escort_required=False,
            must_see_id=False,
            walk_in_approval=WalkInApproval.NOBODY,
            contractor_proofs=[],
            hours=[],
        )
        .on_conflict_do_nothing()
    )
    return await session.get_one(
        VisitPolicy, tenant_id, with_for_update=True, populate_existing=True
    )
