"""Holds, as their holder is shown them: made by themselves, or offered by the waiting list."""

from datetime import datetime
from uuid import UUID

from services.booking.bookings.domain import Hold
from services.booking.times import Times, times
from shared.clock import local


class HoldView(Times):
    """A room that is kept for you, until it expires. Nobody else sees it."""

    hold_id: UUID
    """Also the `booking_id` that it will have once you book it."""
    room_id: UUID
    timezone: str
    people: int
    layout: str | None
    expires_at: datetime
    has_expired: bool
    waiting_id: UUID | None
    """Where it is offered to you because you waited for it; null where you held it yourself."""


def hold_view(hold: Hold, *, at: datetime) -> HoldView:
    timezone = hold.timezone
    return HoldView(
        hold_id=hold.booking_id,
        room_id=hold.room_id,
        **times((hold.starts_at, hold.ends_at), timezone=timezone).model_dump(),
        timezone=timezone,
        people=hold.people,
        layout=hold.layout,
        expires_at=local(hold.expires_at, timezone=timezone),
        has_expired=hold.has_expired(at=at),
        waiting_id=hold.waiting_id,
    )
