"""The steps of a visit's day, each recorded, announced and told in the caller's one transaction.

`is_told` is false for replayed facts, which make no mails.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.assistants.store import acts_for
from services.visitors.notices.domain import NoticeKind
from services.visitors.policies.store import pass_rules
from services.visitors.visitors.domain import Visitor
from services.visitors.visits import store
from services.visitors.visits.commands.calling import call_host, end_call
from services.visitors.visits.commands.conditions import conditions_of_visit
from services.visitors.visits.domain import (
    By,
    Condition,
    ConditionCode,
    Step,
    Taken,
    Visit,
    must_be_met,
    next_status,
)
from services.visitors.visits.domain.calling import is_news
from services.visitors.webhooks.commands import tell_webhooks
from shared.errors import NotAllowed
from shared.events.visits import How
from shared.identity.listed import Person, Role
from shared.messaging.outbox import announce


class OnlyHostsAndDesk(NotAllowed):
    """Only the hosts of this visit and the reception can change it."""


async def take(
    session: AsyncSession,
    visit: Visit,
    visitor: Visitor,
    step: Step,
    *,
    by: By,
    conditions: Sequence[Condition] | None = None,
    is_told: bool = True,
) -> None:
    """One step of the day. Raises the steps' refusals, and `ConditionOpen` for a check-in that
    no door has made already; a reason makes an exception of the hour. `conditions` are those that
    are open, where they are known already.
    """
    if step is Step.CHECK_IN and by.how is not How.DOOR:
        next_status(step, visit.status)
        if conditions is None:
            conditions = await conditions_of_visit(session, visit, at=by.at)
        _must_be_met_but_the_hour(conditions, by)
    if step is Step.UNDO_CHECK_IN:
        rules = await pass_rules(session, visit.tenant_id)
        await record(session, visit.undo_check_in(visitor=visitor, rules=rules, by=by))
    else:
        await record(session, _taken(visit, visitor, step, by=by))
    kind = await _call_of(session, visit, step, by=by) if is_told and is_news(by) else None
    if kind is None:
        await end_call(session, visit)
    else:
        await call_host(session, visit, visitor, kind, at=by.recorded_at or by.at)


async def _call_of(session: AsyncSession, visit: Visit, step: Step, *, by: By) -> NoticeKind | None:
    """By which notice the step calls the host; None where it is the host's own, or calls nobody."""
    if step is Step.CHECK_IN:
        return None if by.person_id == visit.host_id else NoticeKind.HOST_TOLD
    if step is Step.ARRIVE and (
        not visit.is_admitted_by_doors or await conditions_of_visit(session, visit, at=by.at)
    ):
        return NoticeKind.VISITOR_ARRIVED
    return None


def _must_be_met_but_the_hour(conditions: Sequence[Condition], by: By) -> None:
    waived = {ConditionCode.OUTSIDE_VISITING_HOURS} if by.reason else set()
    must_be_met([each for each in conditions if each.code not in waived])


def _taken(visit: Visit, visitor: Visitor, step: Step, *, by: By) -> Taken:
    match step:
        case Step.ARRIVE:
            return visit.arrive(visitor=visitor, by=by)
        case Step.CHECK_IN:
            return visit.check_in(visitor=visitor, by=by)
        case Step.START_BREAK | Step.END_BREAK:
            return visit.pause(step, visitor=visitor, by=by)
        case Step.CHECK_OUT:
            return visit.check_out(visitor=visitor, by=by)
        case Step.UNDO_CHECK_OUT:
            return visit.undo_check_out(visitor=visitor, by=by)
        case Step.MISS | Step.LOSE:
            return visit.sweep(step, visitor=visitor, by=by)
        case _:
            raise ValueError(f"{step} has a command of its own")


async def record(session: AsyncSession, taken: Taken) -> None:
    """Keeps the row of one step; announces its event, if it has one, to services and webhooks."""
    session.add(taken.step)
    if taken.event is not None:
        announce(session, taken.event)
        await tell_webhooks(session, taken.event, at=taken.step.occurred_at)


async def visit_to_change(
    session: AsyncSession, visit_id: UUID, *, by: Person
) -> tuple[Visit, Visitor]:
    """The visit, locked, for hosts, assistants and the reception. Raises `NoSuchVisit` before
    `OnlyHostsAndDesk`: what is hidden stays hidden.
    """
    visit, visitor = await store.visit(session, visit_id, seen_by=by, lock=True)
    if by.person_id in {visit.host_id, *visit.co_host_ids} or by.has(Role.RECEPTIONIST):
        return visit, visitor
    if not await acts_for(session, visit.host_id, me=by):
        raise OnlyHostsAndDesk
    return visit, visitor
