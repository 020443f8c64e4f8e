"""What an operator asks of a service's messages: what waits, what is parked, what is dead, again!

Behind `parvis <service> events waiting|parked|dead|held|replay`. Everything lists oldest first, at
most `limit`; bodies are never shown, as they may be personal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.database import Database
from shared.events.base import Envelope, Unreadable
from shared.messaging.bus import Bus, DeadMessage
from shared.messaging.outbox import driver_in_transaction
from shared.messaging.receiver import FalseSender, read

LIMIT = 100

_LIST = """
SELECT event_id, name, subject, sequence, attempts, next_at, received_at, reason
FROM inbox WHERE status = $1 ORDER BY received_at, event_id LIMIT $2
"""
_LIST_HELD = """
SELECT event_id, name, subject, sequence, recorded_at, held_for
FROM outbox WHERE held_for IS NOT NULL ORDER BY position LIMIT $1
"""
_REPLAY = """
UPDATE inbox SET status = 'waiting', attempts = 0, next_at = clock_timestamp()
WHERE event_id IN (
    SELECT event_id FROM inbox
    WHERE status = 'parked' AND ($1::uuid[] IS NULL OR event_id = ANY($1))
    ORDER BY received_at, event_id LIMIT $2
) RETURNING event_id
"""
_KEEP = """
INSERT INTO inbox (event_id, name, source, subject, sequence, status, next_at, body, reason)
VALUES ($1, $2, $3, $4, $5, 'waiting', clock_timestamp(), $6, 'taken from the dead queue')
ON CONFLICT (event_id) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class SetAside:
    """An event that waits or is parked."""

    event_id: UUID
    name: str
    subject: str
    sequence: int
    attempts: int
    next_at: datetime | None
    received_at: datetime
    reason: str | None


@dataclass(frozen=True, slots=True)
class Held:
    """An event of ours that the bus does not take at present."""

    event_id: UUID
    name: str
    subject: str
    sequence: int
    recorded_at: datetime
    held_for: str


@dataclass(frozen=True, slots=True)
class Dead:
    """A message that could not even be read."""

    message_id: str
    name: str
    exchange: str
    size: int
    reason: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many are tried again, and how many of the dead are still unreadable."""

    parked: int
    dead: int
    still_dead: int


async def waiting_events(database: Database, *, limit: int = LIMIT) -> list[SetAside]:
    """Events that will be tried again by themselves."""
    return await _set_aside(database, "waiting", limit=limit)


async def parked_events(database: Database, *, limit: int = LIMIT) -> list[SetAside]:
    """Events that wait for somebody to say `replay`."""
    return await _set_aside(database, "parked", limit=limit)


async def _set_aside(database: Database, status: str, *, limit: int) -> list[SetAside]:
    async with database.transaction() as session:
        connection = await driver_in_transaction(session)
        return [SetAside(**row) for row in await connection.fetch(_LIST, status, limit)]


async def held_events(database: Database, *, limit: int = LIMIT) -> list[Held]:
    """Events of our own that cannot be published; they go by themselves once they can."""
    async with database.transaction() as session:
        connection = await driver_in_transaction(session)
        return [Held(**row) for row in await connection.fetch(_LIST_HELD, limit)]


async def dead_messages(bus: Bus, *, service: str, limit: int = LIMIT) -> list[Dead]:
    """Messages in the dead queue; they stay there."""
    async with bus.dead(service, limit=limit) as found:
        return [
            Dead(
                message_id=each.message.message_id,
                name=each.message.name,
                exchange=each.message.exchange,
                size=len(each.message.body),
                reason=_why(each),
            )
            for each in found
        ]


def _why(dead: DeadMessage) -> str:
    try:
        envelope = Envelope.from_json(dead.message.body)
    except Unreadable as error:
        return f"unreadable: {error}"
    if dead.is_false:
        return f"said by {dead.message.user_id}: from {envelope.source}"
    return f"{dead.message.reason or 'rejected'}: from {envelope.source}"


async def replay(
    database: Database,
    bus: Bus,
    *,
    service: str,
    event_ids: Sequence[UUID] | None = None,
    limit: int = LIMIT,
) -> Replayed:
    """Have parked events, and dead messages that can be read by now, tried again by the worker.

    Without `event_ids` all of them, at most `limit` of each.
    """
    async with database.transaction() as session:
        connection = await driver_in_transaction(session)
        chosen = None if event_ids is None else list(event_ids)
        parked = len(await connection.fetch(_REPLAY, chosen, limit))
    revived = still_dead = 0
    async with bus.dead(service, limit=limit) as found:
        for each in found:
            envelope = _readable(each)
            if envelope is None:
                still_dead += 1
                continue
            if event_ids is not None and envelope.id not in event_ids:
                continue
            await _keep(database, envelope)
            await each.remove()
            revived += 1
    return Replayed(parked=parked, dead=revived, still_dead=still_dead)


def _readable(dead: DeadMessage) -> Envelope | None:
    try:
        return None if dead.is_false else read(dead.message)
    except (Unreadable, FalseSender):
        return None


async def _keep(database: Database, envelope: Envelope) -> None:
    async with database.transaction() as session:
        connection = await driver_in_transaction(session)
        await connection.execute(
            _KEEP,
            envelope.id,
            envelope.type,
            envelope.source,
            envelope.subject,
            envelope.sequence,
            envelope.to_json().decode(),
        )
