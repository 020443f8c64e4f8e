"""What an owner no longer tells of: how a reader ends it, a few at a time.

One rule: ended is what stands below the floor of a retelling that was heard whole. It gets the
floor's sequence, so that no older news brings it back, and any newer one does.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shared import directory
from shared.leaving import LEAVING, note_leaver
from shared.messaging.timers import set_timer


@dataclass(frozen=True)
class Untold:
    """Below which sequence, by when, and how many at once."""

    floor: int
    at: datetime
    limit: int


@dataclass(frozen=True)
class Kept:
    """One kind of facts that a service keeps of another."""

    owner: str
    what: str
    end: Callable[[AsyncSession, Untold], Awaitable[int]]
    """Ends at most `limit` of them; returns how many."""


async def end_tenants(session: AsyncSession, untold: Untold) -> int:
    """They are listed no more."""
    return len(await _delist(session, directory.tenants, untold))


async def end_zones(session: AsyncSession, untold: Untold) -> int:
    """They are listed no more."""
    return len(await _delist(session, directory.zones, untold))


async def end_people(session: AsyncSession, untold: Untold) -> int:
    """They are listed no more, and are let go of as whoever leaves; the worker does the steps."""
    ended = await _delist(session, directory.people, untold)
    for person_id in ended:
        person = await directory.person(session, person_id)
        assert person is not None
        await note_leaver(session, person, left_at=untold.at)
        await set_timer(session, LEAVING, key=str(person_id), due_at=untold.at)
    return len(ended)


OF_ACCESS = (
    Kept("access", "tenants", end_tenants),
    Kept("access", "zones", end_zones),
    Kept("access", "people", end_people),
)
"""What visitors and booking both keep."""


async def _delist(session: AsyncSession, table: Table, untold: Untold) -> list[Any]:
    return await end_rows(session, table, untold, stands=table.c.is_listed, is_listed=False)


async def end_rows(
    session: AsyncSession,
    table: Table,
    untold: Untold,
    *,
    stands: ColumnElement[bool],
    **ended: object,
) -> list[Any]:
    """The keys of those below the floor that stood, and now are as `ended` says."""
    (key,) = table.primary_key
    to_end = stands & (table.c.sequence < untold.floor)
    some = select(key).where(to_end).order_by(key).limit(untold.limit).with_for_update()
    change = update(table).where(key.in_(some), to_end)
    change = change.values(sequence=untold.floor, **ended)
    return list((await session.execute(change.returning(key))).scalars())
