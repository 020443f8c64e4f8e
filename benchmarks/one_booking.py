"""What PostgreSQL itself can do: pgbench sends the bare booking and its claim, one statement, the
exclusion constraint on, and nothing else that a service must look up, lock or announce.
"""

from __future__ import annotations

from benchmarks.pgbench import EACH, pgbench
from benchmarks.reference.booking.park import TIMEZONE, Room
from benchmarks.rooms import Rooms, claims

SHAPES = 16
"""In so many rooms, in turn at random."""
FROM = "2030-01-01 00:00"
"""An hour after it for each transaction, so that nothing is ever taken."""


async def one_booking(stage: Rooms, *, connections: int, seconds: float) -> float:
    """Transactions a second. Raises where any of them held nothing."""
    before = await claims(stage)
    done = await pgbench(
        stage.server,
        "parvis_booking",
        [_statement(stage, room) for room in stage.park.rooms[:SHAPES]],
        connections=connections,
        seconds=seconds,
        beyond=EACH * connections,  # of runs with fewer clients none comes so far
    )
    held = await claims(stage) - before
    if held != done.transactions:
        raise RuntimeError(f"pgbench claimed {held} times:\n{done.told}")
    return done.per_second


def _statement(stage: Rooms, room: Room) -> str:
    person = stage.park.people[-1]
    since, until = (f"(:unique + {hours}) * interval '1 hour'" for hours in (0, 1))
    instant, wall = f"timestamptz '{FROM}+00'", f"timestamp '{FROM}'"
    return f"""
WITH made AS (
    INSERT INTO bookings (id, status, room_id, zone_id, tenant_id, organiser_id, starts_at, ends_at,
                          starts_wall, ends_wall, timezone, capacity, people, created_at)
    VALUES (gen_random_uuid(), 'confirmed', '{room.room_id}', '{room.zone.zone_id}',
            '{person.tenant.tenant_id}', '{person.person_id}', {instant} + {since},
            {instant} + {until}, {wall} + {since}, {wall} + {until}, '{TIMEZONE}',
            {room.capacity}, 1, now())
    RETURNING id, starts_at, ends_at
)
INSERT INTO claims (booking_id, space_id, during)
SELECT id, '{room.spaces[0].space_id}', tstzrange(starts_at, ends_at, '[)') FROM made"""
