"""What can be looked up about ceilings. A tenant's admin sees those of its tenant alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, false, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.access.ceilings.domain import Ceiling, NoSuchCeiling
from shared.identity.listed import PARK_WIDE, Person, Role


def _is_seen_by(me: Person) -> ColumnElement[bool]:
    if me.has(*PARK_WIDE):
        return col(Ceiling.ceiling_id).is_not(None)
    if me.has(Role.TENANT_ADMIN):
        return col(Ceiling.tenant_id) == me.tenant_id
    return false()


async def ceiling(
    session: AsyncSession, ceiling_id: UUID, *, seen_by: Person, lock: bool = False
) -> Ceiling:
    """Raises `NoSuchCeiling`, also for another tenant's."""
    query = select(Ceiling).where(col(Ceiling.ceiling_id) == ceiling_id, _is_seen_by(seen_by))
    found = await session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NoSuchCeiling
    return found


async def ceilings(
    session: AsyncSession,
    *,
    seen_by: Person,
    zone_id: UUID | None,
    tenant_id: UUID | None,
    after: tuple[UUID] | None,
    limit: int,
) -> Sequence[Ceiling]:
    """Those that have not been ended."""
    query = select(Ceiling).where(_is_seen_by(seen_by), col(Ceiling.ended_at).is_(None))
    if zone_id is not None:
        query = query.where(col(Ceiling.zone_id) == zone_id)
    if tenant_id is not None:
        query = query.where(col(Ceiling.tenant_id) == tenant_id)
    if after is not None:
        query = query.where(col(Ceiling.ceiling_id) > after[0])
    return (await session.scalars(query.order_by(col(Ceiling.ceiling_id)).limit(limit))).all()


async def zones_with_ceiling(
    session: AsyncSession, zone_ids: Collection[UUID], *, tenant_id: UUID
) -> set[UUID]:
    """On which of these zones the tenant has a ceiling that has not been ended."""
    query = select(col(Ceiling.zone_id)).where(
        col(Ceiling.tenant_id) == tenant_id,
        col(Ceiling.zone_id).in_(zone_ids),
        col(Ceiling.ended_at).is_(None),
    )
    return set(await session.scalars(query))
