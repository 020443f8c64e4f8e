"""Whose word a visit waits for, and what follows from it.

One rule: who is asked is written down with the visit; others see that it waits and can do nothing.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.notices.commands import tell_visitor
from services.visitors.notices.domain import NoticeKind
from services.visitors.visitors.domain import Visitor
from services.visitors.visits.commands.calling import particulars
from services.visitors.visits.commands.taking import record
from services.visitors.visits.commands.telling import take_back_visit
from services.visitors.visits.domain import ApprovalBy, By, Step, Visit, next_status
from services.visitors.visits.domain.finding import find
from services.visitors.visits.domain.steps import VisitNotToBeDecided
from shared.errors import NotAllowed
from shared.events.visits import How, VisitStatus
from shared.identity.listed import Person, Role


class NotYoursToDecide(NotAllowed):
    """Somebody else decides whether this visitor may come."""


class OnlyTheDeskFinds(NotAllowed):
    """Whom a door let in unawaited is seen to by the reception or by security; tell them."""


class OnlyTheDeskTurnsAway(NotAllowed):
    """Visitors are turned away by the reception or by security; as their host, cancel the visit."""


async def approve_visit(
    session: AsyncSession, visit: Visit, visitor: Visitor, *, by: Person, at: datetime
) -> None:
    """The visitor may come: the pass is live, the mail goes. Raises `NotYoursToDecide`,
    `VisitNotToBeDecided`.
    """
    _must_be_waiting(visit)
    _must_decide(visit, by)
    await let_come(session, visit, visitor, by=By(at=at, how=How.HOST, person_id=by.person_id))


async def let_come(session: AsyncSession, visit: Visit, visitor: Visitor, *, by: By) -> None:
    """Whoever decides says yes. Raises `VisitNotToBeDecided`."""
    _must_be_waiting(visit)
    await record(session, visit.stand(Step.EXPECT, visitor=visitor, by=by))
    await tell_visitor(session, NoticeKind.INVITATION, particulars(visit, visitor), at=by.at)


async def turn_away(session: AsyncSession, visit: Visit, visitor: Visitor, *, by: By) -> None:
    """Whoever decides says no. Raises `VisitNotToBeDecided`."""
    _must_be_waiting(visit)
    await _refuse(session, visit, visitor, by=by)


async def refuse_visit(
    session: AsyncSession,
    visit: Visit,
    visitor: Visitor,
    *,
    reason: str | None,
    by: Person,
    at: datetime,
) -> None:
    """The visitor may not come, or not stay. Raises `NotYoursToDecide`, `OnlyTheDeskTurnsAway`,
    the steps' refusals.
    """
    is_waiting = visit.status is VisitStatus.PENDING_APPROVAL
    if is_waiting:
        _must_decide(visit, by)
    elif not by.has(Role.RECEPTIONIST, Role.SECURITY):
        raise OnlyTheDeskTurnsAway
    next_status(Step.REFUSE, visit.status)
    how = How.HOST if is_waiting else How.DESK
    step_by = By(at=at, how=how, person_id=by.person_id, reason=reason)
    await _refuse(session, visit, visitor, by=step_by)


def find_visitor(visit: Visit, *, by: Person, at: datetime) -> None:
    """Whom a door let in unawaited was met. Raises `OnlyTheDeskFinds`, `NobodyToFind`."""
    if not by.has(Role.RECEPTIONIST, Role.SECURITY):
        raise OnlyTheDeskFinds
    find(visit, by=By(at=at, how=How.DESK, person_id=by.person_id))


async def _refuse(session: AsyncSession, visit: Visit, visitor: Visitor, *, by: By) -> None:
    await record(session, visit.refuse(visitor=visitor, by=by))
    await take_back_visit(session, visit, visitor, at=by.at)


def _must_be_waiting(visit: Visit) -> None:
    if visit.status is not VisitStatus.PENDING_APPROVAL:
        raise VisitNotToBeDecided


def _must_decide(visit: Visit, by: Person) -> None:
    is_theirs = by.tenant_id == visit.tenant_id
    is_host = by.person_id in {visit.host_id, *visit.co_host_ids}
    if is_theirs and by.has(Role.TENANT_ADMIN):
        return
    if not (is_host and visit.approval_by is ApprovalBy.HOST):
        raise NotYoursToDecide
