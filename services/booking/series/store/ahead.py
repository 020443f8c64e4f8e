"""The bookings of a series that are still to come."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.booking.bookings.domain import Booking, Standing
from services.booking.bookings.store import waits_for
from services.booking.series.domain.refusals import NoSuchOccurrence
from shared.identity.listed import Person
from shared.messaging.outbox import driver_in_transaction

READ_AT_ONCE = 15
"""Bookings, each with all whom it names; others have their turn before the next are read."""
_CARRY_THE_REST = """
UPDATE bookings
SET series_id = $2, recurrence_wall = recurrence_wall + $3::interval, version = version + 1
WHERE series_id = $1 AND id <> ALL ($4::uuid[]) AND starts_at > $5
    AND ($6::timestamp IS NULL OR recurrence_wall >= $6)
    AND (series_id <> $2 OR $3::interval <> interval '0')
"""


async def bookings_ahead(
    session: AsyncSession, series_id: UUID, *, begins: datetime | None, of: Person, at: datetime
) -> list[Booking]:
    """Those that somebody organises or asks for, for which nobody has come, from a wall time of the
    series on; locked. Raises `NoSuchOccurrence` where the series has nothing at that wall time.
    """
    here = col(Booking.series_id) == series_id
    if begins is not None:
        named = select(col(Booking.id)).where(here, col(Booking.recurrence_wall) == begins)
        if await session.scalar(named.limit(1)) is None:
            raise NoSuchOccurrence
    query = select(Booking).where(
        here,
        col(Booking.organiser_id) == of.person_id,
        col(Booking.status).in_((Standing.CONFIRMED, Standing.REQUESTED)),
        col(Booking.starts_at) > at,
        true() if begins is None else col(Booking.recurrence_wall) >= begins,
    )
    return await _locked(session, query)


async def requests_ahead(
    session: AsyncSession, series_id: UUID, *, decided_by: Person, at: datetime
) -> list[Booking]:
    """Those that wait for somebody's word and have not lapsed; locked."""
    query = select(Booking).where(
        col(Booking.series_id) == series_id,
        col(Booking.starts_at) > at,
        await waits_for(session, decided_by),
    )
    return await _locked(session, query)


async def _locked(session: AsyncSession, query: Select[Booking]) -> list[Booking]:
    query = query.order_by(col(Booking.id)).with_for_update(of=Booking)
    found = await session.stream_scalars(query.execution_options(yield_per=READ_AT_ONCE))
    return [booking async for booking in found]


async def carry_the_rest(
    session: AsyncSession,
    series_id: UUID,
    *,
    to: UUID,
    shift: timedelta,
    but: Sequence[UUID],
    begins: datetime | None,
    at: datetime,
) -> None:
    """What was cancelled, or is somebody else's by now, keeps its place among the others."""
    connection = await driver_in_transaction(session)
    await connection.execute(_CARRY_THE_REST, series_id, to, shift, list(but), at, begins)
