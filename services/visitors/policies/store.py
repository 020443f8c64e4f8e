"""Looks up tenants' visit policies."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.policies.domain import PassRules, VisitPolicy, usual_rules
from services.visitors.surroundings import surroundings_of
from shared.events.visits import Admits


async def policy(session: AsyncSession, tenant_id: UUID) -> VisitPolicy | None:
    """The tenant's own policy; None where it has none."""
    return await session.get(VisitPolicy, tenant_id)


async def pass_rules(session: AsyncSession, tenant_id: UUID) -> PassRules:
    """What holds for a pass of this tenant's visitors."""
    own = await policy(session, tenant_id)
    if own is not None:
        return own.rules()
    around = surroundings_of(session)
    return usual_rules(lead=around.lead, grace=around.grace)


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
        )
        .on_conflict_do_nothing()
    )
    return await session.get_one(
        VisitPolicy, tenant_id, with_for_update=True, populate_existing=True
    )
