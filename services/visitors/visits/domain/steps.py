"""The state machine of a visit, written down once.

One rule: what is not in `STEPS` does not happen; it is refused with the sentence for that status.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Identity
from sqlmodel import Field

from services.visitors.database import VisitorsTable, Word, one_of
from shared.errors import Conflict
from shared.events.visits import How, VisitStatus


class Step(StrEnum):
    """What can happen to a visit."""

    EXPECT = "expect"
    RESCHEDULE = "reschedule"
    ARRIVE = "arrive"
    CHECK_IN = "check_in"
    CHECK_OUT = "check_out"
    CANCEL = "cancel"


class AlreadyArrived(Conflict):
    """This visitor has arrived already."""


class AlreadyCheckedIn(Conflict):
    """This visitor is checked in already."""


class AlreadyCheckedOut(Conflict):
    """This visitor has been checked out already; register a new visit."""


class AlreadyCancelled(Conflict):
    """This visit was cancelled; register a new one."""


class VisitIsOver(Conflict):
    """This visit is over; register a new one."""


class VisitNotApproved(Conflict):
    """This visit is not approved yet."""


class VisitorNotHere(Conflict):
    """This visitor has not come yet; there is nobody to check out."""


class VisitorIsHere(Conflict):
    """This visitor is here already; check them out instead."""


_S = VisitStatus

STEPS: dict[tuple[Step, VisitStatus | None], VisitStatus] = {
    (Step.EXPECT, None): _S.EXPECTED,
    (Step.EXPECT, _S.DRAFT): _S.EXPECTED,
    (Step.EXPECT, _S.PENDING_APPROVAL): _S.EXPECTED,
    (Step.RESCHEDULE, _S.EXPECTED): _S.EXPECTED,
    (Step.RESCHEDULE, _S.ARRIVED): _S.ARRIVED,
    (Step.RESCHEDULE, _S.CHECKED_IN): _S.CHECKED_IN,
    (Step.RESCHEDULE, _S.ON_BREAK): _S.ON_BREAK,
    (Step.ARRIVE, _S.EXPECTED): _S.ARRIVED,
    (Step.CHECK_IN, _S.EXPECTED): _S.CHECKED_IN,
    (Step.CHECK_IN, _S.ARRIVED): _S.CHECKED_IN,
    (Step.CHECK_OUT, _S.ARRIVED): _S.CHECKED_OUT,
    (Step.CHECK_OUT, _S.CHECKED_IN): _S.CHECKED_OUT,
    (Step.CHECK_OUT, _S.ON_BREAK): _S.CHECKED_OUT,
    (Step.CANCEL, _S.DRAFT): _S.CANCELLED,
    (Step.CANCEL, _S.PENDING_APPROVAL): _S.CANCELLED,
    (Step.CANCEL, _S.EXPECTED): _S.CANCELLED,
}
"""(step, status before) -> status after."""

OVER = frozenset({_S.CHECKED_OUT, _S.CANCELLED, _S.REFUSED, _S.NO_SHOW, _S.LEFT_UNSEEN})
"""Nothing more happens; the pass opens no way in."""

ORDER: dict[VisitStatus, int] = {
    _S.DRAFT: 0,
    _S.PENDING_APPROVAL: 1,
    _S.EXPECTED: 2,
    _S.ARRIVED: 3,
    _S.CHECKED_IN: 4,
    _S.ON_BREAK: 4,
    **dict.fromkeys(OVER, 5),
}
"""How far a visit is; no step leads to a smaller number."""

_HERE = frozenset({_S.ARRIVED, _S.CHECKED_IN, _S.ON_BREAK})

_REFUSALS: dict[VisitStatus, type[Conflict]] = {
    _S.DRAFT: VisitNotApproved,
    _S.PENDING_APPROVAL: VisitNotApproved,
    _S.CHECKED_OUT: AlreadyCheckedOut,
    _S.CANCELLED: AlreadyCancelled,
    _S.CHECKED_IN: AlreadyCheckedIn,
    _S.ON_BREAK: AlreadyCheckedIn,
    _S.ARRIVED: AlreadyArrived,
}


def next_status(step: Step, status: VisitStatus | None) -> VisitStatus:
    """Where the step leads. Raises the refusal that says why it leads nowhere."""
    try:
        return STEPS[step, status]
    except KeyError:
        raise _refusal(step, status) from None


def _refusal(step: Step, status: VisitStatus | None) -> type[Conflict]:
    if step is Step.CANCEL and status in _HERE:
        return VisitorIsHere
    if step is Step.CHECK_OUT and status is VisitStatus.EXPECTED:
        return VisitorNotHere
    return _REFUSALS.get(status, VisitIsOver) if status else VisitIsOver


@dataclass(frozen=True)
class By:
    """Whose step it is: when it happened, by what, and by which person if one did it."""

    at: datetime
    how: How | None = None
    person_id: UUID | None = None
    passage_id: UUID | None = None
    recorded_at: datetime | None = None
    """When we learned of it, where that is later."""


class VisitStep(VisitorsTable, table=True):
    """A step that was taken: who, when, how. Rows are only ever added."""

    __tablename__ = "visit_steps"
    __table_args__ = (one_of("step", Step), one_of("to_status", VisitStatus), one_of("how", How))

    id: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True)
    )
    visit_id: UUID = Field(foreign_key="visits.id", index=True)
    step: Step = Field(sa_type=Word(Step))
    from_status: VisitStatus | None = Field(default=None, sa_type=Word(VisitStatus))
    to_status: VisitStatus = Field(sa_type=Word(VisitStatus))
    how: How | None = Field(default=None, sa_type=Word(How))
    person_id: UUID | None = None
    passage_id: UUID | None = None
    occurred_at: datetime = Field(sa_type=DateTime(timezone=True))
    recorded_at: datetime = Field(sa_type=DateTime(timezone=True))
