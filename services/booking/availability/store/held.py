"""What is held of spaces, and when; an expired hold holds nothing, whether its row is gone or not.

Of many spaces it is read by its start, out of one index; of a few, space by space out of the index
of the exclusion.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.availability.domain import Held
from services.booking.claims.domain import LONGEST_CLAIM
from services.booking.rooms.domain import BookableRoom, Stretch
from shared.messaging.outbox import driver_in_transaction

FEW = 40
"""Spaces; one by one they cost some 20 µs each."""

_BY_START = """
SELECT array_agg(c.space_id) AS spaces, array_agg(lower(c.during)) AS begin,
       array_agg(upper(c.during)) AS until
FROM claims AS c
WHERE lower(c.during) >= $1::timestamptz - $2::interval AND lower(c.during) < $3
  AND upper(c.during) > $1 AND (c.expires_at IS NULL OR c.expires_at > $4)
"""
_BY_SPACE = """
SELECT c.space_id, lower(c.during) AS begins, upper(c.during) AS ends
FROM unnest($1::uuid[]) AS w (space_id)
JOIN claims AS c ON c.space_id = w.space_id AND c.during && tstzrange($2, $3, '[)')
WHERE c.expires_at IS NULL OR c.expires_at > $4
"""
_BUSY = """
SELECT range_agg(c.during) * tstzmultirange(tstzrange($2, $3, '[)')) AS busy
FROM unnest($1::uuid[]) AS w (space_id)
JOIN claims AS c ON c.space_id = w.space_id AND c.during && tstzrange($2, $3, '[)')
WHERE c.expires_at IS NULL OR c.expires_at > $4
"""


async def held(
    session: AsyncSession, rooms: Collection[BookableRoom], *, within: Stretch, at: datetime
) -> Held:
    """What is held of the spaces of these rooms, as far as a booking within could meet it."""
    if not rooms:
        return {}
    starts = within[0] - max(room.buffer_before for room in rooms)
    ends = within[1] + max(room.buffer_after for room in rooms)
    spaces = {space_id for room in rooms for space_id in room.space_ids}
    connection = await driver_in_transaction(session)
    if len(spaces) <= FEW:
        rows = await connection.fetch(_BY_SPACE, list(spaces), starts, ends, at)
        return _by_space((row["space_id"], row["begins"], row["ends"]) for row in rows)
    found = await connection.fetchrow(_BY_START, starts, LONGEST_CLAIM, ends, at)
    columns = found and found["spaces"] and (found["spaces"], found["begin"], found["until"])
    return _by_space(
        each for each in zip(*columns or ((), (), ()), strict=True) if each[0] in spaces
    )


async def busy_times(
    session: AsyncSession, room: BookableRoom, *, within: Stretch, at: datetime
) -> list[Stretch]:
    """When somebody holds it, with the buffers of what they hold; nothing of who they are."""
    connection = await driver_in_transaction(session)
    busy = await connection.fetchval(_BUSY, list(room.space_ids), *within, at)
    return [(stretch.lower, stretch.upper) for stretch in busy or ()]


def _by_space(rows: Iterable[tuple[UUID, datetime, datetime]]) -> Held:
    found: dict[UUID, list[Stretch]] = {}
    for space_id, begins, ends in rows:
        found.setdefault(space_id, []).append((begins, ends))
    for stretches in found.values():
        stretches.sort()
    return found
