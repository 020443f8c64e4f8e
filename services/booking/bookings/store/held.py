"""What holds the spaces that somebody wants."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.booking.bookings.domain import Booking
from services.booking.bookings.store.bookings import visible_to
from services.booking.claims.domain import Wanted
from shared.identity.listed import Person
from shared.messaging.outbox import driver_in_transaction

_IN_THE_WAY = """
SELECT booking_id, min(lower(during)) AS starts_at, max(upper(during)) AS ends_at FROM claims
WHERE space_id = ANY ($1) AND during && tstzrange($2, $3, '[)') AND booking_id <> $4
    AND (expires_at IS NULL OR expires_at > $5)
GROUP BY booking_id ORDER BY starts_at, booking_id LIMIT $6
"""


class InTheWay(NamedTuple):
    """From when to when something holds a room, buffers included; what it is may not be known: it
    is a hold, or not for everybody to see.
    """

    booking_id: UUID
    starts_at: datetime
    ends_at: datetime


async def in_the_way(
    session: AsyncSession, wanted: Wanted, *, at: datetime, limit: int
) -> list[InTheWay]:
    """By start."""
    connection = await driver_in_transaction(session)
    stretch = (wanted.during.starts_at, wanted.during.ends_at)
    rows = await connection.fetch(
        _IN_THE_WAY, list(wanted.space_ids), *stretch, wanted.booking_id, at, limit
    )
    return [InTheWay(**row) for row in rows]


async def bookings_shown(
    session: AsyncSession, booking_ids: Sequence[UUID], *, to: Person
) -> list[Booking]:
    """Those of them that somebody may look up. Locks nothing."""
    query = select(Booking).where(col(Booking.id).in_(booking_ids), visible_to(to))
    return list(await session.scalars(query))
