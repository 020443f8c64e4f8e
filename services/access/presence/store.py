"""Presence, written as one statement: it moves on the path of a decision."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.events.access import HolderKind
from shared.messaging.outbox import driver_in_transaction

_MOVE = """
INSERT INTO presence AS p (holder_kind, holder_id, is_inside, zone_id, since, decision_id)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (holder_kind, holder_id) DO UPDATE
SET is_inside = excluded.is_inside, zone_id = excluded.zone_id,
    since = excluded.since, decision_id = excluded.decision_id
WHERE p.since <= excluded.since
"""


async def move(
    session: AsyncSession,
    holder_id: UUID,
    *,
    kind: HolderKind,
    zone_id: UUID | None,
    at: datetime,
    decision_id: UUID | None,
) -> None:
    """The holder is in that zone now; None: outside the park."""
    connection = await driver_in_transaction(session)
    await connection.execute(
        _MOVE, kind.value, holder_id, zone_id is not None, zone_id, at, decision_id
    )
