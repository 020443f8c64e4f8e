"""What can be looked up about lockdowns and their plans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.access.lockdowns.domain import Lockdown, NoSuchLockdown, NoSuchPlan, Plan


async def lockdown(session: AsyncSession, lockdown_id: UUID) -> Lockdown:
    """The lockdown, locked. Raises `NoSuchLockdown`."""
    found = await session.get(Lockdown, lockdown_id, with_for_update=True)
    if found is None:
        raise NoSuchLockdown
    return found


async def lockdowns(
    session: AsyncSession,
    *,
    is_open: bool | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[Lockdown]:
    """The newest first; with `is_open` only those that stand, or only those that do not."""
    order = (col(Lockdown.started_at), col(Lockdown.lockdown_id))
    query = select(Lockdown).order_by(*(each.desc() for each in order)).limit(limit)
    if is_open is not None:
        ended_at = col(Lockdown.ended_at)
        query = query.where(ended_at.is_(None) if is_open else ended_at.is_not(None))
    if after is not None:
        query = query.where(tuple_(*order) < after)
    return (await session.scalars(query)).all()


async def standing(session: AsyncSession, *, plan_id: UUID | None = None) -> Sequence[Lockdown]:
    """Those that nobody has released, locked: all, or a plan's."""
    query = select(Lockdown).where(col(Lockdown.ended_at).is_(None))
    if plan_id is not None:
        query = query.where(col(Lockdown.plan_id) == plan_id)
    query = query.order_by(col(Lockdown.lockdown_id)).with_for_update()
    return (await session.scalars(query)).all()


async def add(session: AsyncSession, lockdowns: Iterable[Lockdown]) -> set[UUID]:
    """Those of a plan's lockdowns that are new: where one of the plan stands, none is added."""
    statement = (
        insert(Lockdown)
        .values([each.model_dump() for each in lockdowns])
        .on_conflict_do_nothing()
        .returning(col(Lockdown.lockdown_id))
    )
    return set(await session.scalars(statement))


async def plan(session: AsyncSession, plan_id: UUID, *, lock: bool = False) -> Plan:
    """A listed plan. Raises `NoSuchPlan`."""
    found = await session.get(Plan, plan_id, with_for_update={"read": not lock})
    if found is None or not found.is_listed:
        raise NoSuchPlan
    return found


async def plans(
    session: AsyncSession, *, after: tuple[int, UUID] | None, limit: int
) -> Sequence[Plan]:
    """Listed ones, the highest rank first."""
    order = (col(Plan.rank), col(Plan.plan_id))
    query = select(Plan).where(col(Plan.is_listed)).limit(limit)
    query = query.order_by(*(each.desc() for each in order))
    if after is not None:
        query = query.where(tuple_(*order) < after)
    return (await session.scalars(query)).all()
