"""Whose word a visit waits for, over HTTP; whom somebody has found; and what happened to it."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.visitors.visits import commands, store
from services.visitors.visits.api.found import Seen, ToDecide, Why, changed
from services.visitors.visits.views import StepView, VisitView, step_view
from shared.web import IfMatch, Me, Now, Once, Page, Session, page_of
from shared.web.pages import AskedPage

router = APIRouter(tags=["visits"])


@router.post("/visits/{visit_id}/approve", response_model=VisitView)
async def approve_visit(
    found: ToDecide, session: Session, me: Me, now: Now, once: Once, if_match: IfMatch = None
) -> Response:
    """Let the visitor come: for the host or, where the company wants it so, its admin alone."""

    async def approve() -> None:
        await commands.approve_visit(session, *found, by=me, at=now)

    return await changed(found, once, if_match, approve, to=me)


@router.post("/visits/{visit_id}/refuse", response_model=VisitView)
async def refuse_visit(
    body: Why,
    found: ToDecide,
    session: Session,
    me: Me,
    now: Now,
    once: Once,
    if_match: IfMatch = None,
) -> Response:
    """Turn the visitor away: whoever decides, while the visit waits for a word; the reception or
    security until the visitor is checked in. The pass opens nothing any more.
    """

    async def refuse() -> None:
        await commands.refuse_visit(session, *found, reason=body.reason, by=me, at=now)

    return await changed(found, once, if_match, refuse, to=me)


@router.post("/visits/{visit_id}/found", response_model=VisitView)
async def find_visitor(
    found: ToDecide, me: Me, now: Now, once: Once, if_match: IfMatch = None
) -> Response:
    """Tick off a visitor whom a door let in though the visit is off or for another day: somebody
    has met them, and sees them off or registers them anew. For the reception and security; the
    board and `let_in=true` show them no longer, unless a door sees them inside after that.
    """

    async def find() -> None:
        commands.find_visitor(found[0], by=me, at=now)

    return await changed(found, once, if_match, find, to=me)


@router.get("/visits/{visit_id}/steps")
async def steps(found: Seen, session: Session, me: Me, asked: AskedPage) -> Page[StepView]:
    """What happened to the visit, step by step: who, when and how."""
    visit, _ = found
    bound_to = f"steps {me.person_id} {visit.id}"
    after = asked.after(bound_to=bound_to, types=(int,))
    rows = await store.steps_of_visit(session, visit.id, after=after, limit=asked.limit)
    return page_of(rows, asked=asked, bound_to=bound_to, key=lambda row: (row.id,), view=step_view)
