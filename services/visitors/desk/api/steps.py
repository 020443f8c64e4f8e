"""The desk over HTTP: check in, check out, name another host, find by the short code."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, ConfigDict

from services.visitors.desk import commands
from services.visitors.desk.api.found import ForDesk
from services.visitors.passes.domain import read_desk_code
from services.visitors.visits import store
from services.visitors.visits.api import Why, changed
from services.visitors.visits.commands import take as take_step
from services.visitors.visits.domain import By, Step
from services.visitors.visits.views import VisitView, visit_view
from shared.events.visits import How
from shared.web import IfMatch, Me, Now, Once, Session, etag_of

router = APIRouter(tags=["desk"])


class NewHost(BaseModel):
    """Who receives the visitor from now on."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"host_id": "0198c0de-0000-7000-8000-000000000002"}},
    )

    host_id: UUID


async def _step_at_desk(
    found: ForDesk, session: Session, me: Me, now: Now, once: Once, if_match: IfMatch = None
) -> Callable[..., Awaitable[Response]]:
    async def take(step: Step, reason: str | None = None) -> Response:
        async def work() -> None:
            by = By(at=now, how=How.DESK, person_id=me.person_id, reason=reason)
            await take_step(session, *found, step, by=by)

        return await changed(found, once, if_match, work)

    return take


AtDesk = Annotated[Callable[..., Awaitable[Response]], Depends(_step_at_desk, scope="function")]
"""Takes a step of the visit of the address, for the reception."""


@router.post("/visits/{visit_id}/check-in", response_model=VisitView)
async def check_in(step: AtDesk, body: Why | None = None) -> Response:
    """Admit the visitor: the pass opens its doors from now on, and the host is told.

    Refused with the first thing that is still to be done, the others beside it (`conditions`);
    outside visiting hours a `reason` makes an exception.
    """
    return await step(Step.CHECK_IN, body.reason if body else None)


@router.post("/visits/{visit_id}/undo-check-in", response_model=VisitView)
async def undo_check_in(step: AtDesk) -> Response:
    """The visitor was not admitted after all: the visit stands where it stood before."""
    return await step(Step.UNDO_CHECK_IN)


@router.post("/visits/{visit_id}/start-break", response_model=VisitView)
async def start_break(step: AtDesk) -> Response:
    """The visitor goes out for a while; leaving the park ends nothing until they are back."""
    return await step(Step.START_BREAK)


@router.post("/visits/{visit_id}/end-break", response_model=VisitView)
async def end_break(step: AtDesk) -> Response:
    """The visitor is back; a door that sees them come in says so too."""
    return await step(Step.END_BREAK)


@router.post("/visits/{visit_id}/check-out", response_model=VisitView)
async def check_out(step: AtDesk) -> Response:
    """See the visitor off: the pass opens no way in any more."""
    return await step(Step.CHECK_OUT)


@router.post("/visits/{visit_id}/undo-check-out", response_model=VisitView)
async def undo_check_out(step: AtDesk) -> Response:
    """The visitor is here after all: the pass is what it was, unless it was revoked."""
    return await step(Step.UNDO_CHECK_OUT)


@router.post("/visits/{visit_id}/host", response_model=VisitView)
async def name_host(
    body: NewHost,
    found: ForDesk,
    session: Session,
    me: Me,
    now: Now,
    once: Once,
    if_match: IfMatch = None,
) -> Response:
    """Name another host of the same company; for a visit whose host has left, or is not there."""

    async def name() -> None:
        await commands.name_host(session, *found, host_id=body.host_id, by=me, at=now)

    return await changed(found, once, if_match, name)


@router.get("/desk/visits/{desk_code}")
async def visit_of_code(
    desk_code: Annotated[str, Path(min_length=1, max_length=20, pattern=r"^[0-9A-Za-z -]+$")],
    session: Session,
    me: Me,
    now: Now,
    response: Response,
) -> VisitView:
    """Find a visit by the short code of its invitation; for the reception only."""
    commands.must_be_at_the_desk(me)
    code = read_desk_code(desk_code)
    visit, visitor = await store.visit_of_code(session, code, seen_by=me, at=now)
    response.headers["etag"] = etag_of(visit.version)
    return visit_view(visit, visitor)
