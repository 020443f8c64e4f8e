"""Locks on what a tenant has of something, for what has no row to lock: it may not be there yet.

They last until the transaction ends.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession


async def hold_alone(session: AsyncSession, what: str, *, tenant_id: UUID) -> None:
    """Waits for all who hold it, and keeps others from it."""
    await session.execute(select(func.pg_advisory_xact_lock(_key(what, tenant_id))))


async def hold_together(session: AsyncSession, what: str, *, tenant_id: UUID) -> None:
    """Others may hold it likewise, but nobody alone."""
    await session.execute(select(func.pg_advisory_xact_lock_shared(_key(what, tenant_id))))


def _key(what: str, tenant_id: UUID) -> ColumnElement[int]:
    return func.hashtextextended(f"{what} of {tenant_id}", 0)
