"""Many new bookings at once, in one statement for each table, whatever columns they have."""

from collections.abc import Sequence

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings.domain import Booking
from services.booking.bookings.store.bookings import BOOKING, PARTICIPANT
from shared.messaging.outbox import driver_in_transaction

_WRITE = """
INSERT INTO {table} ({columns})
SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, $1::jsonb)
"""
_WRITE_BOOKINGS = _WRITE.format(table="bookings", columns=", ".join(BOOKING))
_WRITE_PARTICIPANTS = _WRITE.format(table="participants", columns=", ".join(PARTICIPANT))


async def write_new_ones(session: AsyncSession, bookings: Sequence[Booking]) -> None:
    """The rows of bookings that the session does not hold; hold their organiser listed first."""
    connection = await driver_in_transaction(session)
    # The driver's ids are of a type of its own, hence `default`.
    rows = [{name: getattr(booking, name) for name in BOOKING} for booking in bookings]
    await connection.execute(_WRITE_BOOKINGS, orjson.dumps(rows, default=str).decode())
    invited = [
        {name: getattr(one, name) for name in PARTICIPANT}
        for booking in bookings
        for one in booking.participants
    ]
    if invited:
        await connection.execute(_WRITE_PARTICIPANTS, orjson.dumps(invited, default=str).decode())
