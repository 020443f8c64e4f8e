"""A day of all rooms in a few kilobytes."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import AfterValidator, ConfigDict

from services.booking.availability import store
from services.booking.availability.api.asked import AskedNeed, ParkTimezone, signature_of
from services.booking.availability.domain import Day, SlotMinutes
from services.booking.rooms.domain import BookableRoom
from services.booking.times import Times, times
from shared.clock import wall_time
from shared.web import Cursor, Me, Now, PageRequest, Session, answer_of
from shared.web.values import EARLIEST, LATEST

router = APIRouter()

MOST_ROOMS = 2000
_ONE_DAY = timedelta(days=1)


def _in_range(value: date) -> date:
    if not (EARLIEST + _ONE_DAY).date() <= value < (LATEST - _ONE_DAY).date():
        raise ValueError("out of range")
    return value


AskedDate = Annotated[date, AfterValidator(_in_range)]


class DayOfRooms(Times):
    """When rooms can be had on a day: for each room, by its code, one bit a slot."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "starts_at": "2026-11-26T00:00:00+00:00",
                "ends_at": "2026-11-27T00:00:00+00:00",
                "starts_wall": "2026-11-26T00:00:00",
                "ends_wall": "2026-11-27T00:00:00",
                "date": "2026-11-26",
                "timezone": "Africa/Casablanca",
                "slot_minutes": 30,
                "slots": 48,
                "rooms": {"B1-ATLAS": "AAD/D/AA"},
                "next": None,
            }
        }
    )

    date: date
    timezone: str
    slot_minutes: SlotMinutes
    slots: int
    """How many; on a day on which the clock is changed there are fewer or more."""
    rooms: dict[str, str]
    """By the room's code, in its order: `slots` bits in base64."""
    next: str | None
    """The cursor of the next page; null where these are all."""


@router.get("/rooms/day", response_model=DayOfRooms)
async def get_day_of_rooms(
    need: AskedNeed,
    timezone: ParkTimezone,
    session: Session,
    me: Me,
    now: Now,
    request: Request,
    on: Annotated[AskedDate | None, Query(alias="date", description="Today, or which day.")] = None,
    slot_minutes: SlotMinutes = SlotMinutes.QUARTER,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> Response:
    """A day of all rooms that you may book, as bitmaps: 1 where you can have the room for the whole
    slot, 0 where it is held (by anybody, you too), closed, past, or too soon for its notice.

    `rooms` holds, by the code of each room, base64 (RFC 4648, section 4) of `slots` bits. Slot *n*
    begins at `starts_at` + *n* × `slot_minutes` and is bit 7 − *n* mod 8 of byte *n* div 8: the
    first slot is the highest bit of the first byte. The last byte is filled up with zeros.

    Slots are instants: `starts_at` is the first instant of the date by the park's clock, and a date
    on which the clock is changed has as many more or fewer of them. The example, by half hours:
    `AAD/D/AA` is the bytes 00 00 FF 0F F0 00, and so 16 zeros, 8 ones, 4 zeros, 8 ones, 12 zeros:
    free from 08:00 to 12:00 and from 14:00 to 18:00.

    Ask again with `If-None-Match`; codes are those of `GET /v1/rooms`. Up to 2,000 rooms at once.
    """
    day = Day(
        date=on or wall_time(now, timezone=timezone).date(),
        timezone=timezone,
        slot=timedelta(minutes=slot_minutes),
    )
    bound_to = f"day {me.person_id} {on} {slot_minutes} {signature_of(need)}"
    asked = PageRequest(limit=MOST_ROOMS, cursor=cursor).after(bound_to=bound_to, types=[str])
    rows = await store.day_of_rooms(
        session,
        need,
        day=day,
        viewer=me,
        at=now,
        after=asked.key[0] if asked else None,
        limit=MOST_ROOMS,
    )
    return answer_of(_day_view(day, rows, slot_minutes=slot_minutes, bound_to=bound_to), request)


def _day_view(
    day: Day,
    rows: Sequence[tuple[BookableRoom, int]],
    *,
    slot_minutes: SlotMinutes,
    bound_to: str,
) -> DayOfRooms:
    shown = rows[:MOST_ROOMS]
    return DayOfRooms(
        **times((day.starts_at, day.ends_at), timezone=day.timezone).model_dump(),
        date=day.date,
        timezone=day.timezone,
        slot_minutes=slot_minutes,
        slots=day.slots,
        rooms={room.code: day.packed(bits) for room, bits in shown},
        next=Cursor((shown[-1][0].code,)).seal(bound_to) if len(rows) > MOST_ROOMS else None,
    )
