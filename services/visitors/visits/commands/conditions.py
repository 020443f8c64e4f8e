"""What is still to be done before a visitor is checked in, and what the desk does about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.agreements.store import unaccepted
from services.visitors.policies.store import policies_for
from services.visitors.surroundings import surroundings_of
from services.visitors.visits.domain import Visit
from services.visitors.visits.domain.conditions import Condition, open_conditions, shown_for


async def conditions_of_visit(
    session: AsyncSession, visit: Visit, *, at: datetime
) -> list[Condition]:
    """What is open at that time; nothing where the visitor can be checked in."""
    return (await conditions_of(session, [visit], at=at))[visit.id]


async def conditions_of(
    session: AsyncSession, visits: Sequence[Visit], *, at: datetime
) -> dict[UUID, list[Condition]]:
    """The same for many, by visit; each is flushed."""
    documents = await unaccepted(session, [visit.id for visit in visits], at=at)
    policies = await policies_for(session, {visit.tenant_id for visit in visits})
    return {
        visit.id: open_conditions(
            shown_for(visit),
            policies[visit.tenant_id],
            documents=documents.get(visit.id, ()),
            at=at,
            timezone=surroundings_of(session).timezone,
        )
        for visit in visits
    }
