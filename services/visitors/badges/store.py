"""Looks up tenants' badge templates."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.badges.domain import USUAL_COLOUR, USUALLY_SHOWN, BadgeTemplate


async def template(session: AsyncSession, tenant_id: UUID) -> BadgeTemplate:
    """The tenant's template; the usual one, at version 0, where it has none."""
    own = await session.get(BadgeTemplate, tenant_id)
    return own or BadgeTemplate(tenant_id=tenant_id)


async def template_to_change(session: AsyncSession, tenant_id: UUID) -> BadgeTemplate:
    """The tenant's own template, locked; two who make the first one at once share it."""
    usual = {"colour": USUAL_COLOUR, "shows": list(USUALLY_SHOWN), "version": 0}
    await session.execute(
        insert(BadgeTemplate).values(tenant_id=tenant_id, **usual).on_conflict_do_nothing()
    )
    return await session.get_one(
        BadgeTemplate, tenant_id, with_for_update=True, populate_existing=True
    )
