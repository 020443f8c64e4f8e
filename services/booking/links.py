"""Deep links: where a phone finds the thing that a payload speaks of."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

BASE_URL = "base_url"
"""In the session's `info`: where people reach this service, no slash at the end."""


def link_of_booking(session: AsyncSession, booking_id: UUID) -> str:
    return _link(session, "bookings", booking_id)


def link_of_room(session: AsyncSession, room_id: UUID) -> str:
    return _link(session, "rooms", room_id)


def _link(session: AsyncSession, kind: str, of: UUID) -> str:
    return f"{session.info[BASE_URL]}/v1/{kind}/{of}"
