"""The one door to spaces: whoever holds one came through the database's own `claim_spaces`.

Rivals queue at the rows of the spaces, locked in the order of their ids; the exclusion constraint
is the guarantee. Without the queue the constraint alone is right too, but losers then deadlock.
The door is a function of the database (migration 0004), so that ordinary work and the hot path
go through the same one, and what it reads after the wait is what stands then.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.claims.domain import RoomTaken, Wanted
from shared.database import refuse_as
from shared.messaging.outbox import driver_in_transaction

_CLAIM = "SELECT claim_spaces($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[], $5, $6)"
_TAKEN = "SELECT taken_spaces($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[], $5)"

_SEEM_TAKEN = """
SELECT DISTINCT w.booking_id
FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[])
    AS w (booking_id, space_id, starts_at, ends_at)
JOIN claims AS c ON c.space_id = w.space_id
    AND c.during && tstzrange(w.starts_at, w.ends_at, '[)')
WHERE c.expires_at IS NULL OR c.expires_at > $5
"""


async def claim(
    session: AsyncSession, *wanted: Wanted, at: datetime, expires_at: datetime | None = None
) -> None:
    """Each of these bookings holds exactly what is wanted for it, from now on; all, or none.

    Raises `RoomTaken`. A deadlock, or a wait of more than two seconds, ends the transaction
    (`Busy`): locks that it had before the door would meet the same rival again.
    """
    connection = await driver_in_transaction(session)
    with refuse_as({"claims_no_overlap": RoomTaken}):
        async with connection.transaction():  # a savepoint: what failed leaves no lock behind
            await connection.execute(_CLAIM, *columns_of(wanted), at, expires_at)


async def taken(session: AsyncSession, wanted: Sequence[Wanted], *, at: datetime) -> set[UUID]:
    """The bookings that could not hold what is wanted for them, for claims of others.

    Queues at the spaces first, so the answer stands until this transaction ends.
    """
    connection = await driver_in_transaction(session)
    found = await connection.fetch(_TAKEN, *columns_of(wanted), at)
    return {row[0] for row in found}


async def seem_taken(session: AsyncSession, wanted: Sequence[Wanted], *, at: datetime) -> set[UUID]:
    """As `taken`, at a glance: nobody is waited for, so it may be otherwise a moment later."""
    connection = await driver_in_transaction(session)
    found = await connection.fetch(_SEEM_TAKEN, *columns_of(wanted), at)
    return {row[0] for row in found}


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


def columns_of(wanted: Sequence[Wanted]) -> tuple[list[Any], ...]:
    """A row for each space of each booking, as the columns that the door takes."""
    rows = [
        (one.booking_id, space_id, one.during.starts_at, one.during.ends_at)
        for one in wanted
        for space_id in one.space_ids
    ]
    columns: tuple[list[Any], ...] = tuple(map(list, zip(*rows, strict=True))) or ([], [], [], [])
    return columns
