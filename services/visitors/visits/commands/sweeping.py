"""What nobody does by hand: a visit's time is over, and nobody came or was seen leaving.

One rule: a sweep says only what is not known to be otherwise; a late passage still sets it right.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.visits import store
from services.visitors.visits.commands.taking import record, take
from services.visitors.visits.domain import UNANNOUNCED, By, Step
from shared.events.visits import How, VisitStatus


async def sweep_visits(
    session: AsyncSession, *, at: datetime, unseen_after: timedelta, limit: int
) -> int:
    """At most so many visits whose time is over come to their end; how many did."""
    by = By(at=at, how=How.SWEEP)
    visits = await store.visits_to_sweep(session, at=at, unseen_after=unseen_after, limit=limit)
    for visit, visitor in visits:
        if visit.status in UNANNOUNCED:
            await record(session, visit.cancel(visitor=visitor, by=by))
        else:
            is_missed = visit.status is VisitStatus.EXPECTED
            await take(session, visit, visitor, Step.MISS if is_missed else Step.LOSE, by=by)
    return len(visits)
