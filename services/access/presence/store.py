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
    since = excluded.since, decision_id = excluded.decision_id,
    entering_by = CASE WHEN p.entering_at > excluded.since THEN p.entering_by END,
    entering_at = CASE WHEN p.entering_at > excluded.since THEN p.entering_at END
WHERE p.since <= excluded.since
"""

_BEGIN_ENTERING = """
INSERT INTO presence AS p
    (holder_kind, holder_id, is_inside, since, entering_by, entering_at)
VALUES ($1, $2, false, $3, $4, $3)
ON CONFLICT (holder_kind, holder_id) DO UPDATE
SET entering_by = excluded.entering_by, entering_at = excluded.entering_at
"""

_STAY_OUTSIDE = """
UPDATE presence SET entering_by = NULL, entering_at = NULL
WHERE holder_kind = $1 AND holder_id = $2 AND entering_by = $3
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


async def begin_entering(
    session: AsyncSession, holder_id: UUID, *, kind: HolderKind, at: datetime, decision_id: UUID
) -> None:
    """The holder may be in the park from now on: the way was granted, and nobody has told yet."""
    connection = await driver_in_transaction(session)
    await connection.execute(_BEGIN_ENTERING, kind.value, holder_id, at, decision_id)


async def stay_outside(
    session: AsyncSession, holder_id: UUID, *, kind: HolderKind, decision_id: UUID
) -> None:
    """The way that was granted by that decision was not taken."""
    connection = await driver_in_transaction(session)
    await connection.execute(_STAY_OUTSIDE, kind.value, holder_id, decision_id)
