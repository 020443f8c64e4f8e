"""Closures over HTTP, for those who run the park."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.closures import commands, store
from services.booking.closures.requests import NewClosure
from services.booking.closures.views import (
    ClosureView,
    ClosureWithBookings,
    closure_view,
    hit_view,
    said_of,
)
from services.booking.rooms.api import seen_version
from services.booking.rooms.domain import RUN_THE_PARK, Closure
from services.booking.settings import ItsSettings
from shared.web import IfMatch, Me, Now, Once, Page, Session, etag_of, must_match, page_of
from shared.web.pages import AskedPage

router = APIRouter(tags=["closures"])

SHOWN = 100
"""Bookings that a closure shows; their number is whole."""


@router.post("/closures", status_code=201, response_model=ClosureWithBookings)
async def close(
    new: NewClosure, session: Session, me: Me, now: Now, once: Once, settings: ItsSettings
) -> Response:
    """Close a room, or all rooms of a part of the park. Rooms that share a space with a closed one
    are closed too. The answer shows the bookings that still stand there; with `cancels_bookings`
    there are none, and what was only asked for is declined, with the reason.
    """
    me.must_have(*RUN_THE_PARK)

    async def work() -> tuple[BaseModel, str | None]:
        closure = new.closure(by=me, at=now, timezone=settings.timezone)
        await commands.close(session, closure, cancels_bookings=new.cancels_bookings, by=me, at=now)
        return await _with_bookings(session, closure, at=now), None

    return await once(work)


@router.get("/closures")
async def list_closures(session: Session, me: Me, now: Now, asked: AskedPage) -> Page[ClosureView]:
    """What is closed now or later, by its start."""
    me.must_have(*RUN_THE_PARK)
    bound_to = f"closures {me.person_id}"
    cursor = asked.after(bound_to=bound_to, types=[datetime.fromisoformat, UUID])
    after = (cursor.key[0], cursor.key[1]) if cursor else None
    return page_of(
        await store.closures(session, at=now, after=after, limit=asked.limit),
        asked=asked,
        bound_to=bound_to,
        key=lambda closure: (closure.starts_at.isoformat(), str(closure.id)),
        view=closure_view,
    )


@router.get("/closures/{closure_id}")
async def get_closure(closure_id: UUID, session: Session, me: Me, now: Now) -> ClosureWithBookings:
    """One closure, and the bookings that stand there all the same."""
    me.must_have(*RUN_THE_PARK)
    return await _with_bookings(session, await store.closure(session, closure_id), at=now)


@router.delete("/closures/{closure_id}", status_code=204)
async def lift(closure_id: UUID, session: Session, me: Me, now: Now, once: Once) -> Response:
    """Open again. What was cancelled stays cancelled."""
    me.must_have(*RUN_THE_PARK)

    async def work() -> tuple[None, None]:
        await commands.lift(session, closure_id, at=now)
        return None, None

    return await once(work, status=204)


@router.delete("/rooms/{room_id}", status_code=204)
async def take_room_out(
    room_id: UUID,
    session: Session,
    me: Me,
    now: Now,
    once: Once,
    cancels_bookings: Annotated[bool, Query()] = False,
    if_match: IfMatch = None,
) -> Response:
    """Take a room out of the park for good; its code stays taken. Refused while bookings would be
    left behind, unless `cancels_bookings` says that they go with it. Open requests are declined.
    """
    me.must_have(*RUN_THE_PARK)

    async def work() -> tuple[None, str]:
        taken = await commands.take_room_out(
            session, room_id, cancels_bookings=cancels_bookings, by=me, at=now
        )
        must_match(seen_version(if_match), version=taken.version - 1)
        return None, etag_of(taken.version)

    return await once(work, status=204)


async def _with_bookings(
    session: AsyncSession, closure: Closure, *, at: datetime
) -> ClosureWithBookings:
    within = await commands.closed_by(session, closure)
    found = await store.bookings_hit(session, within, at=at, limit=SHOWN)
    return ClosureWithBookings.model_validate(
        said_of(closure)
        | {
            "bookings_hit": await store.how_many(session, within, at=at),
            "bookings": [hit_view(session, booking) for booking in found],
        }
    )
