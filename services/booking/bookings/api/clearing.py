"""Clearing a room over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from services.booking.bookings.commands import clearing
from services.booking.bookings.requests import Clearing
from shared.identity.listed import Role
from shared.web import Me, Now, Once, Session

router = APIRouter(tags=["bookings"])


class ClearedView(BaseModel):
    """What was cancelled, or declined where it was only asked for."""

    booking_ids: list[UUID]
    is_complete: bool
    """Else ask again: there are more."""


@router.post("/rooms/{room_id}/cancel-bookings", response_model=ClearedView)
async def clear_room(
    room_id: UUID, asked: Clearing, session: Session, me: Me, now: Now, once: Once
) -> Response:
    """Cancel what is booked in a room that is closed then, or taken out. Its organisers, doors and
    guests follow, as with any cancellation; open requests are declined. For facility managers. At
    most 500 at once."""
    me.must_have(Role.FACILITY_MANAGER)

    async def work() -> tuple[BaseModel, None]:
        between = (asked.starts_at, asked.ends_at)
        cancelled = await clearing.clear_room(session, room_id, between=between, by=me, at=now)
        is_complete = len(cancelled) < clearing.AT_ONCE
        return ClearedView(booking_ids=cancelled, is_complete=is_complete), None

    return await once(work, status=200)
