"""The bookings of a month, summed up. A tenant's administrators see their own tenant's alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.rooms.domain import RUN_THE_PARK, BookableRoom
from services.booking.rooms.store import catalogue
from services.booking.utilisation.domain import HOURS_OF_DAY, UNUSED, Month, OfTenant, Use
from services.booking.window import LONGEST
from shared.identity.listed import Person
from shared.messaging.outbox import driver_in_transaction

# No booking is longer than $4, so that what reaches into the month is found by its start.
_COUNTED = """
WITH counted AS (
    SELECT room_id, tenant_id, starts_at, ends_at,
           CASE WHEN checked_in_at IS NOT NULL THEN least(ends_at, $3) END AS used_until,
           checked_in_at IS NULL AND (status = 'released' OR status = 'confirmed' AND ends_at <= $3)
               AS is_no_show,
           status = 'ended' AS is_ended_early
    FROM bookings
    WHERE status IN ('confirmed', 'checked_in', 'ended', 'released')
      AND starts_at > $1::timestamptz - $4::interval AND starts_at < $2 AND ends_at > $1
      AND ($5::uuid IS NULL OR tenant_id = $5)
)
"""
_SUMS = """
    count(*) FILTER (WHERE starts_at >= $1) AS bookings,
    sum(least(ends_at, $2) - greatest(starts_at, $1)) AS booked,
    sum(greatest(least(used_until, $2) - greatest(starts_at, $1), '0'))
        FILTER (WHERE used_until IS NOT NULL) AS used,
    count(*) FILTER (WHERE is_no_show AND starts_at >= $1) AS no_shows,
    count(*) FILTER (WHERE is_ended_early AND starts_at >= $1) AS ended_early
"""
_BY_ROOM = f"""
{_COUNTED} SELECT room_id, {_SUMS} FROM counted WHERE room_id = ANY ($6) GROUP BY 1
"""  # noqa: S608 - names of our own columns
_BY_TENANT = f"""
{_COUNTED}, summed AS (SELECT tenant_id, {_SUMS} FROM counted GROUP BY 1)
SELECT summed.*, coalesce(t.name, '') AS name
FROM summed LEFT JOIN known_tenants AS t USING (tenant_id)
WHERE $6::text IS NULL OR (coalesce(t.name, ''), tenant_id) > ($6, $7)
ORDER BY coalesce(t.name, ''), tenant_id LIMIT $8
"""  # noqa: S608 - names of our own columns
# Shifted by the offset in force, an instant reads as the wall clock does; a booking in which the
# clock is changed is taken apart there.
_BY_HOUR = f"""
{_COUNTED}, shown AS (
    SELECT greatest(c.starts_at, s.starts_at) + s.shift AS begins,
           least(c.ends_at, s.ends_at) + s.shift AS ends, c.used_until + s.shift AS used_until,
           c.starts_at >= s.starts_at AS is_its_start, c.is_no_show, c.is_ended_early
    FROM counted AS c
    JOIN unnest($6::timestamptz[], $7::timestamptz[], $8::interval[])
        AS s (starts_at, ends_at, shift) ON c.starts_at < s.ends_at AND c.ends_at > s.starts_at
), parts AS (
    SELECT shown.*, h, is_its_start AND begins >= h AS is_counted
    FROM shown, generate_series(date_trunc('hour', begins), ends, '1 hour') AS h WHERE h < ends
)
SELECT extract(hour FROM h)::int AS hour,
    count(*) FILTER (WHERE is_counted) AS bookings,
    sum(least(ends, h + interval '1 hour') - greatest(begins, h)) AS booked,
    sum(greatest(least(used_until, ends, h + interval '1 hour') - greatest(begins, h), '0'))
        FILTER (WHERE used_until IS NOT NULL) AS used,
    count(*) FILTER (WHERE is_counted AND is_no_show) AS no_shows,
    count(*) FILTER (WHERE is_counted AND is_ended_early) AS ended_early
FROM parts GROUP BY 1
"""  # noqa: S608 - names of our own columns


async def rooms_of(session: AsyncSession, viewer: Person) -> list[BookableRoom]:
    """The rooms that they see, by code; for those who see the whole park, also what was taken out
    of use: it may have been booked in that month.
    """
    known = await catalogue(session)
    if viewer.has(*RUN_THE_PARK):
        return sorted(known.rooms.values(), key=lambda room: room.code)
    return known.seen_by(viewer)


async def use_of_rooms(
    session: AsyncSession,
    rooms: Sequence[BookableRoom],
    month: Month,
    *,
    viewer: Person,
    at: datetime,
) -> dict[UUID, Use]:
    """By room; one without bookings is not there."""
    rows = await _fetch(session, _BY_ROOM, month, viewer, at, [room.room_id for room in rooms])
    return {row["room_id"]: _use(row) for row in rows}


async def use_by_tenant(
    session: AsyncSession,
    month: Month,
    *,
    viewer: Person,
    at: datetime,
    after: tuple[str, UUID] | None = None,
    limit: int,
) -> list[OfTenant]:
    """By name, one more than `limit` if there is."""
    place = after or (None, None)
    rows = await _fetch(session, _BY_TENANT, month, viewer, at, *place, limit + 1)
    return [OfTenant(row["tenant_id"], row["name"], _use(row)) for row in rows]


async def use_by_hour(
    session: AsyncSession, month: Month, *, viewer: Person, at: datetime
) -> list[Use]:
    """Of each hour of the day by the park's clock."""
    segments = [list(column) for column in zip(*month.segments, strict=True)]
    rows = await _fetch(session, _BY_HOUR, month, viewer, at, *segments)
    found = {row["hour"]: _use(row) for row in rows}
    return [found.get(hour, UNUSED) for hour in range(HOURS_OF_DAY)]


async def _fetch(
    session: AsyncSession, query: str, month: Month, viewer: Person, at: datetime, *more: Any
) -> list[asyncpg.Record]:
    only_of = None if viewer.has(*RUN_THE_PARK) else viewer.tenant_id
    connection = await driver_in_transaction(session)
    return await connection.fetch(
        query, month.starts_at, month.ends_at, at, LONGEST, only_of, *more
    )


def _use(row: asyncpg.Record) -> Use:
    return Use(
        bookings=row["bookings"],
        booked=row["booked"] or UNUSED.booked,
        used=row["used"] or UNUSED.used,
        no_shows=row["no_shows"],
        ended_early=row["ended_early"],
    )
