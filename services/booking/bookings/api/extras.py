"""Extras over HTTP: the orders of all rooms, for those who prepare them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from services.booking.bookings import store
from services.booking.bookings.store import OrderedExtra
from services.booking.rooms import store as rooms
from services.booking.rooms.domain import BookableRoom
from shared.clock import local
from shared.events.premises import Names
from shared.identity.listed import Role
from shared.web import Instant, Me, Now, Page, Session, ShownWallTime, page_of
from shared.web.pages import AskedPage
from shared.web.values import LATEST

router = APIRouter(tags=["bookings"])


class OrderView(BaseModel):
    """So much of something, in that room, by that time. What the meeting is about is not said."""

    booking_id: UUID
    room_id: UUID
    room_code: str
    room_names: Names
    room_link: str
    starts_at: datetime
    ends_at: datetime
    starts_wall: ShownWallTime
    ends_wall: ShownWallTime
    timezone: str
    layout: str | None
    people: int
    code: str
    quantity: int
    note: str | None


@router.get("/extras")
async def list_extras(
    session: Session,
    me: Me,
    now: Now,
    asked: AskedPage,
    begins: Annotated[Instant | None, Query(alias="from")] = None,
    until: Instant | None = None,
) -> Page[OrderView]:
    """What has been ordered with bookings that begin in that time (from now on, unless you say
    otherwise), by their start. For facility managers."""
    me.must_have(Role.FACILITY_MANAGER)
    bound_to = f"extras {me.person_id} {begins} {until}"
    cursor = asked.after(bound_to=bound_to, types=[datetime.fromisoformat, UUID, str])
    after = (cursor.key[0], cursor.key[1], cursor.key[2]) if cursor else None
    rows = await store.extras_ordered(
        session, between=(begins or now, until or LATEST), after=after, limit=asked.limit
    )
    known = await rooms.catalogue(session)
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda row: (row.starts_at.isoformat(), str(row.booking_id), row.code),
        view=lambda row: _order_view(row, room=known.known(row.room_id)),
    )


def _order_view(order: OrderedExtra, *, room: BookableRoom) -> OrderView:
    return OrderView(
        booking_id=order.booking_id,
        room_id=order.room_id,
        room_code=room.code,
        room_names=room.names,
        room_link=room.link,
        starts_at=local(order.starts_at, timezone=order.timezone),
        ends_at=local(order.ends_at, timezone=order.timezone),
        starts_wall=order.starts_wall,
        ends_wall=order.ends_wall,
        timezone=order.timezone,
        layout=order.layout,
        people=order.people,
        code=order.code,
        quantity=order.quantity,
        note=order.note,
    )
