"""Looks up tenants' visit policies."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.policies.domain import PassRules, VisitPolicy, usual_rules
from services.visitors.surroundings import surroundings_of


async def policy(
    session: AsyncSession, tenant_id: UUID, *, lock: bool = False
) -> VisitPolicy | None:
    """The tenant's own policy; None where it has none."""
    return await session.get(VisitPolicy, tenant_id, with_for_update=lock or None)


async def pass_rules(session: AsyncSession, tenant_id: UUID) -> PassRules:
    """What holds for a pass of this tenant's visitors."""
    own = await policy(session, tenant_id)
    if own is not None:
        return own.rules()
    around = surroundings_of(session)
    return usual_rules(lead=around.lead, grace=around.grace)
