"""Visits: the state machine (`steps`), the visit itself (`visit`), what doors saw (`passages`).

Pure rules: no session, no network; callers pass in the time.
"""

from services.visitors.visits.domain.appointment import NOTHING_MORE, Appointment, InSeries, More
from services.visitors.visits.domain.bookings import KnownBooking, does_stand, guests_of
from services.visitors.visits.domain.columns import ApprovalBy, Says
from services.visitors.visits.domain.conditions import Condition, ConditionCode, must_be_met
from services.visitors.visits.domain.passages import VisitPassage, let_in_unawaited, steps_seen
from services.visitors.visits.domain.series import Terms, VisitSeries
from services.visitors.visits.domain.steps import (
    MAY_STAND_ALONE,
    ORDER,
    OVER,
    STEPS,
    UNANNOUNCED,
    UNDOING,
    By,
    Step,
    VisitStep,
    next_status,
)
from services.visitors.visits.domain.taken import EVENTS, Taken
from services.visitors.visits.domain.visit import Visit

__all__ = [
    "EVENTS",
    "MAY_STAND_ALONE",
    "NOTHING_MORE",
    "ORDER",
    "OVER",
    "STEPS",
    "UNANNOUNCED",
    "UNDOING",
    "Appointment",
    "ApprovalBy",
    "By",
    "Condition",
    "ConditionCode",
    "InSeries",
    "KnownBooking",
    "More",
    "Says",
    "Step",
    "Taken",
    "Terms",
    "Visit",
    "VisitPassage",
    "VisitSeries",
    "VisitStep",
    "does_stand",
    "guests_of",
    "let_in_unawaited",
    "must_be_met",
    "next_status",
    "steps_seen",
]
