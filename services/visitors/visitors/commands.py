"""What visitors can be asked: to be known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.visitors import store
from services.visitors.visitors.domain import Visitor, VisitorDetails


async def know_visitor(
    session: AsyncSession, details: VisitorDetails, *, tenant_id: UUID, at: datetime
) -> Visitor:
    """The tenant's visitor with these details; a new one where nobody has them."""
    (known,) = await know_visitors(session, [details], tenant_id=tenant_id, at=at)
    return known


async def know_visitors(
    session: AsyncSession, wanted: Sequence[VisitorDetails], *, tenant_id: UUID, at: datetime
) -> list[Visitor]:
    """One for each of these details, in their order."""
    known = await store.visitors_like(session, set(wanted), tenant_id=tenant_id)

    def one(details: VisitorDetails) -> Visitor:
        if details in known:
            return known[details]
        visitor = Visitor.known_by(details, tenant_id=tenant_id, at=at)
        session.add(visitor)
        if details.email is not None:
            known[details] = visitor
        return visitor

    found = [one(details) for details in wanted]
    await session.flush()
    return found
