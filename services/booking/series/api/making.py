"""Making a series over HTTP."""

from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel

from services.booking.series.commands import making
from services.booking.series.requests import NewSeries
from services.booking.series.views import (
    MadeView,
    PreviewView,
    SeriesProblem,
    conflict_views,
    occurrence_views,
    previewed,
    series_view,
)
from services.booking.settings import ItsSettings
from shared.web import Me, Now, Once, Session, etag_of

router = APIRouter(tags=["series"])
CONFLICTS: dict[int | str, dict[str, Any]] = {
    409: {"model": SeriesProblem, "description": "It cannot be had as things are."}
}


@router.post("/series", status_code=201, response_model=MadeView, responses=CONFLICTS)
async def book_series(
    new: NewSeries, session: Session, me: Me, now: Now, once: Once, settings: ItsSettings
) -> Response:
    """Book a room again and again. Each booking of the series is one of its own, which you may
    move or cancel by itself.

    All are booked, or none: where some cannot be had, the refusal lists them as `conflicts`. With
    `"conflicts": {"skip_up_to_percent": 20}` up to a fifth may be left out; the answer lists those
    as `skipped`. A series reaches 24 months ahead and has 750 bookings at most.

    In a room that needs somebody's approval each is `requested`, and holds nothing until all of
    them are approved, or one by one."""
    wish = new.wish(timezone=settings.timezone)

    async def work() -> tuple[BaseModel, str]:
        made = await making.book_series(session, wish, by=me, at=now)
        view = MadeView(
            series=series_view(session, made.series, viewer=me),
            occurrences=await occurrence_views(session, made.bookings, of=made.series, at=now),
            skipped=conflict_views(made.skipped),
        )
        return view, etag_of(made.series.version)

    return await once(work)


@router.post("/series/preview", response_model=PreviewView)
async def preview_series(
    new: NewSeries, session: Session, me: Me, now: Now, settings: ItsSettings
) -> PreviewView:
    """What would come of a series: when its bookings are, and which of them cannot be had. Nothing
    is booked or held, so it may be otherwise a moment later."""
    wish = new.wish(timezone=settings.timezone)
    judged = await making.preview_series(session, wish, by=me, at=now)
    occurrences = [each.occurrence for each in judged.granted]
    return PreviewView(
        occurrences=previewed(occurrences, timezone=wish.recurrence.timezone),
        conflicts=conflict_views(judged.conflicts),
    )
