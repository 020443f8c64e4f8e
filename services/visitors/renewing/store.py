"""What was made with a key and still counts, batch by batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.visitors.notices.domain import NoticeChannel
from services.visitors.visitors.domain import Visitor
from services.visitors.visits.domain import OVER, Visit
from services.visitors.visits.store import lock_visits_of_series, locked
from services.visitors.webhooks.domain import Webhook

Sealing = Webhook | NoticeChannel
"""What holds something sealed."""


async def sealed_after(
    session: AsyncSession, table: type[Sealing], last: UUID, *, limit: int
) -> Sequence[Sealing]:
    """By id from there on; locked."""
    key = col(table.id)
    query: Select[Any] = select(table).where(key > last).order_by(key).with_for_update()
    return (await session.scalars(query.limit(limit))).all()


async def live_passes_after(session: AsyncSession, last: UUID, *, limit: int) -> Sequence[Visit]:
    """Visits that are not over and whose pass was not revoked, by id from there on."""
    is_live = col(Visit.status).not_in(OVER) & col(Visit.pass_revoked_at).is_(None)
    query = select(Visit).where(is_live, col(Visit.id) > last).order_by(col(Visit.id))
    return (await session.scalars(query.limit(limit))).all()


async def visit_of_live_pass(session: AsyncSession, visit: Visit) -> list[tuple[Visit, Visitor]]:
    """The visit, locked, and locked before it all that share its pass; none where its pass does not
    live any more.
    """
    if visit.series_id is not None:
        await lock_visits_of_series(session, visit.series_id)
    is_live = col(Visit.status).not_in(OVER) & col(Visit.pass_revoked_at).is_(None)
    return await locked(session, select(Visit).where(is_live, col(Visit.id) == visit.id))
