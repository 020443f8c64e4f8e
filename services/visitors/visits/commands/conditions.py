"""What is still to be done before a visitor is checked in, and what the desk does about it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.agreements.store import Document, documents_to_accept
from services.visitors.policies.store import policy_for
from services.visitors.surroundings import surroundings_of
from services.visitors.visits.domain import Visit
from services.visitors.visits.domain.conditions import Condition, open_conditions, shown_for


async def documents_of_visit(
    session: AsyncSession, visit: Visit, *, at: datetime
) -> list[Document]:
    """What the visitor has still to accept."""
    found = await documents_to_accept(
        session,
        tenant_id=visit.tenant_id,
        visit_id=visit.id,
        visitor_id=visit.visitor_id,
        kind=visit.kind.value,
        at=at,
    )
    return list(found)


async def conditions_of_visit(
    session: AsyncSession, visit: Visit, *, at: datetime
) -> list[Condition]:
    """What is open at that time; nothing where the visitor can be checked in."""
    documents = await documents_of_visit(session, visit, at=at)
    return open_conditions(
        shown_for(visit),
        await policy_for(session, visit.tenant_id),
        documents=[document.id for document, _ in documents],
        at=at,
        timezone=surroundings_of(session).timezone,
    )
