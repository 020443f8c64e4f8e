"""What visitors can be asked: to be known."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.visitors import store
from services.visitors.visitors.domain import Visitor, VisitorDetails


async def know_visitor(
    session: AsyncSession, details: VisitorDetails, *, tenant_id: UUID, at: datetime
) -> Visitor:
    """The tenant's visitor with these details; a new one where nobody has them."""
    known = await store.visitor_like(session, details, tenant_id=tenant_id)
    if known is not None:
        return known
    visitor = Visitor.known_by(details, tenant_id=tenant_id, at=at)
    session.add(visitor)
    await session.flush()
    return visitor
