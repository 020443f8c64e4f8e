"""Looks up visitors, and sees to it that the desk finds them.

One rule: whoever writes a visitor's row has its search words written with it; nobody has to
remember.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import Connection, event, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapper, Session, UOWTransaction
from sqlmodel import col

from services.visitors.names.domain import SearchWord
from services.visitors.names.store import keep_words
from services.visitors.tenant_locks import hold_alone, hold_together
from services.visitors.visitors.domain import Visitor, VisitorDetails

MOST_OF_AN_ADDRESS = 50


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


async def visitors_like(
    session: AsyncSession, wanted: Collection[VisitorDetails], *, tenant_id: UUID
) -> dict[VisitorDetails, Visitor]:
    """The tenant's visitors with the very same details, whom nobody merges from now on; without an
    e-mail nobody is the same. Who was merged with somebody is that somebody.
    """
    emails = {each.email.lower() for each in wanted if each.email is not None}
    if not emails:
        return {}
    await keep_visitors(session, tenant_id)
    found = await session.scalars(
        select(Visitor)
        .where(col(Visitor.tenant_id) == tenant_id)
        .where(func.lower(col(Visitor.email)).in_(emails))
        .where(col(Visitor.email).is_not(None), col(Visitor.erased_at).is_(None))
        .order_by(col(Visitor.created_at))
        .limit(MOST_OF_AN_ADDRESS * len(emails))
    )
    same: dict[VisitorDetails, Visitor] = {}
    for known in found:
        if known.details in wanted:
            same.setdefault(known.details, known)
    return {details: await _meant(session, known) for details, known in same.items()}


async def _meant(session: AsyncSession, visitor: Visitor) -> Visitor:
    while visitor.merged_into is not None:
        visitor = await session.get_one(Visitor, visitor.merged_into)
    return visitor


@event.listens_for(Session, "after_flush")
def _add_words(session: Session, _: UOWTransaction) -> None:
    words = [
        {"owner_id": visitor.id, "tenant_id": visitor.tenant_id, **asdict(entry)}
        for visitor in session.new
        if isinstance(visitor, Visitor)
        for entry in visitor.entries()
    ]
    if words:
        session.connection().execute(insert(SearchWord), words)


@event.listens_for(Visitor, "after_update")
def _keep_words(_: Mapper[Visitor], connection: Connection, visitor: Visitor) -> None:
    entries = visitor.entries()
    keep_words(connection, visitor.id, tenant_id=visitor.tenant_id, entries=entries)
