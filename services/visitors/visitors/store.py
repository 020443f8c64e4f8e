"""Looks up visitors, and sees to it that the desk finds them.

One rule: whoever writes a visitor's row has its search words written with it; nobody has to
remember.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, event, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapper
from sqlmodel import col

from services.visitors.names.store import add_words, keep_words
from services.visitors.tenant_locks import hold_alone, hold_together
from services.visitors.visitors.domain import Visitor, VisitorDetails


async def visitor(session: AsyncSession, visitor_id: UUID) -> Visitor:
    """The visitor of that id; who asks has it from a visit, so it exists."""
    return await session.get_one(Visitor, visitor_id)


async def keep_visitors(session: AsyncSession, tenant_id: UUID) -> None:
    """Nobody merges visitors of the tenant before this transaction has ended: they would miss the
    visit that it makes.
    """
    await hold_together(session, "visitors", tenant_id=tenant_id)


async def await_tenants_visitors(session: AsyncSession, tenant_id: UUID) -> None:
    """Waits for the visits that are being made for visitors as they were known. Take it after the
    rows of visits, as `keep_visitors` is.
    """
    await hold_alone(session, "visitors", tenant_id=tenant_id)


async def visitor_like(
    session: AsyncSession, details: VisitorDetails, *, tenant_id: UUID
) -> Visitor | None:
    """The tenant's visitor with the very same details, whom nobody merges from now on; without an
    e-mail nobody is the same. Who was merged with somebody is that somebody.
    """
    if details.email is None:
        return None
    await keep_visitors(session, tenant_id)
    found = await session.scalars(
        select(Visitor)
        .where(col(Visitor.tenant_id) == tenant_id)
        .where(func.lower(col(Visitor.email)) == details.email.lower())
        .where(col(Visitor.email).is_not(None), col(Visitor.erased_at).is_(None))
        .order_by(col(Visitor.created_at))
        .limit(50)
    )
    same = next((visitor for visitor in found if visitor.details == details), None)
    while same is not None and same.merged_into is not None:
        same = await session.get_one(Visitor, same.merged_into)
    return same


@event.listens_for(Visitor, "after_insert")
def _add_words(_: Mapper[Visitor], connection: Connection, visitor: Visitor) -> None:
    entries = visitor.entries()
    add_words(connection, visitor.id, tenant_id=visitor.tenant_id, entries=entries)


@event.listens_for(Visitor, "after_update")
def _keep_words(_: Mapper[Visitor], connection: Connection, visitor: Visitor) -> None:
    entries = visitor.entries()
    keep_words(connection, visitor.id, tenant_id=visitor.tenant_id, entries=entries)
