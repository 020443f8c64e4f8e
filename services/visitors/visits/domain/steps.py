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
from shared.events.visits import HERE, How, VisitStatus


class Step(StrEnum):
    """What can happen to a visit."""

    DRAFT = "draft"
    REQUEST = "request"
    EXPECT = "expect"
    REFUSE = "refuse"
    RESCHEDULE = "reschedule"
    CHANGE_HOST = "change_host"
    ROTATE = "rotate_pass"
    REVOKE = "revoke_pass"
    ARRIVE = "arrive"
    CHECK_IN = "check_in"
    UNDO_CHECK_IN = "undo_check_in"
    START_BREAK = "start_break"
    END_BREAK = "end_break"
    CHECK_OUT = "check_out"
    UNDO_CHECK_OUT = "undo_check_out"
    CANCEL = "cancel"
    MISS = "miss"
    """Nobody came."""
    LOSE = "lose"
    """Nobody saw them leave."""


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


class AlreadyTurnedAway(Conflict):
    """This visitor was turned away; the steps of the visit say by whom and why."""


class VisitNotApproved(Conflict):
    """This visit is not approved yet."""


class PassEnded(Conflict):
    """This visit is over; its pass opens nothing and is not printed any more."""


class VisitorNotHere(Conflict):
    """This visitor has not come yet; there is nobody to check out."""


class VisitorIsHere(Conflict):
    """This visitor is here already; check them out instead."""


class VisitNotOver(Conflict):
    """This visit is not checked out; there is nothing to undo."""


class NotCheckedIn(Conflict):
    """This visitor is not checked in; there is nothing to undo."""


class NotOnBreak(Conflict):
    """This visitor is not on a break."""


class VisitNotToBeDecided(Conflict):
    """This visit does not wait for anybody's word."""


_S = VisitStatus

_EARLY = (_S.DRAFT, _S.PENDING_APPROVAL)
_LIVE = (_S.EXPECTED, *HERE)
_SET_RIGHT = (_S.CHECKED_OUT, _S.NO_SHOW, _S.LEFT_UNSEEN)
"""What is over unless a person or a late passage sets it right: its pass may be wanted again."""


def _same(step: Step, *statuses: VisitStatus) -> dict[tuple[Step, VisitStatus | None], VisitStatus]:
    return {(step, status): status for status in statuses}


STEPS: dict[tuple[Step, VisitStatus | None], VisitStatus] = {
    (Step.DRAFT, None): _S.DRAFT,
    (Step.REQUEST, None): _S.PENDING_APPROVAL,
    (Step.REQUEST, _S.DRAFT): _S.PENDING_APPROVAL,
    (Step.EXPECT, None): _S.EXPECTED,
    (Step.EXPECT, _S.DRAFT): _S.EXPECTED,
    (Step.EXPECT, _S.PENDING_APPROVAL): _S.EXPECTED,
    (Step.REFUSE, _S.PENDING_APPROVAL): _S.REFUSED,
    (Step.REFUSE, _S.EXPECTED): _S.REFUSED,
    (Step.REFUSE, _S.ARRIVED): _S.REFUSED,
    **_same(Step.RESCHEDULE, *_EARLY, *_LIVE),
    **_same(Step.CHANGE_HOST, *_EARLY, *_LIVE),
    **_same(Step.ROTATE, *_LIVE),
    **_same(Step.REVOKE, *_LIVE, *_SET_RIGHT),
    (Step.ARRIVE, _S.EXPECTED): _S.ARRIVED,
    (Step.ARRIVE, _S.NO_SHOW): _S.ARRIVED,
    (Step.CHECK_IN, _S.EXPECTED): _S.CHECKED_IN,
    (Step.CHECK_IN, _S.ARRIVED): _S.CHECKED_IN,
    (Step.UNDO_CHECK_IN, _S.CHECKED_IN): _S.EXPECTED,
    (Step.START_BREAK, _S.CHECKED_IN): _S.ON_BREAK,
    (Step.END_BREAK, _S.ON_BREAK): _S.CHECKED_IN,
    (Step.CHECK_OUT, _S.ARRIVED): _S.CHECKED_OUT,
    (Step.CHECK_OUT, _S.CHECKED_IN): _S.CHECKED_OUT,
    (Step.CHECK_OUT, _S.ON_BREAK): _S.CHECKED_OUT,
    (Step.CHECK_OUT, _S.LEFT_UNSEEN): _S.CHECKED_OUT,
    (Step.UNDO_CHECK_OUT, _S.CHECKED_OUT): _S.ARRIVED,
    (Step.CANCEL, _S.DRAFT): _S.CANCELLED,
    (Step.CANCEL, _S.PENDING_APPROVAL): _S.CANCELLED,
    (Step.CANCEL, _S.EXPECTED): _S.CANCELLED,
    (Step.MISS, _S.EXPECTED): _S.NO_SHOW,
    (Step.LOSE, _S.ARRIVED): _S.LEFT_UNSEEN,
    (Step.LOSE, _S.CHECKED_IN): _S.LEFT_UNSEEN,
    (Step.LOSE, _S.ON_BREAK): _S.LEFT_UNSEEN,
}
"""(step, status before) -> status after. What an undo leads to is the least that is known: the
visit itself says whether a door saw the visitor arrive, or the desk had admitted them.
"""

