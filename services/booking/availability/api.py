"""Availability over HTTP."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from services.booking.availability import store
from services.booking.rooms import store as rooms
from services.booking.rooms.api import Code, RoomView, room_view
from services.booking.window import Window
from shared.web import Instant, Me, Now, Page, Session, page_of
from shared.web.pages import AskedPage

router = APIRouter(tags=["availability"])


class Busy(BaseModel):
    """A stretch of time during which the room cannot be had."""

    starts_at: datetime
    ends_at: datetime
    state: Literal["busy"] = "busy"


class BusyTimes(BaseModel):
    """When a room is busy; by whom is shown to nobody here."""

    items: list[Busy]


@router.get("/rooms/free")
async def find_free_rooms(
    starts_at: Instant,
    ends_at: Instant,
    session: Session,
    me: Me,
    now: Now,
    asked: AskedPage,
    people: Annotated[int, Query(ge=1, le=100_000)] = 1,
    equipment: Annotated[list[Code] | None, Query(max_length=20)] = None,
    building_zone_id: UUID | None = None,
) -> Page[RoomView]:
    """Rooms that you may book for that time, the smallest that fits first."""
    window = Window(starts_at, ends_at)
    window.must_be_ahead(at=now)
    need = store.Need(window, people, sorted(equipment or []), building_zone_id)
    bound_to = f"free {me.person_id} {need}"
    cursor = asked.after(bound_to=bound_to, types=[int, str])
    rows = await store.free_rooms(
        session,
        need,
        viewer=me,
        at=now,
        after=(cursor.key[0], cursor.key[1]) if cursor else None,
        limit=asked.limit,
    )
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda room: (room.capacity, room.code),
        view=lambda room: room_view(room, viewer=me),
    )


@router.get("/rooms/{room_id}/busy")
async def get_busy_times(
    room_id: UUID, starts_at: Instant, ends_at: Instant, session: Session, me: Me
) -> BusyTimes:
    """When a room is busy, within 24 hours at most; buffers count as busy."""
    room = await rooms.room_to_book(session, room_id, viewer=me)
    found = await store.busy_times(session, room.room_id, window=Window(starts_at, ends_at))
    return BusyTimes(items=[Busy(starts_at=begins, ends_at=ends) for begins, ends in found])
