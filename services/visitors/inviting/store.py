"""Looks up groups of visitors; who may see which is decided here."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.visitors.inviting.domain import NoSuchGroup, VisitorGroup
from shared.identity.listed import Person
from shared.web.pages import Cursor


def _may_see(me: Person) -> ColumnElement[bool]:
    """Their own, and what colleagues share."""
    is_own = col(VisitorGroup.owner_id) == me.person_id
    return and_(
        col(VisitorGroup.tenant_id) == me.tenant_id, or_(is_own, col(VisitorGroup.is_shared))
    )


async def group(
    session: AsyncSession, group_id: UUID, *, seen_by: Person, lock: bool = False
) -> VisitorGroup:
    """Raises `NoSuchGroup`, also for what is not theirs to see."""
    query = select(VisitorGroup).where(col(VisitorGroup.id) == group_id, _may_see(seen_by))
    found = await session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NoSuchGroup
    return found


async def groups(
    session: AsyncSession, *, seen_by: Person, after: Cursor | None, limit: int
) -> Sequence[VisitorGroup]:
    """By id; one more than `limit` where there are more."""
    query = select(VisitorGroup).where(_may_see(seen_by))
    if after is not None:
        query = query.where(col(VisitorGroup.id) > after.key[0])
    return (await session.scalars(query.order_by(col(VisitorGroup.id)).limit(limit + 1))).all()
