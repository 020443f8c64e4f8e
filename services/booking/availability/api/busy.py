"""When one room is busy, never by whom; and when it is closed, and why."""

from datetime import timedelta
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from services.booking.availability import store
from services.booking.availability.api.asked import ParkTimezone
from services.booking.rooms import store as rooms
from services.booking.times import Times, times
from services.booking.window import EndsBeforeItStarts
from shared.errors import Malformed
from shared.web import Instant, Me, Now, Session, answer_of

router = APIRouter()

LONGEST_LOOK = timedelta(days=31)


class LookAtLess(Malformed):
    """You can look at {days} days at once; ask for the others after that."""


class Busy(Times):
    """A stretch of time during which somebody holds the room."""

    state: Literal["busy"] = "busy"


class Closed(Times):
    """A stretch of time in which the room is closed, though it would be open by its hours."""

    reason: str
    """As whoever closed it wrote it."""
    may_book: bool
    """Whether you may book it all the same."""


class BusyTimes(BaseModel):
    """When a room is busy; by whom is shown to nobody here."""

    timezone: str
    items: list[Busy]
    closed: list[Closed]
    """By start; its own closures, and those of what it is a part of or lies in."""


@router.get("/rooms/{room_id}/busy", response_model=BusyTimes)
async def get_busy_times(
    room_id: UUID,
    starts_at: Instant,
    ends_at: Instant,
    timezone: ParkTimezone,
    session: Session,
    me: Me,
    now: Now,
    request: Request,
) -> Response:
    """When a room is busy, within 31 days at most, in order; the buffers of bookings count as busy,
    and what you hold yourself is just busy too. Where it is `closed`, it is said why; its usual
    hours are said by the room.
    """
    if starts_at >= ends_at:
        raise EndsBeforeItStarts
    if ends_at - starts_at > LONGEST_LOOK:
        raise LookAtLess(days=LONGEST_LOOK.days)
    room = await rooms.room_to_book(session, room_id, viewer=me)
    found = await store.busy_times(session, room, within=(starts_at, ends_at), at=now)
    items = [Busy(**times(stretch, timezone=timezone).model_dump()) for stretch in found]
    closed = [
        Closed(
            **times((each.starts_at, each.ends_at), timezone=timezone).model_dump(),
            reason=each.reason,
            may_book=room.may_be_booked_by(me) and each.may_be_overridden_by(me),
        )
        for each in room.closed_within(starts_at, ends_at)
    ]
    return answer_of(BusyTimes(timezone=timezone, items=items, closed=closed), request)
