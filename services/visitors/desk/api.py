"""The desk over HTTP: check in, check out, find by the short code."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Response

from services.visitors.desk import commands
from services.visitors.passes.domain import read_desk_code
from services.visitors.visits import store
from services.visitors.visits.api import Found, shown
from services.visitors.visits.views import VisitView
from shared.web import IfMatch, Me, Now, Session, must_match

router = APIRouter(tags=["desk"])


async def _at_desk(visit_id: UUID, session: Session, me: Me, if_match: IfMatch = None) -> Found:
    visit, visitor = await commands.visit_at_desk(session, visit_id, by=me)
    must_match(if_match, version=visit.version)
    return visit, visitor


AtDesk = Annotated[Found, Depends(_at_desk, scope="function")]


@router.post("/visits/{visit_id}/check-in")
async def check_in(
    found: AtDesk, session: Session, me: Me, now: Now, response: Response
) -> VisitView:
    """Admit the visitor: the pass opens its doors from now on, and the host is told."""
    await commands.admit_visitor(session, *found, by=me, at=now)
    return shown(found, response)


@router.post("/visits/{visit_id}/check-out")
async def check_out(
    found: AtDesk, session: Session, me: Me, now: Now, response: Response
) -> VisitView:
    """See the visitor off: the pass opens no way in any more."""
    await commands.see_visitor_off(session, *found, by=me, at=now)
    return shown(found, response)


@router.get("/desk/visits/{desk_code}")
async def visit_of_code(
    desk_code: Annotated[str, Path(min_length=1, max_length=20, pattern=r"^[0-9A-Za-z -]+$")],
    session: Session,
    me: Me,
    response: Response,
) -> VisitView:
    """Find a visit by the short code of its invitation; for the reception only."""
    commands.must_be_at_the_desk(me)
    found = await store.visit_of_code(session, read_desk_code(desk_code), seen_by=me)
    return shown(found, response)
