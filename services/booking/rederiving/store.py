"""Which future bookings are kept at another instant than their wall time means now, and what is in
their way; which closures and wishes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import asyncpg
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.booking.claims.store import columns_of
from services.booking.rederiving.domain import (
    Held,
    Shift,
    closure_meant,
    window_meant,
    wish_meant,
)
from services.booking.rooms.domain import Closure
from services.booking.waiting.domain import Turn, Waiting
from services.booking.window import Claimed, Window
from shared.database import Busy, Driver
from shared.messaging.outbox import driver_in_transaction

_KEPT = """
SELECT id, organiser_id, room_id, starts_at, ends_at,
    starts_wall, starts_fold, ends_wall, ends_fold, timezone
FROM bookings
"""
_FUTURE = f"""{_KEPT}
WHERE status IN ('confirmed', 'checked_in', 'requested') AND starts_at > $1
    AND id > coalesce($2, '00000000-0000-0000-0000-000000000000'::uuid)
ORDER BY id LIMIT $3
"""
_THESE = f"""{_KEPT}
WHERE id = ANY ($2) AND status IN ('confirmed', 'checked_in', 'requested') AND starts_at > $1
ORDER BY id FOR UPDATE
"""
_HOLD_SPACES = """
SELECT FROM spaces WHERE id IN (SELECT space_id FROM claims WHERE booking_id = ANY ($1))
ORDER BY id FOR NO KEY UPDATE
"""
_HELD = """
SELECT booking_id, space_id, lower(during) AS starts_at, upper(during) AS ends_at
FROM claims WHERE booking_id = ANY ($1) ORDER BY space_id
"""
_IN_THE_WAY = """
SELECT DISTINCT w.booking_id, c.booking_id AS held_by, c.expires_at IS NOT NULL AS is_hold
FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[])
    AS w (booking_id, space_id, starts_at, ends_at)
JOIN claims AS c ON c.space_id = w.space_id
    AND c.during && tstzrange(w.starts_at, w.ends_at, '[)')
WHERE c.booking_id <> w.booking_id AND (c.expires_at IS NULL OR c.expires_at > $5)
"""


async def shifts(
    session: AsyncSession, *, at: datetime, after: UUID | None, limit: int
) -> tuple[list[Shift], UUID | None]:
    """Of so many future bookings those that are to move, and the last one that was looked at."""
    connection = await driver_in_transaction(session)
    rows = await connection.fetch(_FUTURE, at, after, limit)
    found = await _with_what_they_hold(connection, rows)
    return found, rows[-1]["id"] if rows else None


async def shifts_locked(
    session: AsyncSession, booking_ids: Sequence[UUID], *, at: datetime
) -> list[Shift]:
    """Those of them that are still to move; nobody changes them until this transaction ends.

    What they hold is read when their spaces are held, as whoever claims one reads it.
    """
    connection = await driver_in_transaction(session)
    await connection.execute("SET LOCAL lock_timeout = '2s'")
    rows = await connection.fetch(_THESE, at, list(booking_ids))
    await connection.execute(_HOLD_SPACES, [row["id"] for row in rows])
    return await _with_what_they_hold(connection, rows)


async def in_the_way(
    session: AsyncSession, shifts: Sequence[Shift], *, at: datetime
) -> dict[UUID, set[UUID]]:
    """Who holds what each wants, at a glance; whoever has their spaces keeps it so.

    Raises `Busy` where it is somebody's hold: that is over in some minutes.
    """
    wanted = [one for shift in shifts for one in shift.wanted]
    connection = await driver_in_transaction(session)
    found: dict[UUID, set[UUID]] = {}
    for row in await connection.fetch(_IN_THE_WAY, *columns_of(wanted), at):
        if row["is_hold"]:
            raise Busy
        found.setdefault(row["booking_id"], set()).add(row["held_by"])
    return found


async def closures_to_move(session: AsyncSession, *, at: datetime) -> list[UUID]:
    """Those that stand and are not over."""
    query = select(Closure).where(col(Closure.lifted_at).is_(None), col(Closure.ends_at) > at)
    found = await session.scalars(query.order_by(col(Closure.id)))
    return [
        each.id for each in found if closure_meant(each, at=at) != (each.starts_at, each.ends_at)
    ]


async def wishes_to_move(session: AsyncSession, *, at: datetime) -> list[UUID]:
    """Of those who wait and are offered nothing just now."""
    found = await session.scalars(_wishes(at).order_by(col(Waiting.id)))
    return [each.id for each in found if wish_meant(each) != (each.starts_at, each.ends_at)]


async def wish_held(session: AsyncSession, waiting_id: UUID, *, at: datetime) -> Sequence[Waiting]:
    """Locked; none where they have had their turn meanwhile, or wait no more."""
    query = _wishes(at).where(col(Waiting.id) == waiting_id)
    return (await session.scalars(query.with_for_update())).all()


def _wishes(at: datetime) -> Select[Waiting]:
    return select(Waiting).where(
        col(Waiting.status) == Turn.WAITING,
        col(Waiting.starts_at) > at,
        col(Waiting.starts_wall).is_not(None),
    )


async def _with_what_they_hold(connection: Driver, rows: Sequence[asyncpg.Record]) -> list[Shift]:
    moving = {each.booking_id: each for each in map(_shift, rows) if each.kept != each.meant}
    held: dict[UUID, list[Held]] = {booking_id: [] for booking_id in moving}
    if moving:
        for row in await connection.fetch(_HELD, list(moving)):
            during = Claimed(row["starts_at"], row["ends_at"])
            held[row["booking_id"]].append(Held(row["space_id"], during))
    return list(_complete(moving, held))


def _complete(moving: dict[UUID, Shift], held: dict[UUID, list[Held]]) -> Iterator[Shift]:
    for booking_id, shift in moving.items():
        yield replace(shift, held=tuple(held[booking_id]))


def _shift(row: asyncpg.Record) -> Shift:
    kept = Window(row["starts_at"], row["ends_at"])
    meant = window_meant(
        starts_wall=row["starts_wall"],
        starts_fold=row["starts_fold"],
        ends_wall=row["ends_wall"],
        ends_fold=row["ends_fold"],
        timezone=row["timezone"],
        kept=kept,
    )
    return Shift(row["id"], row["organiser_id"], row["room_id"], kept, meant)
