"""A month's report: its lines, by room, tenant or hour, a page of them or all.

Rooms are those of today: each is measured against the hours that it keeps now.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.rooms.domain import BookableRoom
from services.booking.utilisation import store
from services.booking.utilisation.domain import HOURS_OF_DAY, UNUSED, Month, Opening, Use
from shared.identity.listed import Person

ALL = 100_000
"""More lines than any park has."""


class By(StrEnum):
    """What a line is about."""

    ROOM = "room"
    TENANT = "tenant"
    HOUR = "hour"


@dataclass(frozen=True)
class Line:
    """What became of one room, tenant, or hour of the day, and how long rooms were open for it."""

    key: tuple[Any, ...]
    """Its place among the lines."""
    of: BookableRoom | tuple[UUID, str] | int
    use: Use
    open: timedelta


@dataclass(frozen=True)
class Asked:
    """Who asks for which month, and when."""

    session: AsyncSession
    month: Month
    viewer: Person
    at: datetime


async def lines(
    asked: Asked, by: By, *, after: tuple[Any, ...] | None = None, limit: int = ALL
) -> list[Line]:
    """In their order; one more than `limit` if there is."""
    return await _LINES[by](asked, after, limit)


async def _by_room(asked: Asked, after: tuple[Any, ...] | None, limit: int) -> list[Line]:
    known = await store.rooms_of(asked.session, asked.viewer)
    rooms = [room for room in known if after is None or (room.code,) > after][: limit + 1]
    use = await store.use_of_rooms(
        asked.session, rooms, asked.month, viewer=asked.viewer, at=asked.at
    )
    opening = Opening(asked.month)
    return [
        Line((room.code,), room, use.get(room.room_id, UNUSED), opening.of_rooms([room]))
        for room in rooms
    ]


async def _by_tenant(asked: Asked, after: tuple[Any, ...] | None, limit: int) -> list[Line]:
    found = await store.use_by_tenant(
        asked.session,
        asked.month,
        viewer=asked.viewer,
        at=asked.at,
        after=None if after is None else (after[0], after[1]),
        limit=limit,
    )
    opens = Opening(asked.month).of_rooms(await store.rooms_of(asked.session, asked.viewer))
    return [
        Line((each.name, str(each.tenant_id)), (each.tenant_id, each.name), each.use, opens)
        for each in found
    ]


async def _by_hour(asked: Asked, after: tuple[Any, ...] | None, limit: int) -> list[Line]:
    use = await store.use_by_hour(asked.session, asked.month, viewer=asked.viewer, at=asked.at)
    rooms = await store.rooms_of(asked.session, asked.viewer)
    opens = Opening(asked.month).by_hour(rooms)
    first = 0 if after is None else after[0] + 1
    found = [Line((hour,), hour, use[hour], opens[hour]) for hour in range(HOURS_OF_DAY)]
    return found[first : first + limit + 1]


_LINES: dict[By, Callable[[Asked, tuple[Any, ...] | None, int], Awaitable[list[Line]]]] = {
    By.ROOM: _by_room,
    By.TENANT: _by_tenant,
    By.HOUR: _by_hour,
}
