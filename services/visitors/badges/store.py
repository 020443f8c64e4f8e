"""Looks up tenants' badge templates, and the names that badges say."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.visitors.badges.domain import USUAL_COLOUR, USUALLY_SHOWN, BadgeTemplate
from services.visitors.notices.letters import Names
from shared.messaging.outbox import driver_in_transaction


async def template(session: AsyncSession, tenant_id: UUID) -> BadgeTemplate:
    """The tenant's template; the usual one, at version 0, where it has none."""
    return (await templates(session, {tenant_id}))[tenant_id]


async def templates(
    session: AsyncSession, tenant_ids: Collection[UUID]
) -> dict[UUID, BadgeTemplate]:
    """The template of each of these tenants."""
    found = await session.scalars(
        select(BadgeTemplate).where(col(BadgeTemplate.tenant_id).in_(tenant_ids))
    )
    own = {each.tenant_id: each for each in found}
    return {each: own.get(each) or BadgeTemplate(tenant_id=each) for each in tenant_ids}


_NAMES = """
SELECT v.id AS visit_id, trim(h.given_name || ' ' || h.family_name) AS host, t.name AS tenant
FROM visits AS v
LEFT JOIN known_people AS h ON h.person_id = v.host_id
LEFT JOIN known_tenants AS t ON t.tenant_id = v.tenant_id
WHERE v.id = ANY ($1)
"""


async def names(session: AsyncSession, visit_ids: Collection[UUID]) -> dict[UUID, Names]:
    """Who is visited, by visit."""
    rows = await (await driver_in_transaction(session)).fetch(_NAMES, visit_ids)
    return {row["visit_id"]: Names(host=row["host"], tenant=row["tenant"]) for row in rows}


async def template_to_change(session: AsyncSession, tenant_id: UUID) -> BadgeTemplate:
    """The tenant's own template, locked; two who make the first one at once share it."""
    usual = {"colour": USUAL_COLOUR, "shows": list(USUALLY_SHOWN), "version": 0}
    await session.execute(
        insert(BadgeTemplate).values(tenant_id=tenant_id, **usual).on_conflict_do_nothing()
    )
    return await session.get_one(
        BadgeTemplate, tenant_id, with_for_update=True, populate_existing=True
    )
