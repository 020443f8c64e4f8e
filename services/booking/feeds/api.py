"""Live feeds over HTTP."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel

from services.booking.bookings.mine import Reader
from services.booking.feeds import store
from services.booking.feeds.domain import new_ticket
from services.booking.feeds.feed import Feeds
from shared.identity.listed import SignInClaims
from shared.snapshots import this_moment
from shared.web import Me, Now, PageRequest, Session, WhoeverSignsIn
from shared.web.dependencies import claims, me
from shared.web.streams import EventStream

router = APIRouter(tags=["bookings"])

_bearer = HTTPBearer(auto_error=False, bearerFormat="JWT")
Token = Annotated[str | None, Header(alias="Last-Event-ID", max_length=4000)]
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
TicketOf = Annotated[
    str | None, Query(max_length=100, description="In place of a bearer token, for EventSource.")
]
EVENTS = {"content": {"text/event-stream": {"schema": {"type": "string"}}}}


class TicketView(BaseModel):
    """Opens one feed within half a minute."""

    ticket: str
    expires_at: datetime


async def _signed(
    request: Request, session: Session, now: Now, bearer: Bearer, ticket: TicketOf = None
) -> SignInClaims:
    if ticket is not None:
        return await store.take_ticket(session, ticket, at=now)
    return await claims(request, bearer)


Signed = Annotated[SignInClaims, Depends(_signed)]


@router.post("/bookings/feed-tickets", status_code=201)
async def make_feed_ticket(session: Session, _: Me, now: Now, signed: WhoeverSignsIn) -> TicketView:
    """A ticket for browsers' EventSource, which sends no token: it opens one feed, within 30
    seconds, and ends with the token that it was made with. Each request makes another one."""
    ticket, kept = new_ticket(signed, at=now)
    await store.add_ticket(session, kept, at=now)
    return TicketView(ticket=ticket, expires_at=kept.expires_at)


@router.get("/bookings/feed", status_code=200, response_class=EventStream, responses={200: EVENTS})
async def follow_bookings(
    request: Request, session: Session, signed: Signed, now: Now, last_event_id: Token = None
) -> Response:
    """What changes of your bookings, as server-sent events, as long as your token is good.

    Each event `changes` holds what `GET /v1/bookings?since=` would: `items`, `offers`, `gone`,
    `sync`. Its id is that `sync`; with `Last-Event-ID`, or a `sync` of the list in its place,
    nothing is missed in between. The first event comes at once. An event `end` says why no more
    will come.
    """
    feeds: Feeds = request.app.state.feeds
    person = await me(request, signed, session, now)
    feeds.waking.must_have_room_for(person.person_id)
    reader = Reader(session, person, at=now)
    if last_event_id is None:
        since = reader.token(await this_moment(session))
    else:
        since = last_event_id
        await reader.changed(since, PageRequest(limit=1, cursor=None))
    return EventStream(feeds.events(person, signed, since), patience=feeds.limits.patience)
