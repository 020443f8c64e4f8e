"""Which rooms are free for somebody, in one query; and when a room is busy."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.booking.rooms.domain import Room
from services.booking.rooms.store import sees_every_room, with_parts
from services.booking.window import Window
from shared.clock import wall_time
from shared.identity.listed import Person
from shared.messaging.outbox import driver_in_transaction

_FREE = """
WITH RECURSIVE building AS (
    SELECT zone_id FROM known_zones WHERE zone_id = $8
    UNION
    SELECT z.zone_id FROM known_zones AS z JOIN building AS b ON z.parent_id = b.zone_id
)
SELECT r.id
FROM rooms AS r JOIN known_zones AS z ON z.zone_id = r.zone_id
WHERE r.is_listed AND z.is_listed AND z.is_bookable
  AND ($2 OR NOT EXISTS (SELECT FROM room_tenants AS t WHERE t.room_id = r.id)
       OR EXISTS (SELECT FROM room_tenants AS t WHERE t.room_id = r.id AND t.tenant_id = $1))
  AND r.capacity >= $6 AND r.equipment @> $7::text[]
  AND ($8::uuid IS NULL OR r.zone_id IN (SELECT zone_id FROM building))
  AND (r.minimum_notice_minutes = 0
       OR $3 >= $5::timestamptz + make_interval(mins => r.minimum_notice_minutes))
  AND (r.is_always_open OR tsrange($9, $10) <@ (
        SELECT range_agg(tsrange(day + h.opens::interval, day + h.closes::interval))
        FROM generate_series(date_trunc('day', $9::timestamp), $10, '1 day') AS day
        JOIN jsonb_to_recordset(r.opening_hours) AS h (weekday int, opens time, closes time)
             ON h.weekday = extract(isodow FROM day)))
  AND EXISTS (SELECT FROM room_spaces AS s WHERE s.room_id = r.id)
  AND NOT EXISTS (
        SELECT FROM room_spaces AS s JOIN claims AS c ON c.space_id = s.space_id
        WHERE s.room_id = r.id AND c.during && tstzrange(
            $3::timestamptz - make_interval(mins => r.buffer_before_minutes),
            $4::timestamptz + make_interval(mins => r.buffer_after_minutes), '[)'))
  AND ($11::int IS NULL OR (r.capacity, r.code) > ($11, $12))
ORDER BY r.capacity, r.code
LIMIT $13
"""

_BUSY = """
SELECT range_agg(c.during) * tstzmultirange(tstzrange($2, $3, '[)')) AS busy
FROM room_spaces AS s JOIN claims AS c ON c.space_id = s.space_id
WHERE s.room_id = $1 AND c.during && tstzrange($2, $3, '[)')
"""


SHORTEST = timedelta(microseconds=1)
"""Of a range that is not empty: where a clock is put back, the end may show an earlier time."""


@dataclass(frozen=True)
class Need:
    """What a room must offer."""

    window: Window
    people: int
    equipment: list[str]
    building_zone_id: UUID | None
    """A zone in whose tree the room must be."""


async def free_rooms(
    session: AsyncSession,
    need: Need,
    *,
    viewer: Person,
    at: datetime,
    timezone: str,
    after: tuple[int, str] | None,
    limit: int,
) -> list[Room]:
    """The smallest fitting rooms first, one more than `limit` if there is."""
    starts = wall_time(need.window.starts_at, timezone=timezone)
    ends = wall_time(need.window.ends_at, timezone=timezone)
    connection = await driver_in_transaction(session)
    rows = await connection.fetch(
        _FREE,
        *(viewer.tenant_id, sees_every_room(viewer)),
        *(need.window.starts_at, need.window.ends_at, at),
        *(need.people, need.equipment, need.building_zone_id),
        *(starts, max(starts + SHORTEST, ends)),
        *(after or (None, None)),
        limit + 1,
    )
    ids = [row["id"] for row in rows]
    query = select(Room).where(col(Room.id).in_(ids)).order_by(col(Room.capacity), col(Room.code))
    return list(await session.scalars(with_parts(query)))


async def busy_times(
    session: AsyncSession, room_id: UUID, *, window: Window
) -> list[tuple[datetime, datetime]]:
    """When the room cannot be had within that time, buffers included; nothing of by whom."""
    connection = await driver_in_transaction(session)
    busy = await connection.fetchval(_BUSY, room_id, window.starts_at, window.ends_at)
    return [(stretch.lower, stretch.upper) for stretch in busy or ()]
