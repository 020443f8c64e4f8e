"""The inbox table, in SQL: what was heard, what waits, what is parked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.events.base import Envelope
from shared.messaging.topology import NEVER_WAIT

DONE = "done"
WAITING = "waiting"
PARKED = "parked"
KNOWN = "known"
"""Heard before: nothing to do."""

_TAKE = """
INSERT INTO inbox AS i (event_id, name, source, subject, sequence, status, body, next_at, reason)
SELECT $1::uuid, $2::text, $3::text, $4::text, $5::bigint,
       CASE WHEN b.held THEN 'waiting' ELSE 'done' END,
       CASE WHEN b.held THEN $6::text END, CASE WHEN b.held THEN clock_timestamp() END,
       CASE WHEN b.held THEN 'an earlier event of its subject waits' END
FROM (SELECT NOT $7::boolean AND EXISTS (
    SELECT FROM inbox
    WHERE status = 'waiting' AND source = $3::text AND subject = $4::text
    AND sequence <= $5::bigint
) AS held) AS b
ON CONFLICT (event_id) DO NOTHING
RETURNING status
"""

_TAKE_AGAIN = """
UPDATE inbox SET status = 'done', body = NULL, next_at = NULL
WHERE event_id = $1 AND status = 'waiting' RETURNING status
"""

_PUT_ASIDE = """
UPDATE inbox SET
    attempts = attempts + 1,
    status = CASE WHEN attempts < cardinality($3::float8[]) THEN 'waiting' ELSE 'parked' END,
    next_at = clock_timestamp() + ($3::float8[])[attempts + 1] * interval '1 second',
    body = $2,
    reason = $4
WHERE event_id = $1 RETURNING status
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """What the row says once the event is taken."""

    outcome: str

    @property
    def is_to_run(self) -> bool:
        return self.outcome == DONE


async def take(session: AsyncSession, envelope: Envelope, body: bytes) -> Claimed:
    """An event that came: to be reacted to, to wait behind another of its subject, or known."""
    connection = await session.connection()
    result = await connection.exec_driver_sql(
        _TAKE,
        (
            envelope.id,
            envelope.type,
            envelope.source,
            envelope.subject,
            envelope.sequence,
            body.decode(),
            envelope.type in NEVER_WAIT,
        ),
    )
    return Claimed(result.scalar() or KNOWN)


async def take_again(session: AsyncSession, event_id: UUID) -> Claimed:
    """An event that waits, unless somebody else has taken it."""
    connection = await session.connection()
    result = await connection.exec_driver_sql(_TAKE_AGAIN, (event_id,))
    return Claimed(result.scalar() or KNOWN)


async def park(session: AsyncSession, event_id: UUID, *, reason: str) -> None:
    """An event that waits, and that trying again cannot help."""
    connection = await session.connection()
    await connection.exec_driver_sql(
        "UPDATE inbox SET status = 'parked', next_at = NULL, reason = $2 "
        "WHERE event_id = $1 AND status = 'waiting'",
        (event_id, reason),
    )


async def put_aside(
    session: AsyncSession, envelope: Envelope, *, reason: str, ladder: Sequence[float]
) -> str:
    """A taken event that failed: it waits for the next rung of the ladder; after the last, parked.

    Returns `waiting` or `parked`.
    """
    connection = await session.connection()
    result = await connection.exec_driver_sql(
        _PUT_ASIDE, (envelope.id, envelope.to_json().decode(), list(ladder), reason)
    )
    return str(result.scalar_one())
