"""What is shown of series of visits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from services.visitors.series.domain import Occurrence
from services.visitors.visits.domain import Visit, VisitSeries
from shared.clock import local
from shared.events.visits import VisitStatus
from shared.web import ShownWallTime


class SeriesView(BaseModel):
    """A series; its visits are at `/v1/visits?series_id=…`, too."""

    series_id: UUID
    tenant_id: UUID
    host_id: UUID
    """Who was the host when it was made; each visit says who is."""
    timezone: str
    starts_wall: ShownWallTime
    rrule: str | None
    rdates: list[str]
    exdates: list[str]
    version: int


class DayView(BaseModel):
    """One visit of a series."""

    visit_id: UUID
    recurrence_wall: ShownWallTime
    """When the rule has it; the name by which the series knows it (RECURRENCE-ID)."""
    starts_at: datetime
    ends_at: datetime
    status: VisitStatus
    host_id: UUID


class SeriesWithDays(SeriesView):
    """A series with its visits, 400 at most, in the order of the rule."""

    days: list[DayView]


class OccurrenceView(BaseModel):
    """One visit that there would be."""

    recurrence_wall: ShownWallTime
    starts_at: datetime
    ends_at: datetime


class PreviewView(BaseModel):
    """What would come of a series."""

    days: list[OccurrenceView]


def series_view(series: VisitSeries) -> SeriesView:
    return SeriesView(
        series_id=series.id,
        tenant_id=series.tenant_id,
        host_id=series.host_id,
        timezone=series.timezone,
        starts_wall=series.starts_wall,
        rrule=series.rule,
        rdates=series.dates,
        exdates=series.but_not,
        version=series.version,
    )


def with_days(series: VisitSeries, visits: Sequence[Visit]) -> SeriesWithDays:
    days = [
        DayView(
            visit_id=visit.id,
            recurrence_wall=visit.recurrence_wall,
            starts_at=local(visit.starts_at, timezone=visit.timezone),
            ends_at=local(visit.ends_at, timezone=visit.timezone),
            status=visit.status,
            host_id=visit.host_id,
        )
        for visit in visits
        if visit.recurrence_wall is not None
    ]
    return SeriesWithDays(**dict(series_view(series)), days=days)


def preview_view(occurrences: Sequence[Occurrence], *, timezone: str) -> PreviewView:
    return PreviewView(
        days=[
            OccurrenceView(
                recurrence_wall=each.recurrence_wall,
                starts_at=local(each.starts_at, timezone=timezone),
                ends_at=local(each.ends_at, timezone=timezone),
            )
            for each in occurrences
        ]
    )
