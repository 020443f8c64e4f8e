"""Looks up the visits that a scan may mean; what is not theirs to see is not there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.visitors.scans.domain import ScanNotKnown
from services.visitors.visitors.domain import Visitor
from services.visitors.visits.domain import Visit
from services.visitors.visits.store import may_see, meant_at
from shared.identity.listed import Person


async def visit_of_pass(
    session: AsyncSession, digest: str, *, seen_by: Person, at: datetime
) -> tuple[Visit, Visitor]:
    """The visit that this pass is for; of several, the one meant then. Raises `ScanNotKnown`."""
    row = (
        await session.execute(
            select(Visit, Visitor)
            .join(Visitor, col(Visit.visitor_id) == col(Visitor.id))
            .where(col(Visit.pass_digest) == digest, may_see(seen_by))
            .order_by(*meant_at(at))
            .limit(1)
        )
    ).first()
    if row is None:
        raise ScanNotKnown
    return row[0], row[1]
