"""What the desk can be asked: to admit a visitor, to see one off, to name another host.

One rule: only receptionists act here, and only on visits that they may see.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.visitors.domain import Visitor
from services.visitors.visits import commands, store
from services.visitors.visits.commands import NoSuchHost
from services.visitors.visits.domain import By, Visit
from shared import directory
from shared.errors import NotAllowed
from shared.events.visits import How
from shared.identity.listed import Person, Role


class OnlyTheDesk(NotAllowed):
    """Visitors are checked in and out by the reception."""


async def visit_at_desk(
    session: AsyncSession, visit_id: UUID, *, by: Person
) -> tuple[Visit, Visitor]:
    """The visit, locked. Raises `NoSuchVisit` before `OnlyTheDesk`: what is hidden stays hidden."""
    found = await store.visit(session, visit_id, seen_by=by, lock=True)
    must_be_at_the_desk(by)
    return found


def must_be_at_the_desk(by: Person) -> None:
    """Raises `OnlyTheDesk`."""
    if not by.has(Role.RECEPTIONIST):
        raise OnlyTheDesk


async def name_host(
    session: AsyncSession,
    visit: Visit,
    visitor: Visitor,
    *,
    host_id: UUID,
    by: Person,
    at: datetime,
) -> None:
    """Another one of the same company receives the visitor. Raises `NoSuchHost`."""
    if not await directory.is_held_listed(session, host_id, tenant_id=visit.tenant_id):
        raise NoSuchHost
    step_by = By(at=at, how=How.DESK, person_id=by.person_id)
    await commands.name_host(session, visit, visitor, host_id, by=step_by)
