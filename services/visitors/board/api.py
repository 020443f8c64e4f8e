"""The board over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import Response

from services.visitors.board.feed import Asked, Boards
from services.visitors.board.reading import Board, Reader
from services.visitors.desk.commands import must_be_at_the_desk
from shared.web import Me, Now, Session, WhoeverSignsIn
from shared.web.streams import EventStream

router = APIRouter(tags=["desk"])

EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
Day = Annotated[
    date | None,
    Query(ge=EARLIEST, le=LATEST, description="By the park's clock; today if left out."),
]
Desk = Annotated[UUID | None, Query(description="The zone of one desk; all desks if left out.")]
Since = Annotated[str | None, Query(max_length=4000, description="The `sync` of the last answer.")]
Token = Annotated[str | None, Header(alias="Last-Event-ID", max_length=4000)]
EVENTS = {"content": {"text/event-stream": {"schema": {"type": "string"}}}}


@router.get("/desk/board")
async def board(
    session: Session, me: Me, now: Now, day: Day = None, desk: Desk = None, since: Since = None
) -> Board:
    """The desk's day in one request: everybody by state, with counts and the one next action.

    Your company's; at the landlord's desk all. With `since` only what has changed: merge `items`
    by their id, drop what is `gone`. Whoever is still here from another day is on today's board.
    """
    must_be_at_the_desk(me)
    reader = Reader(session, me, day=day, desk_zone_id=desk, at=now)
    return await (reader.whole() if since is None else reader.changed(since))


@router.get(
    "/desk/board/feed", status_code=200, response_class=EventStream, responses={200: EVENTS}
)
async def follow_board(
    request: Request,
    session: Session,
    me: Me,
    now: Now,
    signed: WhoeverSignsIn,
    day: Day = None,
    desk: Desk = None,
    last_event_id: Token = None,
) -> Response:
    """The board live, as server-sent events, as long as your token is good.

    Each event `changes` holds what `GET /v1/desk/board?since=` would; its id is that `sync`. With
    `Last-Event-ID`, or the `sync` of the board in its place, nothing is missed in between. The
    first event comes at once. An event `end` says why no more will come.
    """
    boards: Boards = request.app.state.boards
    must_be_at_the_desk(me)
    boards.must_have_room()
    reader = Reader(session, me, day=day, desk_zone_id=desk, at=now)
    since = last_event_id or await reader.token()
    await reader.changed(since)
    asked = Asked(day=day, desk_zone_id=desk, since=since)
    return EventStream(boards.events(signed, asked), patience=boards.limits.patience)
