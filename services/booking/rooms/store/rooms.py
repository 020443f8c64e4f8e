"""Rooms as rows, for those who run the park and change them."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.booking.rooms.domain import NoSuchRoom, Room, RoomCodeTaken, Space
from shared.database import refuse_as
from shared.messaging.outbox import driver_in_transaction

_HOLD = """
SELECT FROM spaces WHERE id IN (SELECT space_id FROM room_spaces WHERE room_id = ANY ($1))
ORDER BY id FOR NO KEY UPDATE
"""


async def spaces_of_codes(session: AsyncSession, codes: list[str]) -> list[UUID]:
    """The spaces of these codes; those that are not there yet are made."""
    rows = [{"id": uuid4(), "code": code} for code in sorted(codes)]
    await session.execute(insert(Space).values(rows).on_conflict_do_nothing())
    found = await session.scalars(select(col(Space.id)).where(col(Space.code).in_(codes)))
    return list(found)


async def add(session: AsyncSession, room: Room) -> None:
    """Raises `RoomCodeTaken`."""
    session.add(room)
    with refuse_as({"rooms_code_key": RoomCodeTaken}):
        await session.flush()


async def hold_spaces(session: AsyncSession, *, room_ids: Sequence[UUID]) -> None:
    """Nobody else claims the spaces of these rooms until the commit; in the order of `claims`."""
    connection = await driver_in_transaction(session)
    await connection.execute("SET LOCAL lock_timeout = '2s'")
    await connection.execute(_HOLD, list(room_ids))


async def listed_room(session: AsyncSession, room_id: UUID) -> Room:
    """Locked until the commit, for those who run the park. Raises `NoSuchRoom`."""
    query = select(Room).where(col(Room.id) == room_id, col(Room.is_listed))
    found = await session.scalar(query.with_for_update(key_share=True))
    if found is None:
        raise NoSuchRoom
    return found
