"""Looks up visitors."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.visitors.visitors.domain import Visitor, VisitorDetails


async def visitor(session: AsyncSession, visitor_id: UUID) -> Visitor:
    """The visitor of that id; who asks has it from a visit, so it exists."""
    return await session.get_one(Visitor, visitor_id)


async def visitor_like(
    session: AsyncSession, details: VisitorDetails, *, tenant_id: UUID
) -> Visitor | None:
    """The tenant's visitor with the very same details; without an e-mail nobody is the same."""
    if details.email is None:
        return None
    found = await session.scalars(
        select(Visitor)
        .where(col(Visitor.tenant_id) == tenant_id)
        .where(func.lower(col(Visitor.email)) == details.email.lower())
        .where(col(Visitor.email).is_not(None), col(Visitor.erased_at).is_(None))
        .order_by(col(Visitor.created_at))
        .limit(50)
    )
    return next((visitor for visitor in found if visitor.details == details), None)
