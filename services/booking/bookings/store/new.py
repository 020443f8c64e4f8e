"""New bookings, one or many, in one statement for each table, whatever columns they have."""

from typing import Any

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


async def write_new(session: AsyncSession, *bookings: Booking) -> None:
    """The rows of bookings that the session does not hold; hold their organiser listed first."""
    connection = await driver_in_transaction(session)
    rows = [{name: getattr(booking, name) for name in BOOKING} for booking in bookings]
    await connection.execute(_WRITE_BOOKINGS, _as_json(rows))
    invited = [
        {name: getattr(one, name) for name in PARTICIPANT}
        for booking in bookings
        for one in booking.participants
    ]
    if invited:
        await connection.execute(_WRITE_PARTICIPANTS, _as_json(invited))


def _as_json(rows: list[dict[str, Any]]) -> str:
    return orjson.dumps(rows, default=_written).decode()


def _written(value: object) -> str:
    """What JSON has no words for, as PostgreSQL reads it: bytes, and the driver's own ids."""
    return f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)
