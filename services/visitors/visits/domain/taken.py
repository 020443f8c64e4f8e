"""A step taken: the row that records it, and the event that tells others of it."""

from __future__ import annotations

from dataclasses import dataclass

from services.visitors.visits.domain.steps import OVER, UNANNOUNCED, By, Step, VisitStep
from shared.events.visits import (
    VisitBreakEnded,
    VisitBreakStarted,
    VisitCancelled,
    VisitCheckInUndone,
    VisitCheckOutUndone,
    VisitEvent,
    VisitExpected,
    VisitFacts,
    VisitHostChanged,
    VisitorArrived,
    VisitorCheckedIn,
    VisitorCheckedOut,
    VisitorLeftUnseen,
    VisitorNoShow,
    VisitPassRotated,
    VisitRefused,
    VisitRescheduled,
    VisitStatus,
)

EVENTS: dict[Step, type[VisitEvent]] = {
    Step.EXPECT: VisitExpected,
    Step.REFUSE: VisitRefused,
    Step.RESCHEDULE: VisitRescheduled,
    Step.CHANGE_HOST: VisitHostChanged,
    Step.ROTATE: VisitPassRotated,
    Step.REVOKE: VisitPassRotated,
    Step.ARRIVE: VisitorArrived,
    Step.CHECK_IN: VisitorCheckedIn,
    Step.UNDO_CHECK_IN: VisitCheckInUndone,
    Step.START_BREAK: VisitBreakStarted,
    Step.END_BREAK: VisitBreakEnded,
    Step.CHECK_OUT: VisitorCheckedOut,
    Step.UNDO_CHECK_OUT: VisitCheckOutUndone,
    Step.CANCEL: VisitCancelled,
    Step.MISS: VisitorNoShow,
    Step.LOSE: VisitorLeftUnseen,
}
"""What each step is to others; a visit of which nobody outside has heard says nothing."""


@dataclass(frozen=True)
class Taken:
    """A step taken: the row that records it and the event that announces it."""

    step: VisitStep
    event: VisitEvent | None
    """None: nobody outside this service has heard of the visit yet."""


def taken(step: Step, facts: VisitFacts, *, before: VisitStatus | None, by: By) -> Taken:
    """`facts` are those after the step."""
    row = VisitStep(
        visit_id=facts.visit_id,
        step=step,
        from_status=before,
        to_status=facts.status,
        how=by.how,
        person_id=by.person_id,
        passage_id=by.passage_id,
        occurred_at=by.at,
        recorded_at=by.recorded_at or by.at,
        reason=by.reason,
    )
    is_news = facts.status not in UNANNOUNCED and not (
        before in UNANNOUNCED and facts.status in OVER
    )
    return Taken(step=row, event=EVENTS[step](visit=facts) if is_news else None)
