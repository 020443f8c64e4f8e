"""Locks visits, always before their visitors are looked up.

One rule: whoever had to wait for a visit sees it as it is then, with the visitor whose it is then;
a join would have been made before the wait, and would lose the visit of whom somebody has merged.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

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
