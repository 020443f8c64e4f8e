"""What can be asked of people's needs: to see them, to set them.

One rule: they are seen by the person themself, security, and their own tenant's admin alone, and
travel in no event.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.authority import must_look_after
from services.access.directory import store as directory
from services.access.directory.domain import Person
from services.access.journal.commands import journal_act
from shared.identity.listed import Person as Caller
from shared.identity.listed import Role


async def person_to_know(
    session: AsyncSession, person_id: UUID, *, by: Caller, lock: bool = False
) -> Person:
    """Raises `NoSuchPerson`, `NotYourRole`."""
    person = await directory.person(session, person_id, seen_by=by, lock=lock)
    if person.person_id != by.person_id:
        must_look_after(by, person.tenant_id, park_wide=(Role.SECURITY,))
    return person


async def set_needs(
    session: AsyncSession,
    person_id: UUID,
    *,
    needs_extended_time: bool,
    needs_help: bool,
    by: Caller,
    at: datetime,
) -> Person:
    """From now on doors and wardens know. The journal says that, and not which."""
    person = await person_to_know(session, person_id, by=by, lock=True)
    person.needs_extended_time, person.needs_help = needs_extended_time, needs_help
    await journal_act(
        session, "needs_set", by=by, at=at, tenant_id=person.tenant_id, person_id=person_id
    )
    return person
