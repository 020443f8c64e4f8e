"""What hosts can ask: to be helped, and to be helped no more."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.assistants import store
from services.visitors.assistants.domain import (
    MOST_ASSISTANTS,
    Assistant,
    NoSuchColleague,
    TooManyAssistants,
)
from shared import directory
from shared.identity.listed import Person


async def name_assistant(
    session: AsyncSession, person_id: UUID, *, by: Person, at: datetime
) -> None:
    """A colleague acts for the host from now on. Raises `NoSuchColleague`, `TooManyAssistants`."""
    is_colleague = await directory.is_held_listed(session, person_id, tenant_id=by.tenant_id)
    if not is_colleague or person_id == by.person_id:
        raise NoSuchColleague
    known = {each.assistant_id for each in await store.assistants_of(session, by.person_id)}
    if person_id in known:
        return
    if len(known) >= MOST_ASSISTANTS:
        raise TooManyAssistants
    await session.merge(Assistant(host_id=by.person_id, assistant_id=person_id, named_at=at))


async def let_assistant_go(session: AsyncSession, person_id: UUID, *, by: Person) -> None:
    """They act for the host no more."""
    known = await session.get(Assistant, (by.person_id, person_id), with_for_update=True)
    if known is not None:
        await session.delete(known)
