"""What can be looked up of rooms. Every query decides by itself who sees what."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, exists, or_, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, selectinload
from sqlmodel import col

from services.booking.rooms.domain import (
    BookableRoom,
    NoSuchRoom,
    OpeningHours,
    Room,
    RoomCodeTaken,
    RoomTenant,
    Space,
)
from shared.database import refuse_as
from shared.identity.listed import Person, Role
from shared.messaging.outbox import driver_in_transaction

PARK_TIMEZONE = "park_timezone"
"""In the session's `info`: the zone in whose wall time rooms open and close."""
SEE_EVERY_ROOM = (Role.FACILITY_MANAGER, Role.OPERATOR)

_ROOM_TO_BOOK = """
SELECT r.id, r.zone_id, r.capacity, r.buffer_before_minutes, r.buffer_after_minutes,
       r.minimum_notice_minutes, r.is_always_open, r.opening_hours,
       z.zone_id IS NOT NULL AS is_zone_known,
       coalesce(z.is_bookable AND z.is_listed, false) AS is_bookable,
       ARRAY(SELECT space_id FROM room_spaces WHERE room_id = r.id ORDER BY space_id) AS space_ids
FROM rooms AS r LEFT JOIN known_zones AS z ON z.zone_id = r.zone_id
WHERE r.id = $1 AND r.is_listed AND ($3
    OR NOT EXISTS (SELECT FROM room_tenants AS t WHERE t.room_id = r.id)
    OR EXISTS (SELECT FROM room_tenants AS t WHERE t.room_id = r.id AND t.tenant_id = $2))
"""


def sees_every_room(viewer: Person) -> bool:
    """Whether all rooms of the park are theirs to see."""
    return viewer.has(*SEE_EVERY_ROOM)


def visible_to(viewer: Person) -> ColumnElement[bool] | Mapped[bool]:
    """The rooms that somebody sees: the park's, their tenant's, or, for those who run it, all."""
    if sees_every_room(viewer):
        return col(Room.is_listed)
    of_the_room = col(RoomTenant.room_id) == col(Room.id)
    theirs = exists().where(of_the_room, col(RoomTenant.tenant_id) == viewer.tenant_id)
    return col(Room.is_listed) & or_(~exists().where(of_the_room), theirs)


async def rooms(
    session: AsyncSession, *, viewer: Person, after_code: str | None, limit: int
) -> list[Room]:
    """Rooms by code, one more than `limit` where there are more."""
    following = true() if after_code is None else col(Room.code) > after_code
    query = select(Room).where(visible_to(viewer), following).order_by(col(Room.code))
    return list(await session.scalars(with_parts(query.limit(limit + 1))))


def with_parts(query: Any) -> Any:
    """Loads spaces and tenants too, in one query each."""
    return query.options(selectinload(Room.spaces), selectinload(Room.tenants))  # type: ignore[arg-type]  # SQLModel types relationships as their values


async def room(session: AsyncSession, room_id: UUID, *, viewer: Person) -> Room:
    """Raises `NoSuchRoom`, also where it is not theirs to see."""
    query = select(Room).where(col(Room.id) == room_id, visible_to(viewer))
    found: Room | None = await session.scalar(with_parts(query))
    if found is None:
        raise NoSuchRoom
    return found


async def room_to_book(session: AsyncSession, room_id: UUID, *, viewer: Person) -> BookableRoom:
    """All that a booking must know, in one round trip. Raises `NoSuchRoom`, also where not seen."""
    connection = await driver_in_transaction(session)
    row = await connection.fetchrow(
        _ROOM_TO_BOOK, room_id, viewer.tenant_id, sees_every_room(viewer)
    )
    if row is None:
        raise NoSuchRoom
    hours = tuple(OpeningHours.read(kept) for kept in row["opening_hours"])
    return BookableRoom(
        room_id=row["id"],
        zone_id=row["zone_id"],
        capacity=row["capacity"],
        space_ids=tuple(row["space_ids"]),
        buffer_before=timedelta(minutes=row["buffer_before_minutes"]),
        buffer_after=timedelta(minutes=row["buffer_after_minutes"]),
        minimum_notice=timedelta(minutes=row["minimum_notice_minutes"]),
        opening_hours=None if row["is_always_open"] else hours,
        timezone=session.info[PARK_TIMEZONE],
        is_zone_known=row["is_zone_known"],
        is_bookable=row["is_bookable"],
    )


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
