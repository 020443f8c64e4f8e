"""What is wished of a series of visits, and what cannot be.

Pure rules: no session, no clock. At most one visit a day, so that one pass for all of them lets
nobody else in beside its holder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from services.visitors.visits.commands import Invitation
from services.visitors.visits.domain import More, Terms, Visit, VisitSeries
from shared.errors import Conflict, NotFound
from shared.recurrence import Recurrence, span_of

MOST = 400
"""Visits in one series."""
FURTHEST = timedelta(days=731)
"""24 months, whatever months they are."""


class NoSuchSeries(NotFound):
    """There is no such series of visits."""


class NoSuchOccurrence(NotFound):
    """This series has no visit at that time."""


class NothingAhead(Conflict):
    """No visit of this series is still to come after that time."""


class SeriesIsNoDraft(Conflict):
    """This series of visits counts already."""


class TwoOnOneDay(Conflict):
    """A series has one visit a day at most, and this one has two on {day}; make two series."""


class RunsIntoTheNext(Conflict):
    """The visit of {day} would still go on when the next one begins; make it shorter, or make two
    series.
    """


@dataclass(frozen=True)
class Occurrence:
    """One visit to be."""

    recurrence_wall: datetime
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class SeriesWish:
    """What somebody says when they expect a visitor again and again."""

    invitation: Invitation
    """As for the first one."""
    recurrence: Recurrence
    rule: str | None

    def occurrences(self, *, at: datetime) -> list[Occurrence]:
        """All of them, in order. Raises `TwoOnOneDay`, `RunsIntoTheNext` and what the recurrence
        raises.
        """
        starts = self.recurrence.starts(last=at + FURTHEST, most=MOST)
        for one, following in pairwise(starts):
            if one.recurrence_wall.date() == following.recurrence_wall.date():
                raise TwoOnOneDay(day=one.recurrence_wall.date().isoformat())
        found = [
            Occurrence(wall, *span_of(wall, self.length, timezone=self.recurrence.timezone))
            for wall, _ in starts
        ]
        for each, next_one in pairwise(found):
            if each.ends_at > next_one.starts_at:
                raise RunsIntoTheNext(day=each.recurrence_wall.date().isoformat())
        return found

    @property
    def length(self) -> timedelta:
        return self.recurrence.length

    def series(self, series_id: UUID, **made: Any) -> VisitSeries:
        """What is kept of it."""
        recurrence, invitation = self.recurrence, self.invitation
        series = VisitSeries(
            id=series_id,
            host_id=invitation.host_id,
            timezone=recurrence.timezone,
            starts_wall=recurrence.starts_wall,
            rule=self.rule,
            dates=[wall.isoformat() for wall in recurrence.dates],
            but_not=[wall.isoformat() for wall in recurrence.but_not],
            kept_terms=[],
            **made,
        )
        first = Terms(
            begins=recurrence.starts_wall,
            minutes=self.length // timedelta(minutes=1),
            language=invitation.language,
            zones_asked=invitation.zone_ids,
            more=invitation.more,
        )
        series.keep_terms((first,))
        return series


@dataclass(frozen=True)
class NewTimes:
    """Another time of day, another length; None: as before."""

    starts: time | None
    minutes: int | None

    def of(self, terms: Terms) -> Terms:
        """The terms with these times."""
        return terms.model_copy(
            update={
                "starts": self.starts or terms.starts,
                "minutes": self.minutes or terms.minutes,
            }
        )


@dataclass(frozen=True)
class NewParticulars:
    """What else is to be other than before: only what is given."""

    more: dict[str, Any]
    beside: dict[str, Any]
    """`language`, `zones_asked`."""

    def of(self, terms: Terms) -> Terms:
        """The terms with these particulars."""
        return terms.model_copy(update={**self.beside, "more": replace(terms.more, **self.more)})

    def more_of(self, visit: Visit, before: Terms) -> More:
        """What else is known of the visit then; what it has by itself it keeps."""
        known = visit.more
        follows = {
            name: value
            for name, value in self.more.items()
            if getattr(known, name) == getattr(before.more, name)
        }
        return replace(known, **follows)


def first_wall(visits: Sequence[Visit]) -> datetime:
    """The earliest of them by the rule."""
    return min(visit.recurrence_wall for visit in visits if visit.recurrence_wall is not None)
