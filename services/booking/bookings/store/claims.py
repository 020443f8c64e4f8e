"""The one door to a room's spaces: whoever holds one came through `claim`.

Rivals queue at the rows of the spaces, locked in the order of their ids; the exclusion constraint
is the guarantee. Without the queue the constraint alone is right too, but losers then deadlock.
"""

from datetime import timedelta
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings.domain import RoomTaken
from services.booking.rooms.domain import BookableRoom
from services.booking.window import Window
from shared.database import refuse_as
from shared.messaging.outbox import driver_in_transaction

_CLAIM = """
WITH locked AS MATERIALIZED (
    SELECT id FROM spaces WHERE id = ANY($2::uuid[]) ORDER BY id FOR NO KEY UPDATE
), left_behind AS (
    DELETE FROM claims WHERE booking_id = $1 AND space_id <> ALL($2::uuid[])
)
INSERT INTO claims (booking_id, space_id, during)
SELECT $1, space_id, tstzrange($3, $4, '[)')
FROM (SELECT unnest(array_agg(id ORDER BY id)) AS space_id FROM locked) AS all_of_them
ON CONFLICT (booking_id, space_id) DO UPDATE SET during = excluded.during
"""
"""Locks every space before it claims the first: `array_agg` reads them all."""


async def claim(
    session: AsyncSession, booking_id: UUID, *, room: BookableRoom, window: Window
) -> None:
    """Holds exactly this room's spaces for the booking, from now on. Raises `RoomTaken`.

    A deadlock or a serialization failure is retried once, silently. The booking's row must exist.
    """
    try:
        await _try_to_claim(session, booking_id, room=room, window=window)
    except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError):
        await _try_to_claim(session, booking_id, room=room, window=window)


async def _try_to_claim(
    session: AsyncSession, booking_id: UUID, *, room: BookableRoom, window: Window
) -> None:
    claimed = room.claimed_by(window)
    spaces = list(room.space_ids)
    connection = await driver_in_transaction(session)
    with refuse_as({"claims_no_overlap": RoomTaken}):
        async with connection.transaction():  # a savepoint: what failed leaves no lock behind
            await connection.execute(_CLAIM, booking_id, spaces, claimed.starts_at, claimed.ends_at)


async def shorten_claims(session: AsyncSession, booking_id: UUID, *, by: timedelta) -> None:
    """Lets go of the end of what a booking holds; the buffer after it moves along."""
    connection = await driver_in_transaction(session)
    await connection.execute(
        "UPDATE claims SET during = tstzrange(lower(during), upper(during) - $2::interval) "
        "WHERE booking_id = $1",
        booking_id,
        by,
    )


async def give_back(session: AsyncSession, *booking_ids: UUID) -> None:
    """Frees all that these bookings hold."""
    connection = await driver_in_transaction(session)
    await connection.execute("DELETE FROM claims WHERE booking_id = ANY($1)", list(booking_ids))
