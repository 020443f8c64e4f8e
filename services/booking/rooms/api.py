"""Rooms over HTTP: added and changed by those who run the park, seen by those they are for.

The entity tag of a room names its version, and that of all rules: where the room lies, what shares
its spaces and whether it is safe there changes without a new version of its own. A change asks for
the room's alone.
"""

import re
from bisect import bisect_right
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from services.booking.rooms import commands, store
from services.booking.rooms.domain import RUN_THE_PARK, BookableRoom, Catalogue
from services.booking.rooms.requests import Code, NewRoom, RoomDetails
from services.booking.rooms.views import RoomView, WholeRoomView, room_view, whole_room_view
from shared.web import (
    IfMatch,
    Me,
    Once,
    Page,
    Session,
    etag_of,
    must_match,
    not_modified,
    page_of,
)
from shared.web.pages import AskedPage

__all__ = ["Code", "RoomView", "room_view", "router", "seen_version", "tag_of"]

router = APIRouter(tags=["rooms"])

_BESIDE_THE_VERSION = re.compile(r'\.\d+(?=")')


def tag_of(room: BookableRoom, *, among: Catalogue) -> str:
    return f"{room.version}.{among.version}"


def seen_version(if_match: str | None) -> str | None:
    """Of what was read, the room's own version."""
    return _BESIDE_THE_VERSION.sub("", if_match) if if_match else if_match


@router.post("/rooms", status_code=201, response_model=WholeRoomView)
async def add_room(new: NewRoom, session: Session, me: Me, once: Once) -> Response:
    """Add a room to the park. For facility managers and the operator."""
    me.must_have(*RUN_THE_PARK)

    async def work() -> tuple[BaseModel, str]:
        room = await commands.add_room(session, new.room(), space_codes=new.spaces)
        rooms = await store.catalogue(session)
        return whole_room_view(rooms.known(room.id), viewer=me, catalogue=rooms), etag_of(1)

    return await once(work)


@router.get("/rooms")
async def list_rooms(session: Session, me: Me, asked: AskedPage) -> Page[RoomView]:
    """The rooms you may see, by code."""
    bound_to = f"rooms {me.person_id}"
    cursor = asked.after(bound_to=bound_to, types=[str])
    seen = (await store.catalogue(session)).seen_by(me)
    begin = bisect_right(seen, cursor.key[0], key=lambda room: room.code) if cursor else 0
    return page_of(
        seen[begin : begin + asked.limit + 1],
        asked=asked,
        bound_to=bound_to,
        key=lambda room: (room.code,),
        view=lambda room: room_view(room, viewer=me),
    )


@router.get("/rooms/{room_id}", response_model=WholeRoomView)
async def get_room(
    room_id: UUID, session: Session, me: Me, request: Request, response: Response
) -> WholeRoomView | Response:
    """One room, its parts, and what it is a part of."""
    rooms = await store.catalogue(session)
    room = rooms.room(room_id, viewer=me)
    tag = tag_of(room, among=rooms)
    if unchanged := not_modified(request, version=tag):
        return unchanged
    response.headers["etag"] = etag_of(tag)
    return whole_room_view(room, viewer=me, catalogue=rooms)


@router.put("/rooms/{room_id}", response_model=WholeRoomView)
async def change_room(
    room_id: UUID,
    details: RoomDetails,
    session: Session,
    me: Me,
    once: Once,
    if_match: IfMatch = None,
) -> Response:
    """Say anew all that a room offers and asks. Its code, zone and spaces stay: doors and bookings
    hang by them. Bookings that stand are left as they are, whatever the new hours.
    """
    me.must_have(*RUN_THE_PARK)

    async def work() -> tuple[BaseModel, str]:
        room = await commands.room_to_change(session, room_id)
        must_match(seen_version(if_match), version=room.version)
        await commands.change_room(session, room, details.columns())
        rooms = await store.catalogue(session)
        view = whole_room_view(rooms.known(room_id), viewer=me, catalogue=rooms)
        return view, etag_of(room.version)

    return await once(work, status=200)
