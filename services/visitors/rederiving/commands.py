"""Moving every visit still to come to the instant that its wall time means now."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.notices.domain import NoticeKind
from services.visitors.rederiving import store
from services.visitors.rederiving.domain import BATCH, Kept, together
from services.visitors.visits.commands import move, tell_of_series
from services.visitors.visits.domain import By, Visit
from shared.database import Busy, Database

LOOKED_AT_ONCE = 5_000
ROUNDS = 3


@dataclass
class Became:
    """What became of the visits that were to move."""

    moved: int = 0
    left: int = 0
    """Others were at them each time: they are as they were, and still to move."""


async def rederive(database: Database, *, at: datetime) -> Became:
    """Each visit that follows no booking is at its wall time, its pass and its notices too. Batch
    by batch, each in a transaction: broken off anywhere, whoever looks again finds the rest.

    Where others are at one of a batch, each of them is tried by itself in the next round.
    """
    became = Became()
    for nth in range(ROUNDS):
        became.left = 0
        most = BATCH if nth == 0 else 1
        for series_id, visit_ids in together(await foresee(database, at=at), most=most):
            try:
                async with database.transaction() as session:
                    became.moved += await _move(session, visit_ids, series_id=series_id, at=at)
            except Busy:
                became.left += len(visit_ids)
        if not became.left:
            break
    return became


async def foresee(database: Database, *, at: datetime) -> list[Kept]:
    """Which are to move at this moment; nothing is changed."""
    found: list[Kept] = []
    last = UUID(int=0)
    while True:
        async with database.transaction() as session:
            some = await store.kept_times(session, at=at, after=last, limit=LOOKED_AT_ONCE)
        found += (each for each in some if each.is_to_move)
        if len(some) < LOOKED_AT_ONCE:
            return found
        last = some[-1].visit_id


async def _move(
    session: AsyncSession, visit_ids: Collection[UUID], *, series_id: UUID | None, at: datetime
) -> int:
    moved = 0
    visits = await store.visits_to_come(session, visit_ids, series_id=series_id, at=at)
    for visit, visitor in visits:
        kept = _kept(visit)
        if kept.is_to_move:
            starts_at, ends_at = kept.meant()
            there = replace(visit.appointment, starts_at=starts_at, ends_at=ends_at)
            await move(session, visit, visitor, there, by=By(at=at), is_told=series_id is None)
            moved += 1
    if moved and series_id is not None:
        await session.flush()
        await tell_of_series(session, series_id, kind=NoticeKind.UPDATE, at=at)
    return moved


def _kept(visit: Visit) -> Kept:
    return Kept(
        visit.id,
        visit.series_id,
        visit.starts_at,
        visit.ends_at,
        visit.starts_wall,
        visit.ends_wall,
        visit.timezone,
    )
