"""Presence, written as one statement: it moves on the path of a decision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.presence.domain import ENTERING_COUNTS_FOR, NoSuchHolder
from shared.database import Driver
from shared.events.access import HolderKind
from shared.messaging.outbox import driver_in_transaction

_MOVE = """
INSERT INTO presence AS p (holder_kind, holder_id, is_inside, zone_id, since, decision_id)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (holder_kind, holder_id) DO UPDATE
SET is_inside = excluded.is_inside, zone_id = excluded.zone_id,
    since = excluded.since, decision_id = excluded.decision_id, is_forgiven = false,
    entering_by = CASE WHEN p.entering_at > excluded.since THEN p.entering_by END,
    entering_at = CASE WHEN p.entering_at > excluded.since THEN p.entering_at END,
    entering_zone_id = CASE WHEN p.entering_at > excluded.since THEN p.entering_zone_id END
WHERE p.since <= excluded.since
"""

_BEGIN_ENTERING = """
INSERT INTO presence AS p
    (holder_kind, holder_id, is_inside, since, entering_by, entering_at, entering_zone_id)
VALUES ($1, $2, false, 'epoch', $4, $3, $5)
ON CONFLICT (holder_kind, holder_id) DO UPDATE
SET entering_by = excluded.entering_by, entering_at = excluded.entering_at,
    entering_zone_id = excluded.entering_zone_id
"""
"""Of somebody never seen before nothing is known: an earlier passage that is told later counts."""

_STAY_OUTSIDE = """
UPDATE presence SET entering_by = NULL, entering_at = NULL, entering_zone_id = NULL
WHERE holder_kind = $1 AND holder_id = $2 AND entering_by = $3
"""

_WHEREABOUTS = """
SELECT is_inside, zone_id, since, entering_by, entering_at, entering_zone_id, is_forgiven
FROM presence WHERE holder_kind = $1 AND holder_id = $2
"""

_OTHERS_WITHIN = """
SELECT count(*) FROM presence
WHERE holder_id <> $1
    AND ((is_inside AND zone_id = ANY($2)) OR (entering_zone_id = ANY($2) AND entering_at > $3))
"""

_FORGIVE = """
UPDATE presence
SET is_forgiven = true, entering_by = NULL, entering_at = NULL, entering_zone_id = NULL
WHERE holder_kind = $1 AND holder_id = $2
RETURNING holder_id
"""

_LOCK = "SELECT pg_advisory_xact_lock(key) FROM unnest($1::bigint[]) AS key"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a holder is, for all that is known."""

    is_inside: bool = False
    zone_id: UUID | None = None
    since: datetime | None = None
    entering_by: UUID | None = None
    entering_at: datetime | None = None
    entering_zone_id: UUID | None = None
    is_forgiven: bool = False

    @property
    def counts_as_outside(self) -> bool:
        """Forgiven, and not let in since; a way that was not taken uses no forgiveness up."""
        return self.is_forgiven and self.entering_by is None


async def lock(connection: Driver, ids: Iterable[UUID]) -> None:
    """Until the transaction ends nobody else decides by where these holders, or who is in these
    zones.
    """
    await connection.execute(_LOCK, sorted({each.int >> 65 for each in ids}))


async def whereabouts(connection: Driver, kind: HolderKind, holder_id: UUID) -> Whereabouts:
    found = await connection.fetchrow(_WHEREABOUTS, kind.value, holder_id)
    return Whereabouts() if found is None else Whereabouts(*found)


async def others_within(
    connection: Driver, zone_ids: Iterable[UUID], *, beside: UUID, at: datetime
) -> int:
    """How many others are in these zones, or were let in just now."""
    since = at - ENTERING_COUNTS_FOR
    found: int = await connection.fetchval(_OTHERS_WITHIN, beside, list(zone_ids), since)
    return found


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
    session: AsyncSession,
    holder_id: UUID,
    *,
    kind: HolderKind,
    zone_id: UUID | None,
    at: datetime,
    decision_id: UUID,
) -> None:
    """The holder may be in that zone from now on: it was granted, and nobody has told yet."""
    connection = await driver_in_transaction(session)
    await connection.execute(_BEGIN_ENTERING, kind.value, holder_id, at, decision_id, zone_id)


async def stay_outside(
    session: AsyncSession, holder_id: UUID, *, kind: HolderKind, decision_id: UUID
) -> None:
    """The way that was granted by that decision was not taken."""
    connection = await driver_in_transaction(session)
    await connection.execute(_STAY_OUTSIDE, kind.value, holder_id, decision_id)


async def forgive(session: AsyncSession, kind: HolderKind, holder_id: UUID) -> None:
    """The next entry is decided as if the holder were outside. Raises `NoSuchHolder`."""
    connection = await driver_in_transaction(session)
    if await connection.fetchval(_FORGIVE, kind.value, holder_id) is None:
        raise NoSuchHolder
