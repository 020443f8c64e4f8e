"""What access no longer tells of, as far as it concerns rooms."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Table, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.database import metadata
from shared.untold import Untold

_DAYS = metadata.tables["known_special_days"]
_EMERGENCIES = metadata.tables["known_emergencies"]
_CONTROLLERS = metadata.tables["known_controllers"]


async def end_special_days(session: AsyncSession, untold: Untold) -> int:
    """They are days like any other."""
    return await _end(session, untold, _DAYS, _DAYS.c.is_confirmed, is_confirmed=False)


async def end_emergencies(session: AsyncSession, untold: Untold) -> int:
    """They are over."""
    stands = _EMERGENCIES.c.ended_at.is_(None)
    return await _end(session, untold, _EMERGENCIES, stands, ended_at=untold.at)


async def end_silences(session: AsyncSession, untold: Untold) -> int:
    """The controllers are heard again."""
    stands = _CONTROLLERS.c.silent_since.is_not(None)
    return await _end(session, untold, _CONTROLLERS, stands, silent_since=None, heard_at=untold.at)


async def _end(
    session: AsyncSession, untold: Untold, table: Table, stands: ColumnElement[bool], **values: Any
) -> int:
    (key,) = table.primary_key
    stands = stands & (table.c.sequence < untold.floor)
    some = select(key).where(stands).order_by(key).limit(untold.limit).with_for_update()
    ended = update(table).where(key.in_(some), stands)
    ended = ended.values(sequence=untold.floor, **values)
    return len((await session.execute(ended.returning(key))).all())
