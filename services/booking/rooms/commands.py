"""What those who run the park do with rooms."""

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
