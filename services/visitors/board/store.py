"""A desk's day, read by the driver: two statements whatever the day holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.board.domain import SyncTokenTooOld
from services.visitors.visits.domain.columns import IS_HERE, OVER_NIGHT
from shared.database import Driver
from shared.identity.listed import Person
from shared.messaging.outbox import driver_in_transaction
from shared.snapshots import Mark, snapshot

MOST_CHANGES = 500
"""With more it is as quick to read the board anew."""

_COLUMNS = """
v.id AS visit_id, v.version, v.status, v.how, v.kind, v.tenant_id, v.host_id, v.visitor_id,
trim(r.given_name || ' ' || r.family_name) AS visitor_name, r.company,
trim(h.given_name || ' ' || h.family_name) AS host_name, h.is_listed IS FALSE AS needs_host,
v.starts_at, v.ends_at, v.timezone, v.desk_code, v.desk_zone_id, v.plate, v.accessibility,
v.private_note, v.is_escort_required, v.says, v.says_late_minutes, v.host_coming_at,
v.arrived_at, v.checked_in_at, v.let_in_at,
v.checked_out_at, v.badge_printed_at, v.booking_id, v.series_id,
v.id_seen_at, v.insurance_until, v.induction_on, v.permit_number
"""
_JOINED = """
JOIN visitors AS r ON r.id = v.visitor_id
LEFT JOIN known_people AS h ON h.person_id = v.host_id
"""
_IS_THEIRS = "($3::uuid IS NULL OR v.tenant_id = $3) AND ($4::uuid IS NULL OR v.desk_zone_id = $4)"
_IS_LET_IN = "v.let_in_at >= $1 AND v.let_in_at < $2"
_PLACED = "SELECT v.id, v.status, v.starts_at, v.let_in_at FROM visits AS v"
_OF_DAY = f"""
{_PLACED} WHERE v.starts_at >= $1 AND v.starts_at < $2 AND {_IS_THEIRS}
UNION
{_PLACED} WHERE {OVER_NIGHT} AND v.ends_at > $1 AND v.starts_at < $1 AND {_IS_THEIRS}
UNION
{_PLACED} WHERE {IS_HERE} AND $5 AND {_IS_THEIRS}
UNION
{_PLACED} WHERE {_IS_LET_IN} AND {_IS_THEIRS}
"""
_BOARD = f"""
WITH of_day AS ({_OF_DAY}), shown AS (
    SELECT id, row_number() OVER (
            PARTITION BY status ORDER BY let_in_at IS NULL, starts_at, id
        ) AS place,
        count(*) OVER (PARTITION BY status) AS of_status
    FROM of_day
)
SELECT {_COLUMNS}, shown.of_status
FROM shown JOIN visits AS v ON v.id = shown.id {_JOINED}
WHERE shown.place <= $6 ORDER BY v.status, v.starts_at, v.id
"""  # noqa: S608 - made of constants
_COUNTS = f"SELECT status, count(*) AS count FROM ({_OF_DAY}) AS of_day GROUP BY status"  # noqa: S608
_CHANGED = f"""
SELECT {_COLUMNS}, ((v.starts_at >= $1 AND v.starts_at < $2)
    OR ({OVER_NIGHT} AND v.ends_at > $1 AND v.starts_at < $1) OR ({IS_HERE} AND $5)
    OR coalesce({_IS_LET_IN}, false)) AS is_of_day
FROM visits AS v {_JOINED}
WHERE v.changed >= pg_snapshot_xmin($6::text::pg_snapshot)
    AND NOT pg_visible_in_snapshot(v.changed, $6::text::pg_snapshot) AND {_IS_THEIRS}
ORDER BY v.id LIMIT $7
"""  # noqa: S608 - made of constants
_IS_KNOWN = """
SELECT $1::text = database_epoch()
    AND pg_snapshot_xmax($2::text::pg_snapshot) <= pg_snapshot_xmax(pg_current_snapshot())
"""
_HAS_CHANGED = """
SELECT pg_current_snapshot()::text AS snapshot, EXISTS (
    SELECT FROM visits
    WHERE changed >= pg_snapshot_xmin($1::text::pg_snapshot)
        AND NOT pg_visible_in_snapshot(changed, $1::text::pg_snapshot)
) AS has_changed
"""
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Day:
    """Whose day is looked at: half-open, of one tenant or all, at one desk or all."""

    begins: datetime
    ends: datetime
    tenant_id: UUID | None
    desk_zone_id: UUID | None
    is_today: bool
    """Who is still here from another day belongs to today."""

    @classmethod
    def of(
        cls,
        me: Person,
        *,
        begins: datetime,
        ends: datetime,
        at: datetime,
        desk_zone_id: UUID | None,
    ) -> Day:
        """The caller's: their tenant's; at the landlord's desk everybody's."""
        tenant_id = None if me.is_landlords_receptionist else me.tenant_id
        return cls(begins, ends, tenant_id, desk_zone_id, begins <= at < ends)

    @property
    def values(self) -> tuple[object, ...]:
        return self.begins, self.ends, self.tenant_id, self.desk_zone_id, self.is_today


async def visits_of_day(session: AsyncSession, day: Day, *, limit: int) -> Sequence[Row]:
    """The first of each status, by start, each with how many there are of its status."""
    return await (await driver_in_transaction(session)).fetch(_BOARD, *day.values, limit)


async def counts_of_day(session: AsyncSession, day: Day) -> dict[str, int]:
    """How many there are of each status."""
    rows = await (await driver_in_transaction(session)).fetch(_COUNTS, *day.values)
    return {row["status"]: row["count"] for row in rows}


async def changed_since(session: AsyncSession, day: Day, since: Mark) -> Sequence[Row]:
    """What has changed, `is_of_day` or not. Raises `SyncTokenTooOld`."""
    connection = await driver_in_transaction(session)
    if not await connection.fetchval(_IS_KNOWN, since.epoch, since.snapshot):
        raise SyncTokenTooOld
    rows = await connection.fetch(_CHANGED, *day.values, since.snapshot, MOST_CHANGES + 1)
    if len(rows) > MOST_CHANGES:
        raise SyncTokenTooOld
    return rows


async def whether_changed(connection: Driver, since: str | None) -> tuple[bool, str]:
    """Whether any visit may have changed since that snapshot, and the snapshot of this look."""
    if since is None:
        return True, await snapshot(connection)
    row: Any = await connection.fetchrow(_HAS_CHANGED, since)
    return row["has_changed"], row["snapshot"]
