"""Reading bookings over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.booking.bookings import store
from services.booking.bookings.changing import shown, tag_of
from services.booking.bookings.domain import Standing
from services.booking.bookings.mine import STANDS, MyBookings, Reader
from services.booking.bookings.views import BookingView
from shared.errors import Malformed
from shared.web import Instant, Me, Now, Session, etag_of, not_modified
from shared.web.pages import AskedPage
from shared.web.values import LATEST

router = APIRouter(tags=["bookings"])

Since = Annotated[
    str | None,
    Query(max_length=4000, description="The `sync` of an answer before: only what has changed."),
]


class SinceStandsAlone(Malformed):
    """What has changed since a token is told whole; leave out from, until and status."""


@router.get("/bookings", response_model=MyBookings)
async def list_bookings(
    session: Session,
    me: Me,
    now: Now,
    asked: AskedPage,
    request: Request,
    response: Response,
    begins: Annotated[Instant | None, Query(alias="from")] = None,
    until: Instant | None = None,
    status: Annotated[list[Standing] | None, Query(max_length=10)] = None,
    since: Since = None,
) -> MyBookings | Response:
    """What you organise or take part in, by start: what is not over, unless you say otherwise, and
    what stands, unless you name a `status`.

    With `since`, what has changed of *all* your bookings since that token was given: in full what
    stands, and as `gone` what no longer does or is not yours any more. Follow `next` to the end.
    What the waiting list offers you comes as `offers`, in both.
    A token that is too old is refused (`sync_token_too_old`): read the list anew then.
    """
    reader = Reader(session, me, at=now)
    if since is not None:
        if begins or until or status:
            raise SinceStandsAlone
        return await reader.changed(since, asked)
    standing = tuple(sorted(set(status))) if status else STANDS
    page = await reader.listed(
        asked,
        between=(begins or now, until or LATEST),
        standing=standing,
        filters=f"{begins} {until} {standing}",
    )
    response.headers["etag"] = etag_of(page.tag())
    return not_modified(request, version=page.tag()) or page


@router.get("/bookings/{booking_id}", response_model=BookingView)
async def get_booking(
    booking_id: UUID, session: Session, me: Me, now: Now, request: Request, response: Response
) -> BookingView | Response:
    """One booking, and where its guests stand."""
    booking = await store.booking(session, booking_id, seen_by=me)
    view = await shown(session, booking, to=me, at=now)
    tag = tag_of(view)
    response.headers["etag"] = etag_of(tag)
    return not_modified(request, version=tag) or view
