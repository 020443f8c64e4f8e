"""A visit's pass over HTTP: shown again, made anew, revoked."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from services.visitors.passes.pictures import as_png, as_svg
from services.visitors.visits import commands
from services.visitors.visits.api.found import Seen, WholePass, by_person, changed
from services.visitors.visits.views import VisitView
from shared.web import IfMatch, Me, Now, Once, Session

router = APIRouter(tags=["passes"])


@router.get(
    "/visits/{visit_id}/pass",
    response_class=Response,
    responses={
        200: {
            "description": "The QR code; SVG where `Accept` asks for it, else PNG.",
            "content": {"image/png": {}, "image/svg+xml": {}},
        }
    },
)
async def pass_picture(found: Seen, session: Session, request: Request) -> Response:
    """The pass as a QR code, to be shown or printed again."""
    token = commands.token_to_show(session, found[0])
    is_svg = "image/svg+xml" in request.headers.get("accept", "")
    headers = {"cache-control": "no-store", "vary": "accept"}
    if is_svg:
        return Response(as_svg(token), media_type="image/svg+xml", headers=headers)
    return Response(as_png(token), media_type="image/png", headers=headers)


@router.post("/visits/{visit_id}/pass/rotate", response_model=VisitView)
async def rotate_pass(
    found: WholePass, session: Session, me: Me, now: Now, once: Once, if_match: IfMatch = None
) -> Response:
    """Make a new pass: the former QR code opens nothing from now on, the new one is mailed.

    A pass that was revoked is renewed by security only. The days of a series share one pass.
    """

    async def rotate() -> None:
        by = by_person(me, found[0], at=now)
        await commands.rotate_pass(session, *found, by=by, asked_by=me)

    return await changed(found, once, if_match, rotate, to=me)


@router.post("/visits/{visit_id}/pass/revoke", response_model=VisitView)
async def revoke_pass(
    found: WholePass, session: Session, me: Me, now: Now, once: Once, if_match: IfMatch = None
) -> Response:
    """Take the pass away at once, for the reception and security: it opens nothing, and no undo
    brings it back.
    """

    async def revoke() -> None:
        by = by_person(me, found[0], at=now)
        await commands.revoke_pass(session, *found, by=by, asked_by=me)

    return await changed(found, once, if_match, revoke, to=me)
