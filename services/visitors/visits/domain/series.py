"""A series: visits of one visitor that recur, with one pass, one desk code and one calendar entry.

One rule: what is said of the series holds for the visits that were not changed by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, TypeAdapter
from sqlalchemy import Column, DateTime, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.visitors.database import VisitorsTable
from services.visitors.visits.domain.appointment import NOTHING_MORE, More
from services.visitors.visits.domain.visit import Visit
from shared.clock import wall_time
from shared.errors import Conflict
from shared.events.directory import Language
from shared.events.visits import VisitStatus
from shared.recurrence import Recurrence, Rule, span_of


class AnotherThatDay(Conflict):
    """This series has another visit on {day}; move that one, or invite for this time by itself."""


_NOT_IN_THE_WAY = frozenset({VisitStatus.CANCELLED, VisitStatus.REFUSED, VisitStatus.NO_SHOW})
"""What else is over may be undone, and whoever has come that day may come back by the pass."""


class Terms(BaseModel):
    """What holds from one visit of a series on, until other terms do."""

    model_config = ConfigDict(frozen=True)

    begins: datetime
    """The first `recurrence_wall` that it holds for."""
    starts: time | None = None
    """The time of day by the wall; None: as the rule says."""
    minutes: int
    """How long by the wall: 480 from 22:00 to 06:00, whatever the clocks do in that night."""
    language: Language
    zones_asked: tuple[UUID, ...] | None = None
    more: More = NOTHING_MORE

    def window_at(self, wall: datetime, *, timezone: str) -> tuple[datetime, datetime]:
        """When the visit of that wall time is to be, as instants."""
        starts, ends = self.walls_at(wall)
        return span_of(starts, ends - starts, timezone=timezone)

    def walls_at(self, wall: datetime) -> tuple[datetime, datetime]:
        """The same by the clock on the wall."""
        starts = wall if self.starts is None else datetime.combine(wall.date(), self.starts)
        return starts, starts + timedelta(minutes=self.minutes)


_TERMS = TypeAdapter(tuple[Terms, ...])


class VisitSeries(VisitorsTable, table=True):
    """What the visits of a series have in common; each is a visit of its own."""

    __tablename__ = "visit_series"

    id: UUID = Field(primary_key=True)
    tenant_id: UUID
    host_id: UUID
    """Who was the host when it was made; each visit says who is."""
    timezone: str
    starts_wall: datetime = Field(sa_type=DateTime(timezone=False))
    """DTSTART (RFC 5545)."""
    rule: str | None = Field(default=None, sa_type=Text)
    """RRULE."""
    dates: list[str] = Field(sa_column=Column(JSONB, nullable=False))
    """RDATE: wall times."""
    but_not: list[str] = Field(sa_column=Column(JSONB, nullable=False))
    """EXDATE: wall times."""
    kept_terms: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    desk_code: str
    calendar_sequence: int = 0
    """SEQUENCE of the calendar entry of all its days."""
    created_by: UUID | None = None
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    version: int = 1

    @property
    def terms(self) -> tuple[Terms, ...]:
        """In the order in which they begin."""
        return _TERMS.validate_python(self.kept_terms)

    def keep_terms(self, terms: tuple[Terms, ...]) -> None:
        self.kept_terms = _TERMS.dump_python(terms, mode="json")

    def terms_at(self, wall: datetime) -> Terms:
        """What is said of the visit of that wall time."""
        first, *later = self.terms
        return next((each for each in reversed(later) if each.begins <= wall), first)

    def change_terms(self, begins: datetime, change: Callable[[Terms], Terms]) -> None:
        """From that wall time on something else is said."""
        before = [each for each in self.terms if each.begins < begins]
        first = self.terms_at(begins).model_copy(update={"begins": begins})
        later = [each for each in self.terms if each.begins > begins]
        self.keep_terms((*before, *(change(each) for each in (first, *later))))
        self.version += 1

    def window_at(self, wall: datetime) -> tuple[datetime, datetime]:
        """When the series has the visit of that wall time."""
        return self.terms_at(wall).window_at(wall, timezone=self.timezone)

    def must_all_be_apart(self, in_order: Sequence[Visit]) -> None:
        """The visits of the series, by start. Raises `AnotherThatDay`."""
        standing = [visit for visit in in_order if visit.status not in _NOT_IN_THE_WAY]
        for other, visit in pairwise(standing):
            self.must_be_apart(visit, visit.starts_at, visit.ends_at, others=[other])

    def must_be_apart(
        self, visit: Visit, starts_at: datetime, ends_at: datetime, *, others: Sequence[Visit]
    ) -> None:
        """Two visits of one day, by the clock of the series, or at one time would let two people in
        by one pass. Raises `AnotherThatDay`.
        """
        day = self.day_of(starts_at)
        for other in others:
            if other.id == visit.id or other.status in _NOT_IN_THE_WAY:
                continue
            is_meanwhile = other.starts_at < ends_at and starts_at < other.ends_at
            if is_meanwhile or self.day_of(other.starts_at) == day:
                raise AnotherThatDay(day=self.day_of(other.starts_at).isoformat())

    def day_of(self, at: datetime) -> date:
        return wall_time(at, timezone=self.timezone).date()

    def has_time_of(self, visit: Visit) -> bool:
        """Whether a visit is when its series has it: by the clock on the wall, or at the instants
        that this means, which differ in a night in which the clocks change, and where newer rules
        of the zone have not been followed yet.
        """
        wall = visit.recurrence_wall
        if wall is None:
            return False
        by_the_wall = (visit.starts_wall, visit.ends_wall, visit.timezone)
        return by_the_wall == (
            *self.terms_at(wall).walls_at(wall),
            self.timezone,
        ) or self.window_at(wall) == (visit.starts_at, visit.ends_at)

    @property
    def shift(self) -> timedelta:
        """How much later than its rule all of it is by its first terms; nothing where the rule
        has them at several times of day.
        """
        starts, usual = self.terms[0].starts, self.starts_wall.time()
        recurrence = self.recurrence
        names_its_time = recurrence.rule is not None and recurrence.rule.names_its_time
        if starts is None or names_its_time or any(at.time() != usual for at in recurrence.dates):
            return timedelta()
        return datetime.combine(self.starts_wall.date(), starts) - self.starts_wall

    @property
    def recurrence(self) -> Recurrence:
        return Recurrence(
            starts_wall=self.starts_wall,
            length=timedelta(minutes=self.terms[0].minutes),
            timezone=self.timezone,
            rule=None if self.rule is None else Rule.read(self.rule),
            dates=[datetime.fromisoformat(wall) for wall in self.dates],
            but_not=[datetime.fromisoformat(wall) for wall in self.but_not],
        )
