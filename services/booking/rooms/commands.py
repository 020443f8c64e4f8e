"""What those who run the park do with rooms.

Who changes a room holds its spaces first, as bookings do: so whoever books at the same moment
either comes before the change, or sees it.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.rooms import store
from services.booking.rooms.domain import Room, RoomSpace


async def add_room(session: AsyncSession, room: Room, *, space_codes: list[str]) -> Room:
    """A room of these spaces (one of its own where none is named). Raises `RoomCodeTaken`."""
    codes = sorted(set(space_codes)) or [room.code]
    space_ids = await store.spaces_of_codes(session, codes)
    room.spaces = [RoomSpace(room_id=room.id, space_id=space_id) for space_id in space_ids]
    await store.add(session, room)
    return room


async def room_to_change(session: AsyncSession, room_id: UUID) -> Room:
    """The room, held with its spaces until the commit. Raises `NoSuchRoom`."""
    await store.hold_spaces(session, room_ids=[room_id])
    return await store.listed_room(session, room_id)


async def change_room(session: AsyncSession, room: Room, said: Mapping[str, Any]) -> None:
    for name, value in said.items():
        setattr(room, name, value)
    room.version += 1
    await session.flush()
