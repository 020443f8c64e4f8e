"""What can be looked up about alarms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.access.alarms.domain import Alarm, NoSuchAlarm
from shared.events.access import AlarmKind


async def add(session: AsyncSession, alarm: Alarm) -> bool:
    """False where the same thing has an open alarm already."""
    statement = (
        insert(Alarm)
        .values(alarm.model_dump())
        .on_conflict_do_nothing()
        .returning(col(Alarm.alarm_id))
    )
    return (await session.execute(statement)).first() is not None


async def alarm(session: AsyncSession, alarm_id: UUID) -> Alarm:
    """The alarm, locked. Raises `NoSuchAlarm`."""
    found = await session.get(Alarm, alarm_id, with_for_update=True)
    if found is None:
        raise NoSuchAlarm
    return found


async def alarms(
    session: AsyncSession, *, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Alarm]:
    """The newest first, cleared ones included."""
    order = tuple_(col(Alarm.raised_at), col(Alarm.alarm_id))
    query = (
        select(Alarm).order_by(col(Alarm.raised_at).desc(), col(Alarm.alarm_id).desc()).limit(limit)
    )
    if after is not None:
        query = query.where(order < after)
    return (await session.scalars(query)).all()


async def count_open(session: AsyncSession) -> dict[AlarmKind, int]:
    """How many of each kind nobody has dealt with."""
    query = (
        select(col(Alarm.kind), func.count())
        .where(col(Alarm.cleared_at).is_(None))
        .group_by(col(Alarm.kind))
    )
    found = {AlarmKind(kind): count for kind, count in await session.execute(query)}
    return {kind: found.get(kind, 0) for kind in AlarmKind}


async def open_alarms(session: AsyncSession) -> Sequence[Alarm]:
    """Those nobody has dealt with, locked."""
    query = select(Alarm).where(col(Alarm.cleared_at).is_(None)).order_by(col(Alarm.alarm_id))
    return (await session.scalars(query.with_for_update())).all()
