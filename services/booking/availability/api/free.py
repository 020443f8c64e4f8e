"""Looking for a room: free at some time, or as soon as possible."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from services.booking.availability import store
from services.booking.availability.api.asked import (
    AskedNeed,
    AskedWindow,
    Minutes,
    ParkTimezone,
    asked_times,
    signature_of,
)
from services.booking.availability.api.views import (
    FirstSlotView,
    FreeRoomView,
    first_slot_view,
    free_room_view,
)
from services.booking.availability.domain import WishedHours
from services.booking.window import EndsBeforeItStarts
from shared.web import Instant, Me, Now, Page, Session, answer_of, page_of
from shared.web.pages import AskedPage

router = APIRouter()

WallMinute = Annotated[str, Query(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]


class FirstSlots(BaseModel):
    """The first slot of each room, the earliest first."""

    items: list[FirstSlotView]
    minutes: int = Field(examples=[30])


@router.get("/rooms/free", response_model=Page[FreeRoomView])
async def find_free_rooms(
    me: Me,  # before what may be refused: nobody is told anything before that
    need: AskedNeed,
    window: AskedWindow,
    timezone: ParkTimezone,
    session: Session,
    now: Now,
    asked: AskedPage,
    request: Request,
) -> Response:
    """Rooms that you may book for that time, the smallest that fits first.

    Say from when (now, unless you do) and either until when or for how many minutes. Only rooms
    that would take you: open, with the seats (in that `layout`), with all of that `equipment`,
    `accessibility` and `extras` (as long before as they must be ordered), held by nobody, not
    closed, with their notice. `free_until` says how much longer you could stay.
    """
    bound_to = f"free {me.person_id} {asked_times(request)} {signature_of(need)}"
    cursor = asked.after(bound_to=bound_to, types=[int, str])
    rows = await store.free_rooms(
        session,
        need,
        window=window,
        viewer=me,
        at=now,
        after=(cursor.key[0], cursor.key[1]) if cursor else None,
        limit=asked.limit,
    )
    page = page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda free: (free.room.capacity, free.room.code),
        view=lambda free: free_room_view(free, viewer=me, timezone=timezone),
    )
    return answer_of(page, request)


@router.get("/rooms/first-free", response_model=FirstSlots)
async def find_first_free_rooms(
    need: AskedNeed,
    minutes: Minutes,
    timezone: ParkTimezone,
    session: Session,
    me: Me,
    now: Now,
    request: Request,
    starts_at: Annotated[Instant | None, Query(description="Now, unless you say so.")] = None,
    days: Annotated[int, Query(ge=1, le=31)] = 7,
    from_wall: WallMinute = "00:00",
    until_wall: WallMinute = "24:00",
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> Response:
    """The first time in the next `days` at which you can have a room for so long: one slot for each
    room, the earliest first, and among equals the smallest room.

    Slots begin on the five minutes and lie within the hours of the room and, each day, between
    `from_wall` and `until_wall` by the park's clock. The rest is asked as for free rooms.
    """
    wished = WishedHours(_minute(from_wall), _minute(until_wall))
    if wished.opens >= wished.closes:
        raise EndsBeforeItStarts
    starts_at = max(starts_at or now, now)
    found = await store.first_slots(
        session,
        need,
        length=timedelta(minutes=minutes),
        within=(starts_at, starts_at + timedelta(days=days)),
        wished=wished,
        viewer=me,
        at=now,
        limit=limit,
    )
    items = [first_slot_view(slot, viewer=me, timezone=timezone) for slot in found]
    return answer_of(FirstSlots(items=items, minutes=minutes), request)


def _minute(shown: str) -> int:
    hours, _, minutes = shown.partition(":")
    return int(hours) * 60 + int(minutes)
