"""Looks up tenants' visit policies."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.visitors.policies.domain import (
    USUAL_SILENCE,
    PassRules,
    Policy,
    VisitPolicy,
    WalkInApproval,
    usual_rules,
)
from services.visitors.surroundings import surroundings_of
from shared.directory import tenants
from shared.events.visits import Admits
from shared.remembering import each_found_once


async def policy(session: AsyncSession, tenant_id: UUID) -> VisitPolicy | None:
    """The tenant's own policy; None where it has none."""
    return await session.get(VisitPolicy, tenant_id)


async def policy_for(session: AsyncSession, tenant_id: UUID) -> Policy:
    """What holds for this tenant's visitors, under what the landlord asks of all."""
    return (await policies_for(session, {tenant_id}))[tenant_id]


async def policies_for(session: AsyncSession, tenant_ids: Collection[UUID]) -> dict[UUID, Policy]:
    """What holds for the visitors of each of these tenants; read once in a transaction."""

    async def find(missing: Collection[UUID]) -> dict[UUID, Policy]:
        return await _policies_for(session, missing)

    return await each_found_once(session, "policies", tenant_ids, find)


_IS_LANDLORDS = col(VisitPolicy.tenant_id).in_(
    select(tenants.c.tenant_id).where(tenants.c.is_landlord)
)
_IS_OF_TENANTS = col(VisitPolicy.tenant_id) == any_(bindparam("tenant_ids", type_=ARRAY(Uuid)))
_POLICIES = select(VisitPolicy, _IS_LANDLORDS).where(or_(_IS_OF_TENANTS, _IS_LANDLORDS))


async def _policies_for(session: AsyncSession, tenant_ids: Collection[UUID]) -> dict[UUID, Policy]:
    rows = await session.execute(_POLICIES, {"tenant_ids": list(tenant_ids)})
    own: dict[UUID, Policy] = {}
    least: tuple[UUID, Policy] | None = None
    for policy, is_landlord in rows:
        own[policy.tenant_id] = policy.policy()
        if is_landlord:
            least = policy.tenant_id, own[policy.tenant_id]
    around = surroundings_of(session)
    usual = Policy(
        rules=usual_rules(lead=around.lead, grace=around.grace),
        escalate_after=around.escalate_after,
    )

    def found(tenant_id: UUID) -> Policy:
        policy = own.get(tenant_id, usual)
        return policy if least is None or least[0] == tenant_id else policy.under(least[1])

    return {tenant_id: found(tenant_id) for tenant_id in tenant_ids}


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
            escalate_after_minutes=USUAL_SILENCE,
            hours=[],
        )
        .on_conflict_do_nothing()
    )
    return await session.get_one(
        VisitPolicy, tenant_id, with_for_update=True, populate_existing=True
    )
