"""Rooms as rows, for those who run the park and change them."""

from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.booking.rooms.domain import Room, RoomCodeTaken, Space
from shared.database import refuse_as


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
