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
SELECT e.event_id, e.name, e.source, e.subject, e.sequence,
       CASE WHEN b.held THEN 'waiting' ELSE 'done' END,
       CASE WHEN b.held THEN e.body END, CASE WHEN b.held THEN clock_timestamp() END,
       CASE WHEN b.held THEN 'an earlier event of its subject waits' END
FROM unnest(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::boolean[]
) AS e (event_id, name, source, subject, sequence, body, never_waits),
LATERAL (SELECT NOT e.never_waits AND EXISTS (
    SELECT FROM inbox AS w
    WHERE w.status = 'waiting' AND w.source = e.source AND w.subject = e.subject
    AND w.sequence <= e.sequence
) AS held) AS b
ON CONFLICT (event_id) DO NOTHING
RETURNING event_id, status
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


@dataclass(frozen=True, slots=True)
class Heard:
    """An event that came, with the body it came in."""

    envelope: Envelope
    body: bytes


async def take(session: AsyncSession, heard: Heard) -> Claimed:
    """An event that came: to be reacted to, to wait behind another of its subject, or known."""
    return (await take_many(session, [heard]))[0]


async def take_many(session: AsyncSession, heard: Sequence[Heard]) -> list[Claimed]:
    """Events of different subjects at once, in the order given."""
    connection = await session.connection()
    envelopes = [each.envelope for each in heard]
    result = await connection.exec_driver_sql(
        _TAKE,
        (
            [each.id for each in envelopes],
            [each.type for each in envelopes],
            [each.source for each in envelopes],
            [each.subject for each in envelopes],
            [each.sequence for each in envelopes],
            [each.body.decode() for each in heard],
            [each.type in NEVER_WAIT for each in envelopes],
        ),
    )
    outcomes = {row["event_id"]: row["status"] for row in result.mappings()}
    return [Claimed(outcomes.get(each.id, KNOWN)) for each in envelopes]


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
