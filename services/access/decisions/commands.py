"""What can be asked about decisions that were made."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.decisions import store
from services.access.decisions.passages import NoSuchDecision
from services.access.decisions.records import Decision
from services.access.journal.commands import scope_of
from services.access.journal.domain import JournalEntry, JournalParticulars
from shared.identity.listed import Person


async def decision_seen_by(
    session: AsyncSession, decision_id: UUID, *, me: Person
) -> tuple[Decision, JournalEntry, JournalParticulars | None]:
    """Raises `NoSuchDecision`, also for one about another tenant's people."""
    found = await store.decision(session, decision_id, tenant_id=scope_of(me))
    if found is None:
        raise NoSuchDecision
    return found
