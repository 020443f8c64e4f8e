"""Deciding on the requests of a series over HTTP. One of them is decided as any request is."""

from fastapi import APIRouter, Response

from services.booking.bookings.requests import Decision
from services.booking.series.api.making import CONFLICTS
from services.booking.series.changing import Change
from services.booking.series.commands import deciding
from services.booking.series.requests import ApprovalOfSeries
from services.booking.series.views import DecidedView
from shared.web import Me, Now, Session

router = APIRouter(tags=["series"])


@router.post("/series/{series_id}/approve", response_model=DecidedView, responses=CONFLICTS)
async def approve_series(
    session: Session, me: Me, now: Now, change: Change, said: ApprovalOfSeries | None = None
) -> Response:
    """Let all that waits for your word stand, if the room is still free each time.

    Where it is not, nothing is decided, and the refusal lists what stands against it. With
    `"conflicts": {"skip_up_to_percent": 20}` up to a fifth may be left out; those are `skipped`,
    and wait on."""
    asked = said or ApprovalOfSeries()
    return await change.decide(
        lambda series: deciding.approve_series(
            session,
            series,
            note=asked.note or None,
            skip_up_to_percent=asked.skip_up_to_percent,
            by=me,
            at=now,
        )
    )


@router.post("/series/{series_id}/decline", response_model=DecidedView)
async def decline_series(
    session: Session, me: Me, now: Now, change: Change, said: Decision | None = None
) -> Response:
    """Let none of what waits for your word stand. Whoever asked sees your note."""
    note = said.note or None if said else None
    return await change.decide(
        lambda series: deciding.decline_series(session, series, note=note, by=me, at=now)
    )
