"""Locks visits, always before their visitors are looked up.

One rule: whoever had to wait for a visit sees it as it is then, with the visitor whose it is then;
a join would have been made before the wait, and would lose the visit of whom somebody has merged.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.visitors.tenant_locks import hold_alone, hold_together
from services.visitors.visitors.domain import Visitor
from services.visitors.visits.domain import Visit


async def locked(
    session: AsyncSession, query: Select[Visit], *, skip_locked: bool = False
) -> list[tuple[Visit, Visitor]]:
    """The visits of the query, locked, each with its visitor."""
    visits = (await session.scalars(query.with_for_update(skip_locked=skip_locked))).all()
    return await _with_visitors(session, visits)


async def _with_visitors(
    session: AsyncSession, visits: Sequence[Visit]
) -> list[tuple[Visit, Visitor]]:
    if not visits:
        return []
    ids = {visit.visitor_id for visit in visits}
    found = await session.scalars(select(Visitor).where(col(Visitor.id).in_(ids)))
    visitors = {visitor.id: visitor for visitor in found}
    return [(visit, visitors[visit.visitor_id]) for visit in visits]


async def keep_tenants_zones(session: AsyncSession, tenant_id: UUID) -> None:
    """Nobody learns of other zones of the tenant before this transaction has ended: they would miss
    the visit that it makes. Take it before the rows of visits, as `await_tenants_visits` is.
    """
    await hold_together(session, "zones", tenant_id=tenant_id)


async def keep_zones_of_visit(session: AsyncSession, visit_id: UUID) -> None:
    """The same for the tenant of a visit that is to be locked."""
    tenant_id = await session.scalar(select(col(Visit.tenant_id)).where(col(Visit.id) == visit_id))
    if tenant_id is not None:
        await keep_tenants_zones(session, tenant_id)


async def await_tenants_visits(session: AsyncSession, tenant_id: UUID) -> None:
    """Waits for the visits that are being made with the tenant's zones as they were known."""
    await hold_alone(session, "zones", tenant_id=tenant_id)