OVER = frozenset({_S.CHECKED_OUT, _S.CANCELLED, _S.REFUSED, _S.NO_SHOW, _S.LEFT_UNSEEN})
"""The pass opens no way in."""

UNANNOUNCED = frozenset(_EARLY)
"""Nobody outside this service has heard of such a visit."""

MAY_STAND_ALONE = frozenset({*HERE, *_SET_RIGHT})
"""What is left as it is, without its booking, where that moves on: the visitor has been here, or
was missed. Whom somebody called off or turned away is not expected anew by that.
"""

UNDOING = frozenset({Step.UNDO_CHECK_IN, Step.UNDO_CHECK_OUT})

ORDER: dict[VisitStatus, int] = {
    _S.DRAFT: 0,
    _S.PENDING_APPROVAL: 1,
    _S.EXPECTED: 2,
    _S.NO_SHOW: 2,
    _S.ARRIVED: 3,
    _S.CHECKED_IN: 4,
    _S.ON_BREAK: 4,
    _S.LEFT_UNSEEN: 5,
    **dict.fromkeys((_S.CHECKED_OUT, _S.CANCELLED, _S.REFUSED), 6),
}
"""How far a visit is; no step but an undo leads to a smaller number."""

_REFUSALS: dict[VisitStatus, type[Conflict]] = {
    _S.DRAFT: VisitNotApproved,
    _S.PENDING_APPROVAL: VisitNotApproved,
    _S.CHECKED_OUT: AlreadyCheckedOut,
    _S.CANCELLED: AlreadyCancelled,
    _S.REFUSED: AlreadyTurnedAway,
    _S.CHECKED_IN: AlreadyCheckedIn,
    _S.ON_BREAK: AlreadyCheckedIn,
    _S.ARRIVED: AlreadyArrived,
}
"""Why a step is refused in that status, where the step has no refusal of its own."""

_OWN_REFUSALS: dict[tuple[Step, VisitStatus], type[Conflict]] = {
    **{(Step.CANCEL, status): VisitorIsHere for status in HERE},
    **{(Step.REVOKE, status): PassEnded for status in (_S.CANCELLED, _S.REFUSED)},
    **{(Step.REFUSE, status): VisitorIsHere for status in (_S.CHECKED_IN, _S.ON_BREAK)},
    (Step.CHECK_OUT, _S.EXPECTED): VisitorNotHere,
    (Step.START_BREAK, _S.EXPECTED): VisitorNotHere,
    (Step.START_BREAK, _S.ARRIVED): NotCheckedIn,
    **{(Step.END_BREAK, status): NotOnBreak for status in (_S.EXPECTED, _S.ARRIVED, _S.CHECKED_IN)},
    **{(Step.UNDO_CHECK_IN, status): NotCheckedIn for status in _S if status is not _S.CHECKED_IN},
    **{(Step.UNDO_CHECK_OUT, status): VisitNotOver for status in _S if status not in OVER},
    **{(Step.EXPECT, status): VisitNotToBeDecided for status in _LIVE},
}


def next_status(step: Step, status: VisitStatus | None) -> VisitStatus:
    """Where the step leads. Raises the refusal that says why it leads nowhere."""
    try:
        return STEPS[step, status]
    except KeyError:
        raise _refusal(step, status) from None


def _refusal(step: Step, status: VisitStatus | None) -> type[Conflict]:
    if status is None:
        return VisitIsOver
    return _OWN_REFUSALS.get((step, status)) or _REFUSALS.get(status, VisitIsOver)


@dataclass(frozen=True)
class By:
    """Whose step it is: when it happened, by what, and by which person if one did it."""

    at: datetime
    how: How | None = None
    person_id: UUID | None = None
    passage_id: UUID | None = None
    recorded_at: datetime | None = None
    """When we learned of it, where that is later."""
    reason: str | None = None
    """In the words of whoever took it."""


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
    reason: str | None = None
