"""Series of visits over HTTP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.desk.commands import must_be_at_the_desk
from services.visitors.series import commands, store
from services.visitors.series.domain import SeriesWish
from services.visitors.series.requests import (
    ChangesOfSeries,
    FromThere,
    NewHostOfSeries,
    NewTimesOfDay,
    NewVisitSeries,
)
from services.visitors.series.store import Pairs
from services.visitors.series.views import (
    PreviewView,
    SeriesView,
    SeriesWithDays,
    preview_view,
    series_view,
    with_days,
)
from services.visitors.surroundings import surroundings_of
from services.visitors.visits.api import by_person, language_of_mine
from services.visitors.visits.commands import appointment_of
from services.visitors.visits.domain import By, VisitSeries
from shared.identity.listed import Person
from shared.web import IfMatch, Me, Now, Once, Page, Session, etag_of, must_match, page_of
from shared.web.pages import AskedPage

router = APIRouter(tags=["visit series"])


def _wish(new: NewVisitSeries, session: AsyncSession, me: Person) -> SeriesWish:
    return new.wish(
        me=me.person_id,
        language=language_of_mine(me),
        usual_timezone=surroundings_of(session).timezone,
    )


@router.post("/visit-series", status_code=201, response_model=SeriesWithDays)
async def expect_series(
    body: NewVisitSeries, session: Session, me: Me, now: Now, once: Once
) -> Response:
    """Expect a visitor again and again. Each visit is one of its own, which you may move or cancel
    by itself; one pass is good for all of them, and one mail with one calendar entry says so.

    A series reaches 24 months ahead and has 400 visits at most, one a day. A draft is noted for you
    and tells nobody until you submit it.
    """
    wish = _wish(body, session, me)

    async def work() -> tuple[BaseModel, str | None]:
        series, visits = await commands.expect_series(session, wish, by=me, at=now)
        return with_days(series, visits), etag_of(series.version)

    return await once(work)


@router.post("/visit-series/preview")
async def preview_series(body: NewVisitSeries, session: Session, me: Me, now: Now) -> PreviewView:
    """The days on which the visits of a series would be; nobody is expected yet."""
    wish = _wish(body, session, me)
    appointment = await appointment_of(session, wish.invitation, by=me)
    days = wish.occurrences(at=now)
    for each in days:
        replace(appointment, starts_at=each.starts_at, ends_at=each.ends_at).must_make_sense(at=now)
    return preview_view(days, timezone=wish.recurrence.timezone)


@router.get("/visit-series")
async def list_series(
    session: Session, me: Me, asked: AskedPage, needs_host: bool | None = None
) -> Page[SeriesView]:
    """The series of which you see visits, in the order they were made; `needs_host` asks for those
    with days whose host has left, so that the desk can name another one for all of them.
    """
    bound_to = f"visit series {me.person_id} {needs_host}"
    cursor = asked.after(bound_to=bound_to, types=(datetime.fromisoformat, UUID))
    after = (cursor.key[0], cursor.key[1]) if cursor else None
    rows = await store.all_series(
        session, me, needs_host=needs_host, after=after, limit=asked.limit
    )
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda series: (series.created_at.isoformat(), str(series.id)),
        view=series_view,
    )


@router.get("/visit-series/{series_id}")
async def get_series(
    series_id: UUID, session: Session, me: Me, response: Response
) -> SeriesWithDays:
    """One series with its days. Its tag is what changes of the series ask for."""
    series = await store.series(session, series_id, seen_by=me)
    response.headers["etag"] = etag_of(series.version)
    return with_days(series, await store.days_of(session, series_id, seen_by=me))


@dataclass(frozen=True)
class ChangeOnce:
    """The series of the address, to be changed by its caller."""

    session: AsyncSession
    series_id: UUID
    me: Person
    at: datetime
    once: Once
    if_match: str | None

    async def __call__(
        self,
        change: Callable[[VisitSeries, Pairs, By], Awaitable[None]],
        *,
        is_for_desk: bool = False,
    ) -> Response:
        """Locks the series, changes it, and answers with what came of it."""

        async def work() -> tuple[BaseModel, str | None]:
            session, series_id = self.session, self.series_id
            series, visits = await store.locked(session, series_id, seen_by=self.me)
            if is_for_desk:
                must_be_at_the_desk(self.me)
            await commands.must_be_changeable(session, visits, by=self.me)
            must_match(self.if_match, version=series.version)
            await change(series, visits, by_person(self.me, visits[0][0], at=self.at))
            await session.flush()
            days = await store.days_of(session, series_id, seen_by=self.me)
            return with_days(series, days), etag_of(series.version)

        return await self.once(work, status=200)


async def _change(
    series_id: UUID, session: Session, me: Me, now: Now, once: Once, if_match: IfMatch = None
) -> ChangeOnce:
    return ChangeOnce(session, series_id, me, now, once, if_match)


Change = Annotated[ChangeOnce, Depends(_change, scope="function")]


@router.patch("/visit-series/{series_id}", response_model=SeriesWithDays)
async def describe_series(body: ChangesOfSeries, change: Change) -> Response:
    """Set right what is known of all that is ahead, or of one visit and those that follow it: who
    else hosts, plate, notes, proofs, zones. What one visit was given by itself it keeps.
    """
    return await change(
        lambda series, visits, by: commands.describe_series(
            change.session, series, visits, body.wish(), begins=body.begins, by=by
        )
    )


@router.post("/visit-series/{series_id}/reschedule", response_model=SeriesWithDays)
async def reschedule_series(body: NewTimesOfDay, change: Change) -> Response:
    """Move all that is ahead, or one visit and those that follow it, to another time of their day.
    What was moved by itself stays where it is. The pass stays; the visitor gets one mail.
    """
    return await change(
        lambda series, visits, by: commands.reschedule_series(
            change.session, series, visits, body.times(), begins=body.begins, by=by
        )
    )


@router.post("/visit-series/{series_id}/cancel", response_model=SeriesWithDays)
async def cancel_series(body: FromThere, change: Change) -> Response:
    """Call off all that is ahead, or one visit and those that follow it. The visitor gets one mail;
    what has begun is left alone.
    """
    return await change(
        lambda series, visits, by: commands.cancel_series(
            change.session, series, visits, begins=body.begins, by=by
        )
    )


@router.post("/visit-series/{series_id}/host", response_model=SeriesWithDays)
async def name_host_of_series(body: NewHostOfSeries, change: Change) -> Response:
    """Name another host of the same company for all days that are not over, or for one and those
    that follow it; for the reception. A day that was given a host of its own keeps them, unless
    they have left. Pass and mails stay as they are.
    """
    return await change(
        lambda series, visits, by: commands.name_host_of_series(
            change.session, series, visits, body.host_id, begins=body.begins, by=by
        ),
        is_for_desk=True,
    )


@router.post("/visit-series/{series_id}/submit", response_model=SeriesWithDays)
async def submit_series(change: Change) -> Response:
    """Make a draft count: the visitor is expected on each day still to come, and told once."""
    return await change(
        lambda series, visits, by: commands.submit_series(change.session, series, visits, by=by)
    )
