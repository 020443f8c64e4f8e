"""Making anew, with the newest key, what an old one made. An edge: it opens its transactions.

One rule: broken off anywhere, whoever begins again finds the rest.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.notices.domain import NoticeChannel
from services.visitors.renewing import store
from services.visitors.renewing.store import Sealing
from services.visitors.surroundings import surroundings_of
from services.visitors.visits.commands import renew_pass
from services.visitors.visits.domain import By, Visit
from services.visitors.webhooks.domain import Webhook
from shared.database import Database
from shared.sealing import SealBroken

AT_ONCE = 100
NIL = UUID(int=0)
SEALED: dict[type[Sealing], tuple[str, ...]] = {
    Webhook: ("secret", "former_secret"),
    NoticeChannel: ("address",),
}
"""All that is sealed, by table and column."""


@dataclass
class Sealed:
    """What was found sealed."""

    by_old_keys: int = 0
    lost: int = 0
    """No key opens it."""


async def seal_anew(database: Database, *, is_dry_run: bool = False) -> Sealed:
    """What tenants entrusted is sealed with the newest key. A dry run counts alone."""
    found = Sealed()
    for table in SEALED:
        last: UUID | None = NIL
        while last is not None:
            async with database.transaction() as session:
                last = await _seal_some(session, table, last, found, is_dry_run=is_dry_run)
    return found


async def _seal_some(
    session: AsyncSession, table: type[Sealing], last: UUID, found: Sealed, *, is_dry_run: bool
) -> UUID | None:
    """The id to go on from; None: that was all."""
    seal = surroundings_of(session).seal
    rows = await store.sealed_after(session, table, last, limit=AT_ONCE)
    for row in rows:
        for name in SEALED[table]:
            sealed = getattr(row, name)
            if sealed is None:
                continue
            try:
                anew = seal.anew(sealed, bound_to=str(row.id))
            except SealBroken:
                found.lost += 1
                continue
            found.by_old_keys += anew != sealed
            if not is_dry_run:
                setattr(row, name, anew)
    return rows[-1].id if len(rows) == AT_ONCE else None


async def passes_of_old_keys(database: Database) -> int:
    """Visits still to come or under way whose pass only an old key can show again."""
    count = 0
    async for some in _live_passes(database):
        async with database.transaction() as session:
            newest, *old = surroundings_of(session).pass_keys.keys
        count += sum(
            not visit.has_pass_of(newest) and any(visit.has_pass_of(key) for key in old)
            for visit in some
        )
    return count


async def renew_passes(database: Database, *, at: datetime) -> int:
    """Each visit whose pass the newest key has not made has a new one, and its visitor is mailed;
    how many passes that were. The former ones open nothing any more.
    """
    count = 0
    async for some in _live_passes(database):
        for visit in some:
            async with database.transaction() as session:
                for found, visitor in await store.visit_of_live_pass(session, visit):
                    count += await renew_pass(session, found, visitor, by=By(at=at))
    return count


async def _live_passes(database: Database) -> AsyncIterator[Sequence[Visit]]:
    last: UUID | None = NIL
    while last is not None:
        async with database.transaction() as session:
            some = await store.live_passes_after(session, last, limit=AT_ONCE)
        yield some
        last = some[-1].id if len(some) == AT_ONCE else None
