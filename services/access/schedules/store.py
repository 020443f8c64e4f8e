"""What can be looked up about schedules and special days.

A tenant sees its own schedules and the shared ones; special days are the whole park's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.access.schedules.domain import (
    Hours,
    NoSuchSchedule,
    NoSuchSpecialDay,
    NoSuchSpecialDayGroup,
    Schedule,
    SpecialDay,
    SpecialDayGroup,
    SpecialDays,
    SpecialDayStatus,
)
from services.access.surroundings import surroundings_of
from shared.identity.listed import PARK_WIDE, Person


def _is_seen_by(me: Person) -> ColumnElement[bool]:
    """Of a schedule: whether it is listed and this caller may see it."""
    is_listed = col(Schedule.is_listed).is_(True)
    if me.has(*PARK_WIDE):
        return is_listed
    own = col(Schedule.tenant_id) == me.tenant_id
    return is_listed & or_(col(Schedule.tenant_id).is_(None), own)


async def schedule(
    session: AsyncSession, schedule_id: UUID, *, seen_by: Person, lock: bool = False
) -> Schedule:
    """Raises `NoSuchSchedule`, also for one that the caller may not see, or that is delisted."""
    query = select(Schedule).where(col(Schedule.schedule_id) == schedule_id, _is_seen_by(seen_by))
    found = await session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NoSuchSchedule
    return found


async def schedules(
    session: AsyncSession,
    *,
    seen_by: Person,
    code: str | None,
    after: tuple[str, UUID] | None,
    limit: int,
) -> Sequence[Schedule]:
    """By code; several tenants may have the same one."""
    order = tuple_(col(Schedule.code), col(Schedule.schedule_id))
    query = select(Schedule).where(_is_seen_by(seen_by)).order_by(*order).limit(limit)
    if code is not None:
        query = query.where(col(Schedule.code) == code)
    if after is not None:
        query = query.where(order > after)
    return (await session.scalars(query)).all()


async def hours_of(session: AsyncSession, schedule_ids: Collection[UUID]) -> dict[UUID, Hours]:
    """The hours of these schedules, for rules that are nobody's view."""
    if not schedule_ids:
        return {}
    query = select(Schedule).where(col(Schedule.schedule_id).in_(schedule_ids))
    return {each.schedule_id: each.hours for each in await session.scalars(query)}


async def group(session: AsyncSession, group_id: UUID) -> SpecialDayGroup:
    """Raises `NoSuchSpecialDayGroup`."""
    found = await session.get(SpecialDayGroup, group_id)
    if found is None:
        raise NoSuchSpecialDayGroup
    return found


async def groups(
    session: AsyncSession, *, after: tuple[str] | None, limit: int
) -> Sequence[SpecialDayGroup]:
    query = select(SpecialDayGroup).order_by(col(SpecialDayGroup.code)).limit(limit)
    if after is not None:
        query = query.where(col(SpecialDayGroup.code) > after[0])
    return (await session.scalars(query)).all()


async def known_group_ids(session: AsyncSession, group_ids: Iterable[UUID]) -> set[UUID]:
    """Those of them that there are."""
    query = select(col(SpecialDayGroup.group_id))
    query = query.where(col(SpecialDayGroup.group_id).in_(list(group_ids)))
    return set(await session.scalars(query))


async def special_day(
    session: AsyncSession, special_day_id: UUID, *, lock: bool = False
) -> SpecialDay:
    """Raises `NoSuchSpecialDay`."""
    found = await session.get(SpecialDay, special_day_id, with_for_update=lock or None)
    if found is None:
        raise NoSuchSpecialDay
    return found


async def special_days(
    session: AsyncSession,
    *,
    year: int,
    status: SpecialDayStatus | None,
    after: tuple[date, UUID] | None,
    limit: int,
) -> Sequence[SpecialDay]:
    """Those of a year, by date."""
    order = tuple_(col(SpecialDay.day), col(SpecialDay.special_day_id))
    of_the_year = col(SpecialDay.day).between(date(year, 1, 1), date(year, 12, 31))
    query = select(SpecialDay).where(of_the_year).order_by(*order).limit(limit)
    if status is not None:
        query = query.where(col(SpecialDay.status) == status)
    if after is not None:
        query = query.where(order > after)
    return (await session.scalars(query)).all()


async def propose(session: AsyncSession, days: Iterable[SpecialDay]) -> Sequence[SpecialDay]:
    """Adds those whose holiday nobody has proposed yet; what was decided before stays decided."""
    statement = (
        insert(SpecialDay)
        .values([day.model_dump() for day in days])
        .on_conflict_do_nothing(index_elements=["origin"])
        .returning(SpecialDay)
    )
    found = (await session.scalars(statement)).all()
    return sorted(found, key=lambda day: (day.day, day.special_day_id))


async def confirmed_days(session: AsyncSession) -> Sequence[tuple[SpecialDay, SpecialDayGroup]]:
    """All of them with their groups, locked, by date."""
    query = (
        select(SpecialDay, SpecialDayGroup)
        .join(SpecialDayGroup, col(SpecialDayGroup.group_id) == col(SpecialDay.group_id))
        .where(col(SpecialDay.status) == SpecialDayStatus.CONFIRMED)
        .order_by(col(SpecialDay.day), col(SpecialDay.special_day_id))
        .with_for_update(of=SpecialDay)
    )
    return [(day, group) for day, group in await session.execute(query)]


async def days_that_count(session: AsyncSession, *among: ColumnElement[bool]) -> SpecialDays:
    """The confirmed special days, perhaps only those among some, in the park's time."""
    query = select(col(SpecialDay.day), col(SpecialDay.group_id))
    query = query.where(col(SpecialDay.status) == SpecialDayStatus.CONFIRMED, *among)
    groups = {row.day: row.group_id for row in await session.execute(query)}
    return SpecialDays(surroundings_of(session).timezone, groups)


async def days_around(session: AsyncSession, starts: datetime, ends: datetime) -> SpecialDays:
    """Those that decide about hours between two instants: the day before has its nights, too."""
    days = timedelta(days=2)
    first, last = (starts - days).date(), (ends + days).date()
    return await days_that_count(session, col(SpecialDay.day).between(first, last))
