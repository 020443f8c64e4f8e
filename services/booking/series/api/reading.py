"""Reading series over HTTP."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.booking.series import store
from services.booking.series.views import (
    OccurrenceView,
    SeriesView,
    occurrence_view,
    series_view,
)
from shared.web import Me, Now, Page, Session, etag_of, not_modified, page_of
from shared.web.pages import AskedPage

router = APIRouter(tags=["series"])
_PLACE: list[Callable[[Any], Any]] = [datetime.fromisoformat, UUID]


@router.get("/series")
async def list_series(session: Session, me: Me, asked: AskedPage) -> Page[SeriesView]:
    """Your series, in the order they were made."""
    bound_to = f"series {me.person_id}"
    cursor = asked.after(bound_to=bound_to, types=_PLACE)
    after = (cursor.key[0], cursor.key[1]) if cursor else None
    rows = await store.all_series(session, me, after=after, limit=asked.limit)
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda series: (series.created_at.isoformat(), str(series.id)),
        view=lambda series: series_view(session, series, viewer=me),
    )


@router.get("/series/{series_id}", response_model=SeriesView)
async def get_series(
    series_id: UUID, session: Session, me: Me, request: Request, response: Response
) -> SeriesView | Response:
    """One series. Its tag is what changes of the series ask for."""
    series = await store.series(session, series_id, seen_by=me)
    response.headers["etag"] = etag_of(series.version)
    view = series_view(session, series, viewer=me)
    return not_modified(request, version=series.version) or view


@router.get("/series/{series_id}/occurrences")
async def list_occurrences(
    series_id: UUID, session: Session, me: Me, now: Now, asked: AskedPage
) -> Page[OccurrenceView]:
    """Its bookings by start, also those that are over or were cancelled."""
    series = await store.series(session, series_id, seen_by=me)
    bound_to = f"occurrences {me.person_id} {series_id}"
    cursor = asked.after(bound_to=bound_to, types=_PLACE)
    after = (cursor.key[0], cursor.key[1]) if cursor else None
    rows = await store.occurrences(session, series_id, seen_by=me, after=after, limit=asked.limit)
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda booking: (booking.starts_at.isoformat(), str(booking.id)),
        view=lambda booking: occurrence_view(session, booking, of=series, at=now),
    )
