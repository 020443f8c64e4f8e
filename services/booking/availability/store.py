"""Which rooms are free for somebody, in one query; and when a room is busy."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.rooms.domain import BookableRoom
from services.booking.rooms.store import catalogue
from services.booking.window import Window
from shared.errors import Refusal
from shared.identity.listed import Person
from shared.messaging.outbox import driver_in_transaction

_TAKEN = """
SELECT DISTINCT w.room_id
FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) AS w (room_id, starts_at, ends_at)
JOIN room_spaces AS s ON s.room_id = w.room_id
JOIN claims AS c ON c.space_id = s.space_id
    AND c.during && tstzrange(w.starts_at, w.ends_at, '[)')
WHERE c.expires_at IS NULL OR c.expires_at > $4
"""

_BUSY = """
SELECT range_agg(c.during) * tstzmultirange(tstzrange($2, $3, '[)')) AS busy
FROM room_spaces AS s JOIN claims AS c ON c.space_id = s.space_id
WHERE s.room_id = $1 AND c.during && tstzrange($2, $3, '[)')
"""


@dataclass(frozen=True)
class Need:
    """What a room must offer."""

    window: Window
    people: int
    equipment: list[str]
    building_zone_id: UUID | None
    """A zone in whose tree the room must be."""

    def is_met_by(self, room: BookableRoom, *, by: Person, at: datetime) -> bool:
        """Whether the room would take it, were it free."""
        is_there = self.building_zone_id is None or self.building_zone_id in room.zone_ids
        if not is_there or not room.equipment.issuperset(self.equipment):
            return False
        try:
            room.must_take(self.window, people=self.people, by=by, at=at)
        except Refusal:
            return False
        return True


async def free_rooms(
    session: AsyncSession,
    need: Need,
    *,
    viewer: Person,
    at: datetime,
    after: tuple[int, str] | None,
    limit: int,
) -> list[BookableRoom]:
    """The smallest fitting rooms first, one more than `limit` if there is."""
    rooms = (await catalogue(session)).seen_by(viewer)
    fitting = [room for room in rooms if need.is_met_by(room, by=viewer, at=at)]
    claimed = [room.claimed_by(need.window) for room in fitting]
    connection = await driver_in_transaction(session)
    rows = await connection.fetch(
        _TAKEN,
        [room.room_id for room in fitting],
        [each.starts_at for each in claimed],
        [each.ends_at for each in claimed],
        at,
    )
    taken = {row["room_id"] for row in rows}
    free = [room for room in fitting if room.room_id not in taken]
    if after is not None:
        free = [room for room in free if (room.capacity, room.code) > after]
    return sorted(free, key=lambda room: (room.capacity, room.code))[: limit + 1]


async def busy_times(
    session: AsyncSession, room_id: UUID, *, window: Window
) -> list[tuple[datetime, datetime]]:
    """When the room cannot be had within that time, buffers included; nothing of by whom."""
    connection = await driver_in_transaction(session)
    busy = await connection.fetchval(_BUSY, room_id, window.starts_at, window.ends_at)
    return [(stretch.lower, stretch.upper) for stretch in busy or ()]
