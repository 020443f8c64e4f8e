"""What has changed for somebody since they last asked, and the forgetting of what is old.

A transaction that had not ended when they asked is not in their snapshot, so whatever it did is
told the next time, however long it took to commit.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings.domain import Mark, SyncTokenTooOld
from shared.identity.listed import Person
from shared.messaging.outbox import driver_in_transaction

_CHANGED = """
WITH token AS (SELECT $2::text AS epoch, $3::text::pg_snapshot AS snapshot),
    here AS (SELECT database_epoch() AS epoch, pg_current_snapshot() AS snapshot)
SELECT here.epoch, here.snapshot::text AS snapshot,
    token.epoch = here.epoch
        AND pg_snapshot_xmax(token.snapshot) <= pg_snapshot_xmax(here.snapshot)
        AND NOT EXISTS (SELECT FROM forgotten_changes AS f
            WHERE f.epoch = here.epoch AND f.changed >= pg_snapshot_xmin(token.snapshot))
        AS is_known,
    ARRAY(
        SELECT DISTINCT c.booking_id FROM booking_changes AS c
        WHERE c.person_id = $1 AND c.changed >= pg_snapshot_xmin(token.snapshot)
            AND NOT pg_visible_in_snapshot(c.changed, token.snapshot)
            AND pg_visible_in_snapshot(c.changed, here.snapshot)
            AND ($4::uuid IS NULL OR c.booking_id > $4)
        ORDER BY c.booking_id LIMIT $5
    ) AS booking_ids
FROM token, here
"""
_FORGET = """
WITH oldest AS (
    SELECT person_id, changed, booking_id, recorded_at FROM booking_changes
    ORDER BY changed LIMIT $2
), gone AS (
    DELETE FROM booking_changes AS c USING oldest AS o
    WHERE (c.person_id, c.changed, c.booking_id) = (o.person_id, o.changed, o.booking_id)
        AND o.recorded_at < $1
    RETURNING c.changed
), noted AS (
    INSERT INTO forgotten_changes (epoch, changed)
    SELECT database_epoch(), changed FROM gone ORDER BY changed DESC LIMIT 1
    ON CONFLICT (epoch) DO UPDATE SET changed = excluded.changed
)
SELECT count(*) FROM gone
"""
_FORGET_ANOTHER_LIFE = """
DELETE FROM booking_changes WHERE changed >= pg_snapshot_xmax(pg_current_snapshot())
"""
"""Numbers that are not given out yet: the database was restored where counting begins anew."""


async def changed_since(
    session: AsyncSession, person: Person, since: Mark, *, after: UUID | None, limit: int
) -> tuple[list[UUID], Mark]:
    """The bookings that have become others for somebody, by id, one more than `limit` if there is;
    and the moment up to which that holds. Raises `SyncTokenTooOld`.
    """
    connection = await driver_in_transaction(session)
    row: Any = await connection.fetchrow(
        _CHANGED, person.person_id, since.epoch, since.snapshot, after, limit + 1
    )
    if not row["is_known"]:
        raise SyncTokenTooOld
    return row["booking_ids"], Mark(epoch=row["epoch"], snapshot=row["snapshot"])


async def forget_changes(session: AsyncSession, *, before: datetime, limit: int) -> int:
    """Drops what was logged before that time, so many rows at most; how many it were."""
    connection = await driver_in_transaction(session)
    await connection.execute(_FORGET_ANOTHER_LIFE)
    count: int = await connection.fetchval(_FORGET, before, limit)
    return count
