"""Somebody stands at the desk whom nobody expected.

One rule: one call does as much as it may: expects them, and checks them in unless somebody's word
is needed first or something is still to be done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.policies.domain import WalkInApproval
from services.visitors.policies.store import policy_for
from services.visitors.visitors.domain import Visitor
from services.visitors.visits import commands
from services.visitors.visits.commands import Beginning, Invitation
from services.visitors.visits.domain import ApprovalBy, By, Condition, Step, Visit
from shared.events.visits import How
from shared.identity.listed import Person

_ASKED: dict[WalkInApproval, ApprovalBy] = {
    WalkInApproval.HOST: ApprovalBy.HOST,
    WalkInApproval.TENANT: ApprovalBy.TENANT,
}


@dataclass(frozen=True)
class WalkIn:
    """What became of it."""

    visit: Visit
    visitor: Visitor
    conditions: list[Condition]
    """What is still to be done; nothing where the visitor is checked in."""


async def receive_walk_in(
    session: AsyncSession, invitation: Invitation, *, by: Person, at: datetime
) -> WalkIn:
    """Raises what `appointment_of` raises."""
    appointment = await commands.appointment_of(session, invitation, by=by)
    policy = await policy_for(session, appointment.tenant_id)
    asked = _ASKED.get(policy.walk_in_approval)
    if asked is ApprovalBy.HOST and by.person_id == appointment.host_id:
        asked = None
    step_by = By(at=at, how=How.DESK, person_id=by.person_id)
    beginning = Beginning(
        by=step_by,
        step=Step.EXPECT if asked is None else Step.REQUEST,
        more=invitation.more,
        approval_by=asked,
        is_told=False,
    )
    visit, visitor = await commands.expect(session, appointment, invitation.visitor, beginning)
    if asked is not None:
        return WalkIn(visit, visitor, [])
    conditions = await commands.conditions_of_visit(session, visit, at=at)
    if not conditions:
        step = Step.CHECK_IN
        await commands.take(session, visit, visitor, step, by=step_by, conditions=conditions)
    return WalkIn(visit, visitor, conditions)
