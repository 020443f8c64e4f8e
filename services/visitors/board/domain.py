"""What a desk does next about a visit.

One rule: a visit has one next action; whoever is at the desk need not know the state machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from services.visitors.visits.domain import Condition, ConditionCode
from shared.errors import Conflict
from shared.events.visits import VisitStatus


class SyncTokenTooOld(Conflict):
    """Too much has changed since then; read the board anew."""


class NextAction(StrEnum):
    """What the desk does next."""

    SUBMIT = "submit"
    WAIT_FOR_APPROVAL = "wait_for_approval"
    ACCEPT_DOCUMENTS = "accept_documents"
    SEE_ID = "see_id"
    SHOW_PROOFS = "show_proofs"
    CHECK_IN = "check_in"
    END_BREAK = "end_break"
    CHECK_OUT = "check_out"
    FIND_VISITOR = "find_visitor"
    """A door has let them in, and nobody awaits them now: see them off, or register them anew; then
    say that they were found."""
    NONE = "none"


_OF_STATUS: dict[VisitStatus, NextAction] = {
    VisitStatus.DRAFT: NextAction.SUBMIT,
    VisitStatus.PENDING_APPROVAL: NextAction.WAIT_FOR_APPROVAL,
    VisitStatus.EXPECTED: NextAction.CHECK_IN,
    VisitStatus.ARRIVED: NextAction.CHECK_IN,
    VisitStatus.CHECKED_IN: NextAction.CHECK_OUT,
    VisitStatus.ON_BREAK: NextAction.END_BREAK,
    VisitStatus.LEFT_UNSEEN: NextAction.CHECK_OUT,
}
_OF_CONDITION: dict[ConditionCode, NextAction] = {
    ConditionCode.ID_TO_BE_SEEN: NextAction.SEE_ID,
    ConditionCode.INSURANCE_TO_BE_SHOWN: NextAction.SHOW_PROOFS,
    ConditionCode.INDUCTION_TO_BE_DONE: NextAction.SHOW_PROOFS,
    ConditionCode.PERMIT_TO_BE_SHOWN: NextAction.SHOW_PROOFS,
    ConditionCode.DOCUMENT_TO_ACCEPT: NextAction.ACCEPT_DOCUMENTS,
}


def next_action(
    status: VisitStatus, conditions: Sequence[Condition], *, is_let_in: bool
) -> NextAction:
    """`conditions` are those that are open before a check-in; the hour holds up nothing.
    `is_let_in`: somebody is inside though the visit is off, or for another day.
    """
    if is_let_in:
        return NextAction.FIND_VISITOR
    action = _OF_STATUS.get(status, NextAction.NONE)
    if action is not NextAction.CHECK_IN:
        return action
    asked = (_OF_CONDITION.get(each.code) for each in conditions)
    return next((each for each in asked if each is not None), NextAction.CHECK_IN)
