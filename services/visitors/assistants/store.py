"""Looks up who acts for whom."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, any_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped
from sqlmodel import col

from services.visitors.assistants.domain import MOST_ASSISTANTS, Assistant
from shared.identity.listed import Person


def is_self_or_acts_for(host_id: Mapped[UUID], me: Person) -> ColumnElement[bool]:
    """Whether that host is the caller, or somebody for whom they act. One array, found once: a
    query by it is answered by the index of hosts.
    """
    theirs = select(col(Assistant.host_id)).where(col(Assistant.assistant_id) == me.person_id)
    hosts = func.array_append(func.array(theirs.scalar_subquery()), me.person_id)
    return host_id == any_(hosts)


async def assistants_of(session: AsyncSession, host_id: UUID) -> Sequence[Assistant]:
    """All of them; there are few."""
    found = await session.scalars(
        select(Assistant)
        .where(col(Assistant.host_id) == host_id)
        .order_by(col(Assistant.named_at), col(Assistant.assistant_id))
        .limit(MOST_ASSISTANTS)
    )
    return found.all()


async def acts_for(session: AsyncSession, host_id: UUID, *, me: Person) -> bool:
    """Whether the caller is an assistant of that host."""
    return await session.get(Assistant, (host_id, me.person_id)) is not None
