"""Visits over HTTP: to expect somebody, to look, to move, to call off."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from services.visitors.notices.store import notices_of_visit
from services.visitors.surroundings import surroundings_of
from services.visitors.visits import commands, store
from services.visitors.visits.api.found import (
    Seen,
    ToChange,
    ToDescribe,
    by_person,
    changed,
    language_of_mine,
)
from services.visitors.visits.requests import Changes, NewVisit, Times
from services.visitors.visits.store import Wanted
from services.visitors.visits.views import Notices, VisitView, notice_view, visit_view
from shared.clock import day_starts
from shared.events.visits import VisitStatus
from shared.identity.listed import Person
from shared.web import (
    IfMatch,
    Me,
    Now,
    Once,
    Page,
    Session,
    etag_of,
    must_match,
    not_modified,
    page_of,
)
from shared.web.ground import ground_of
from shared.web.language import language_of
from shared.web.pages import AskedPage

router = APIRouter(tags=["visits"])

EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)


@router.post("/visits", status_code=201, response_model=VisitView)
async def expect_visitor(
    body: NewVisit, session: Session, me: Me, now: Now, once: Once
) -> Response:
    """Expect a visitor: the pass is made, and the visitor gets a mail with QR code and appointment.

    Without `host_id` you are the host. Receptionists may name a colleague, assistants their host.
    A draft is noted for you and tells nobody.
    """
    invitation = invitation_of(body, me=me, usual_timezone=surroundings_of(session).timezone)

    async def work() -> tuple[BaseModel, str | None]:
        visit, visitor = await commands.expect_visitor(session, invitation, by=me, at=now)
        return visit_view(visit, visitor), etag_of(visit.version)

    return await once(work)


@router.get("/visits")
async def visits(
    session: Session,
    me: Me,
    asked: AskedPage,
    day: Annotated[date | None, Query(ge=EARLIEST, le=LATEST)] = None,
    status: VisitStatus | None = None,
    booking_id: UUID | None = None,
    series_id: UUID | None = None,
    needs_host: bool | None = None,
    let_in: bool | None = None,
    q: Annotated[str | None, Query(min_length=1, max_length=100, pattern=r"^[^\x00]+$")] = None,
) -> Page[VisitView]:
    """Visits by start: your own; as a receptionist your company's, at the landlord's desk all.

    `day` is a day of the park's clock; `q` the beginning of a visitor's name or company;
    `needs_host` asks for those whose host has left, so that the desk can name another one; `let_in`
    for those by whose pass somebody is inside though the visit is off, or for another day.
    """
    begins_before, ends_after = _bounds(day, timezone=surroundings_of(session).timezone)
    wanted = Wanted(
        begins_before=begins_before,
        ends_after=ends_after,
        status=status,
        booking_id=booking_id,
        series_id=series_id,
        needs_host=needs_host,
        let_in=let_in,
        starts_like=q,
    )
    bound_to = f"visits {me.person_id} {wanted}"
    after = asked.after(bound_to=bound_to, types=(datetime.fromisoformat, UUID))
    rows = await store.visits(session, wanted, seen_by=me, after=after, limit=asked.limit)
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda row: (row[0].starts_at, str(row[0].id)),
        view=lambda row: visit_view(*row, to=me),
    )


@router.get("/visits/{visit_id}", response_model=VisitView)
async def visit(found: Seen, me: Me, request: Request, response: Response) -> VisitView | Response:
    """One visit, for its host and the reception."""
    version = found[0].version
    response.headers["etag"] = etag_of(version)
    return not_modified(request, version=version) or visit_view(*found, to=me)


@router.patch("/visits/{visit_id}", response_model=VisitView)
async def describe_visit(
    body: Changes,
    found: ToDescribe,
    session: Session,
    me: Me,
    now: Now,
    once: Once,
    if_match: IfMatch = None,
) -> Response:
    """Set right what is known of the visit: who else hosts, plate, notes, proofs, zones, details.

    Only what is given changes. Where and whom a booking says stays the booking's.
    """

    visit, visitor = found

    async def describe() -> tuple[BaseModel, str | None]:
        must_match(if_match, version=visit.version)
        wish = commands.Wish(
            more=body.changed(visit.more),
            visitor=body.visitor.details() if body.visitor else visitor.details,
            language=body.language or visit.language,
            zones_asked=body.zone_ids if "zone_ids" in body.model_fields_set else ...,
        )
        by = by_person(me, visit, at=now)
        now_theirs = await commands.describe_visit(session, visit, visitor, wish, by=by)
        return visit_view(visit, now_theirs), etag_of(visit.version)

    return await once(describe, status=200)


@router.post("/visits/{visit_id}/submit", response_model=VisitView)
async def submit_visit(
    found: ToChange, session: Session, me: Me, now: Now, once: Once, if_match: IfMatch = None
) -> Response:
    """Make a draft count: the visitor is expected and told."""

    async def submit() -> None:
        await commands.submit_visit(session, *found, by=by_person(me, found[0], at=now))

    return await changed(found, once, if_match, submit)


@router.post("/visits/{visit_id}/cancel", response_model=VisitView)
async def cancel_visit(
    found: ToChange, session: Session, me: Me, now: Now, once: Once, if_match: IfMatch = None
) -> Response:
    """Call the visit off: the pass ends at once, the visitor gets a cancellation."""

    async def cancel() -> None:
        await commands.cancel_visit(session, *found, by=by_person(me, found[0], at=now))

    return await changed(found, once, if_match, cancel)


@router.post("/visits/{visit_id}/reschedule", response_model=VisitView)
async def reschedule_visit(
    body: Times,
    found: ToChange,
    session: Session,
    me: Me,
    now: Now,
    once: Once,
    if_match: IfMatch = None,
) -> Response:
    """Move the visit: the pass moves along, the visitor gets the new time. The QR code stays."""

    async def move() -> None:
        visit = found[0]
        starts_at, ends_at = body.window(usual_timezone=visit.timezone)
        by = by_person(me, visit, at=now)
        await commands.reschedule_visit(
            session,
            *found,
            starts_at=starts_at,
            ends_at=ends_at,
            timezone=body.timezone or visit.timezone,
            by=by,
        )

    return await changed(found, once, if_match, move)


@router.post("/visits/{visit_id}/acknowledge", response_model=VisitView)
async def acknowledge(
    found: ToChange, session: Session, me: Me, now: Now, once: Once, if_match: IfMatch = None
) -> Response:
    """Say that the visitor is being met: the desk sees it, and nobody else is called. For the hosts
    and their assistants; for the reception where it has reached one of them.
    """

    async def say() -> None:
        await commands.acknowledge(session, found[0], person_id=me.person_id, at=now)

    return await changed(found, once, if_match, say)


@router.get("/visits/{visit_id}/notices")
async def notices(found: Seen, session: Session, request: Request) -> Notices:
    """The mails and messages about this visit, or about its series: to whom, because of what, and
    what became of them.
    """
    language = language_of(request.headers.get("accept-language"))
    catalogue = ground_of(request).catalogue
    visit = found[0]
    rows = [*await notices_of_visit(session, visit.id)]
    if visit.series_id is not None:
        first_id = await store.first_of_series(session, visit.series_id)
        shared = await notices_of_visit(session, first_id) if first_id != visit.id else []
        rows = [*(each for each in shared if each.is_to_visitor), *rows]

    def say(english: str) -> str:
        return catalogue.text(english, language=language)

    return Notices(items=[notice_view(row, say=say) for row in rows])


def invitation_of(body: NewVisit, *, me: Person, usual_timezone: str) -> commands.Invitation:
    """What a request asks for. Raises `NoSuchLocalTime`."""
    starts_at, ends_at = body.window(usual_timezone=usual_timezone)
    return commands.Invitation(
        visitor=body.visitor.details(),
        language=body.visitor.language or language_of_mine(me),
        host_id=body.host_id or me.person_id,
        starts_at=starts_at,
        ends_at=ends_at,
        timezone=body.timezone or usual_timezone,
        zone_ids=body.zone_ids,
        more=body.more(),
        is_draft=body.is_draft,
    )


def _bounds(day: date | None, *, timezone: str) -> tuple[datetime | None, datetime | None]:
    """(before, after) that a visit of that day overlaps."""
    if day is None:
        return None, None
    tomorrow = day + timedelta(days=1)
    return day_starts(tomorrow, timezone=timezone), day_starts(day, timezone=timezone)
