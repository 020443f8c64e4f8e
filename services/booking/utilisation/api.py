"""Utilisation over HTTP: a month of the park's rooms, in pages, as a sheet, or to be printed."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from services.booking.availability.api.asked import ParkTimezone
from services.booking.rooms.domain import RUN_THE_PARK
from services.booking.utilisation.domain import Month
from services.booking.utilisation.printed import page_of_month
from services.booking.utilisation.report import Asked, By, Line, lines
from services.booking.utilisation.views import (
    Utilisation,
    Utilised,
    code_of,
    line_view,
    name_of,
    utilised,
)
from shared.clock import local, wall_time
from shared.identity.listed import Role
from shared.sheets import sheet_of
from shared.web import Me, Now, Session, answer_of, page_of
from shared.web.language import language_of
from shared.web.pages import AskedPage, PageRequest

router = APIRouter(tags=["utilisation"])

AskedMonth = Annotated[
    str,
    Query(
        pattern=r"^20\d\d-(0[1-9]|1[0-2])$",
        description="Of the park's clock.",
        examples=["2026-11"],
    ),
]
_KEYS: dict[By, list[Callable[[Any], Any]]] = {
    By.ROOM: [str],
    By.TENANT: [str, UUID],
    By.HOUR: [int],
}


@router.get(
    "/utilisation",
    response_model=Utilisation,
    responses={
        200: {"content": {"text/csv": {}, "text/html": {}}, "description": "As `Accept` asks."}
    },
)
async def get_utilisation(
    me: Me,
    month: AskedMonth,
    timezone: ParkTimezone,
    session: Session,
    now: Now,
    asked: AskedPage,
    request: Request,
    by: By = By.ROOM,
) -> Response:
    """How the rooms were booked and used in a month: by room, by tenant, or by hour of the day.

    For facility managers and the operator; a tenant's administrators see what their own tenant
    made of the rooms they see. Hours are those that lie within the month; a booking is counted in
    the month, and the hour of the park's clock, in which it starts. Cancelled bookings, requests
    and what was declined do not count. With `Accept: text/csv` all lines come as one sheet; with
    `text/html` the whole month, by all three, as one page to be printed, in French, Arabic or
    English as `Accept-Language` asks.
    """
    me.must_have(*RUN_THE_PARK, Role.TENANT_ADMIN)
    whole = Asked(session, Month.read(month, timezone=timezone), me, now)
    accepted = request.headers.get("accept", "")
    language = language_of(request.headers.get("accept-language"))
    if "text/html" in accepted:
        found = {one: await lines(whole, one) for one in By}
        page, headers = page_of_month(whole, found, language=language)
        return HTMLResponse(page, headers=headers)
    if "text/csv" in accepted:
        return _sheet(await lines(whole, by), whole.month, by, language=language)
    answer = answer_of(await _page(whole, by, asked), request)
    answer.headers["vary"] = "Accept"
    return answer


async def _page(whole: Asked, by: By, asked: PageRequest) -> Utilisation:
    month = whole.month
    bound_to = f"utilisation {whole.viewer.person_id} {month} {by}"
    cursor = asked.after(bound_to=bound_to, types=_KEYS[by])
    found = await lines(whole, by, after=cursor.key if cursor else None, limit=asked.limit)
    page = page_of(found, asked=asked, bound_to=bound_to, key=lambda line: line.key, view=line_view)
    return Utilisation(
        month=str(month),
        by=by,
        timezone=month.timezone,
        starts_at=local(month.starts_at, timezone=month.timezone),
        ends_at=local(month.ends_at, timezone=month.timezone),
        starts_wall=wall_time(month.starts_at, timezone=month.timezone),
        ends_wall=wall_time(month.ends_at, timezone=month.timezone),
        items=page.items,
        next=page.next,
    )


def _sheet(found: list[Line], month: Month, by: By, *, language: str) -> Response:
    header = (by, "name", *Utilised.model_fields)
    rows = (
        (code_of(line), name_of(line, language=language), *utilised(line).model_dump().values())
        for line in found
    )
    name = f"utilisation-{month}-{by}.csv"
    return Response(
        sheet_of(header, rows),
        media_type="text/csv; charset=utf-8",
        headers={
            "content-disposition": f'attachment; filename="{name}"',
            "cache-control": "private, no-cache",
            "vary": "Accept, Accept-Language",
        },
    )
