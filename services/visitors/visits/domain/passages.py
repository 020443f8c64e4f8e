"""What doors saw of a visitor, and what it means for the visit.

One rule: passages come late and in any order, so each is kept as evidence and the whole is judged
by when things happened; what was overtaken stays evidence and moves nothing back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime
from sqlmodel import Field

from services.visitors.database import VisitorsTable, Word, one_of
from services.visitors.visits.domain.appointment import EARLY_CHECK_IN
from services.visitors.visits.domain.steps import STEPS, By, Step
from services.visitors.visits.domain.visit import Visit
from shared.events.access import Boundary, Evidence
from shared.events.visits import How, VisitStatus

_OFF = frozenset({VisitStatus.CANCELLED, VisitStatus.REFUSED})


class VisitPassage(VisitorsTable, table=True):
    """A door that the holder of a visit's pass went through."""

    __tablename__ = "visit_passages"
    __table_args__ = (one_of("boundary", Boundary), one_of("evidence", Evidence))

    passage_id: UUID = Field(primary_key=True)
    visit_id: UUID = Field(foreign_key="visits.id", index=True)
    access_point_id: UUID
    from_zone_id: UUID | None = None
    to_zone_id: UUID | None = None
    boundary: Boundary = Field(sa_type=Word(Boundary))
    evidence: Evidence = Field(sa_type=Word(Evidence))
    occurred_at: datetime = Field(sa_type=DateTime(timezone=True))
    recorded_at: datetime = Field(sa_type=DateTime(timezone=True))

    @property
    def is_leaving(self) -> bool:
        return self.boundary is Boundary.LEFT_PARK

    @property
    def happened_at(self) -> datetime:
        """By the door's clock, which may be fast: nothing happens after it was recorded."""
        return min(self.occurred_at, self.recorded_at)

    def by(self, *, recorded_at: datetime) -> By:
        return By(
            at=self.happened_at,
            how=How.DOOR,
            passage_id=self.passage_id,
            recorded_at=recorded_at,
        )


def steps_seen(
    visit: Visit, passages: Sequence[VisitPassage], *, recorded_at: datetime
) -> list[tuple[Step, By]]:
    """The steps that all the passages together make due, in order; often none."""
    entries = sorted((p for p in passages if not p.is_leaving), key=_when)
    exits = sorted((p for p in passages if p.is_leaving), key=_when)
    steps: list[tuple[Step, By]] = []
    if (Step.ARRIVE, visit.status) in STEPS:
        awaited = [each for each in entries if not _is_of_another_day(visit, each)]
        if not awaited:
            return []
        came = awaited[0].by(recorded_at=recorded_at)
        steps.append((Step.ARRIVE, came))
        if visit.is_admitted_by_doors:
            steps.append((Step.CHECK_IN, came))
    elif visit.status is VisitStatus.ON_BREAK:
        back = [p for p in entries if visit.break_at is not None and _when(p) > visit.break_at]
        if not back:
            return []
        steps.append((Step.END_BREAK, back[0].by(recorded_at=recorded_at)))
    elif (Step.CHECK_OUT, visit.status) not in STEPS:
        return []
    seen_inside = [entry.happened_at for entry in entries]
    seen_inside += [at for at in (visit.here_at, visit.check_in_undone_at) if at is not None]
    if exits and exits[-1].happened_at > max(seen_inside, default=exits[-1].happened_at):
        steps.append((Step.CHECK_OUT, exits[-1].by(recorded_at=recorded_at)))
    return steps


def let_in_unawaited(visit: Visit, passages: Sequence[VisitPassage]) -> datetime | None:
    """Since when somebody is inside by the pass of a visit that is off, or of another day: the door
    could not know yet. None where nobody is, or they were met since.
    """
    if visit.status is VisitStatus.EXPECTED:
        came = [each for each in passages if _is_of_another_day(visit, each)]
    else:
        came = list(passages) if visit.status in _OFF else []
    left_at = max((_when(each) for each in passages if each.is_leaving), default=None)
    known = [at for at in (left_at, visit.arrived_at, visit.found_at) if at is not None]
    inside = [_when(each) for each in came if not each.is_leaving]
    return min((at for at in inside if not known or at > max(known)), default=None)


def _is_of_another_day(visit: Visit, passage: VisitPassage) -> bool:
    """Whether it was so early that somebody must have moved the visit since."""
    return _when(passage) < min(visit.pass_valid_from, visit.starts_at - EARLY_CHECK_IN)


def _when(passage: VisitPassage) -> datetime:
    return passage.happened_at
