"""The outbox table, in SQL: what is to be sent, and what is held because the bus takes it not.

Held rows stand outside the index of what is to be sent: however many there are, a batch costs the
same, and none of them takes the place of another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

UNROUTABLE = "unroutable"
"""A binding is missing: an alert."""
FORBIDDEN = "forbidden"
"""The broker does not let us say this name: an alert."""
FULL = "full"
"""A reader's queue has no room."""
UNAUDITED = "unaudited"
"""Nobody but the audit stream reads it, and the stream is away: no alert of its own."""
BEHIND = "behind"
"""An earlier event of its subject is held."""

RELAY_LOCK = 7_026_011
"""The advisory lock that the active relay of a database holds."""

_BEGIN = """
SELECT set_config('idle_in_transaction_session_timeout', $2, true),
       set_config('synchronous_commit', 'off', true),
       pg_try_advisory_xact_lock($1) AS is_ours
"""
"""A deletion lost in a crash of the database is a duplicate, which the inbox drops."""

_WHAT_TRAVELS = """
position, event_id, name, subject, sequence, tenant_id, body, trace, is_replay, recorded_at
"""

_CLAIM = f"""
SELECT {_WHAT_TRAVELS}, EXISTS (
    SELECT FROM outbox AS held
    WHERE held.held_for IS NOT NULL AND held.subject = o.subject AND held.position < o.position
) AS is_behind
FROM outbox AS o WHERE held_for IS NULL ORDER BY position LIMIT $1 FOR UPDATE OF o
"""  # noqa: S608 - our own constants

_CLAIM_ONE_OF_EACH = f"""
SELECT {_WHAT_TRAVELS}, false AS is_behind FROM outbox WHERE position IN (
    SELECT min(position) FROM outbox WHERE held_for IS NOT NULL AND held_for <> '{BEHIND}'
    GROUP BY name
) ORDER BY position FOR UPDATE
"""  # noqa: S608 - our own constants

_HOLD = """
UPDATE outbox AS o SET held_for = h.why
FROM unnest($1::bigint[], $2::text[]) AS h (position, why) WHERE o.position = h.position
"""

_RELEASE = f"""
UPDATE outbox SET held_for = NULL WHERE held_for IS NOT NULL AND subject IN (
    SELECT subject FROM outbox
    WHERE held_for IS NOT NULL AND held_for <> '{BEHIND}' AND name = ANY($1)
    ORDER BY position LIMIT $2
)
"""  # noqa: S608 - our own constants
"""Whole subjects, so that what is behind is never overtaken by what comes later."""


async def begin(connection: asyncpg.Connection[Any], *, idle_timeout: float) -> bool:
    """Whether this relay is the one that works; until the end of the transaction."""
    idle = f"{int(idle_timeout * 1000)}ms"
    begun = await connection.fetchrow(_BEGIN, RELAY_LOCK, idle)
    return begun is not None and bool(begun["is_ours"])


async def to_be_sent(connection: asyncpg.Connection[Any], *, at_most: int) -> list[asyncpg.Record]:
    """The oldest rows that are not held."""
    return await connection.fetch(_CLAIM, at_most)


async def one_of_each_held(connection: asyncpg.Connection[Any]) -> list[asyncpg.Record]:
    """The oldest held row of each name."""
    return await connection.fetch(_CLAIM_ONE_OF_EACH)


async def sent(connection: asyncpg.Connection[Any], positions: Sequence[int]) -> None:
    """They were confirmed: they go."""
    await connection.execute("DELETE FROM outbox WHERE position = ANY($1::bigint[])", positions)


async def hold(connection: asyncpg.Connection[Any], why: Mapping[int, str]) -> None:
    """They stay, out of the way of the others; `why` by position."""
    await connection.execute(_HOLD, list(why), list(why.values()))


async def release(
    connection: asyncpg.Connection[Any], names: Sequence[str], *, at_most: int
) -> None:
    """Events of these names are taken again: some of their subjects are to be sent."""
    await connection.execute(_RELEASE, names, at_most)
