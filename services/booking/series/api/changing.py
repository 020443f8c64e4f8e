"""Changing a series over HTTP. A booking of it is changed by itself as any booking is."""

from datetime import datetime

from fastapi import APIRouter, Response

from services.booking.series.api.making import CONFLICTS
from services.booking.series.changing import Change
from services.booking.series.commands import changing
from services.booking.series.domain import Series
from services.booking.series.requests import CancelFrom, ChangeFrom, ChangeOfSeries
from services.booking.series.views import SeriesView
from shared.web import Me, Now, Session

router = APIRouter(tags=["series"])


@router.post("/series/{series_id}/change", response_model=SeriesView, responses=CONFLICTS)
async def change_series(
    asked: ChangeOfSeries, session: Session, me: Me, now: Now, change: Change
) -> Response:
    """Change all that is ahead, at once: where one booking cannot be had, nothing changes, and the
    refusal lists what stands against it. What you changed of a booking by itself stays as it is
    there, its time, its room, its title, how many come, each for itself; what has begun is left
    alone."""
    return await change(
        lambda series: changing.change_series(
            session, series, asked.change(), begins=None, by=me, at=now
        )
    )


@router.post("/series/{series_id}/change-from", response_model=SeriesView, responses=CONFLICTS)
async def change_series_from(
    asked: ChangeFrom, session: Session, me: Me, now: Now, change: Change
) -> Response:
    """Change one booking and those that follow it. They are a series of their own from then on,
    which is the answer; the one before ends there."""
    return await change(
        lambda series: changing.change_series(
            session, series, asked.change(), begins=asked.begins, by=me, at=now
        )
    )


@router.post("/series/{series_id}/cancel", response_model=SeriesView)
async def cancel_series(session: Session, me: Me, now: Now, change: Change) -> Response:
    """Call off all that is ahead. What has begun, or somebody has come for, is left alone."""
    return await change(lambda series: _cancelled(session, series, begins=None, by=me, at=now))


@router.post("/series/{series_id}/cancel-from", response_model=SeriesView)
async def cancel_series_from(
    asked: CancelFrom, session: Session, me: Me, now: Now, change: Change
) -> Response:
    """Call off one booking and those that follow it."""
    return await change(
        lambda series: _cancelled(session, series, begins=asked.begins, by=me, at=now)
    )


async def _cancelled(
    session: Session, series: Series, *, begins: datetime | None, by: Me, at: datetime
) -> Series:
    await changing.cancel_series(session, series, begins=begins, by=by, at=at)
    return series
