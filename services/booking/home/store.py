"""Somebody's own bookings for the first screen, in one query: without participants and guests."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings.domain import LIVE, Standing
from services.booking.home.domain import Day, OwnBooking
from services.booking.window import LONGEST
from shared.identity.listed import Person
from shared.messaging.outbox import driver_in_transaction

MOST = 100
"""Bookings on a screen."""
MOST_FLAGGED = 20
STANDS = sorted({*LIVE, Standing.REQUESTED})

_AHEAD = "b.starts_at > $2 AND b.ends_at > $3 AND b.status = ANY ($4)"
_DAY = f"""
WITH led AS (
    SELECT b.id FROM bookings AS b WHERE b.organiser_id = $1 AND {_AHEAD}
    ORDER BY b.starts_at, b.id LIMIT $5
), joined AS (
    SELECT b.id FROM participants AS p JOIN bookings AS b ON b.id = p.booking_id
    WHERE p.person_id = $1 AND b.status <> 'requested' AND {_AHEAD}
    ORDER BY b.starts_at, b.id LIMIT $5
), flagged AS (
    SELECT b.id FROM bookings AS b
    WHERE b.organiser_id = $1 AND b.attention IS NOT NULL AND {_AHEAD}
    ORDER BY b.starts_at, b.id LIMIT $6
), last AS (
    SELECT b.id FROM bookings AS b WHERE b.organiser_id = $1 AND b.starts_at <= $3
    ORDER BY b.starts_at DESC, b.id LIMIT 1
), shown AS (
    SELECT id FROM led UNION SELECT id FROM joined UNION SELECT id FROM flagged
    UNION SELECT id FROM last
)
SELECT b.id AS booking_id, b.status, b.room_id, b.zone_id, b.organiser_id, b.title, b.starts_at,
    b.ends_at, b.starts_wall, b.ends_wall, b.timezone, b.attention
FROM shown JOIN bookings AS b USING (id) ORDER BY b.starts_at, b.id
"""  # noqa: S608 - our own text


async def day(session: AsyncSession, person: Person, *, at: datetime) -> Day:
    """What they organise or take part in and what is not over, and where they were last."""
    connection = await driver_in_transaction(session)
    rows = await connection.fetch(
        _DAY, person.person_id, at - LONGEST, at, STANDS, MOST, MOST_FLAGGED
    )
    found = [_read(row) for row in rows]
    ahead = [one for one in found if one.ends_at > at and one.status in STANDS]
    begun = [one for one in found if one.starts_at <= at]
    mine = (one for one in ahead if one.organiser_id == person.person_id)
    return Day(
        ahead=ahead[:MOST],
        last=begun[-1] if begun else None,
        flagged=[one for one in mine if one.attention is not None],
    )


def _read(row: Any) -> OwnBooking:
    return OwnBooking(**dict(row) | {"status": Standing(row["status"])})
