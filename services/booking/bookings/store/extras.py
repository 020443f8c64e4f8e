"""What has been ordered with bookings, one row for each, for those who prepare it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.messaging.outbox import driver_in_transaction

_ORDERED = """
SELECT b.id, b.room_id, b.starts_at, b.ends_at, b.starts_wall, b.ends_wall, b.timezone,
       b.layout, b.people, e.code, e.quantity, e.note
FROM bookings AS b
CROSS JOIN LATERAL jsonb_to_recordset(b.extras) AS e (code text, quantity int, note text)
WHERE b.extras <> '[]' AND b.status IN ('confirmed', 'checked_in')
    AND b.starts_at >= $1 AND b.starts_at < $2
    AND ($3::timestamptz IS NULL OR (b.starts_at, b.id, e.code) > ($3, $4::uuid, $5::text))
ORDER BY b.starts_at, b.id, e.code LIMIT $6
"""


@dataclass(frozen=True)
class OrderedExtra:
    """So much of something, for a booking that stands; of the booking no more than it takes."""

    booking_id: UUID
    room_id: UUID
    starts_at: datetime
    ends_at: datetime
    starts_wall: datetime
    ends_wall: datetime
    timezone: str
    layout: str | None
    people: int
    code: str
    quantity: int
    note: str | None


async def extras_ordered(
    session: AsyncSession,
    *,
    between: tuple[datetime, datetime],
    after: tuple[datetime, UUID, str] | None,
    limit: int,
) -> list[OrderedExtra]:
    """Of bookings that begin in that time, by start; one more than `limit` if there is."""
    connection = await driver_in_transaction(session)
    rows = await connection.fetch(_ORDERED, *between, *(after or (None, None, None)), limit + 1)
    return [OrderedExtra(*row) for row in rows]
