"""Writing the words anew of everybody who is kept with those of former rules.

One rule: whoever has the right words is not touched, so it may be broken off and run again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.visitors.rewording import store
from services.visitors.rewording.store import SOURCES, Named, Source
from shared.database import Busy, Database

LOOKED_AT_ONCE = 1_000
BATCH = 100
"""Whose words are written in one transaction at most."""
NIL = UUID(int=0)


@dataclass
class Became:
    """What became of those who were kept with other words."""

    reworded: int = 0
    left: int = 0
    """Others were changing them: they are found as before, and still to be written."""


async def reword(database: Database) -> Became:
    """Everybody is found by today's rules. Where others are at one of a batch, each of the batch is
    tried by itself.
    """
    became = Became()
    for source in SOURCES:
        async for some in _misspelt(database, source):
            for begins in range(0, len(some), BATCH):
                batch = some[begins : begins + BATCH]
                if not await _has_reworded(database, source, batch, became=became):
                    for one in batch:
                        if not await _has_reworded(database, source, [one], became=became):
                            became.left += 1
    return became


async def foresee(database: Database) -> int:
    """How many would be written; nothing is changed."""
    return sum([len(some) for each in SOURCES async for some in _misspelt(database, each)])


async def _misspelt(database: Database, source: Source) -> AsyncIterator[list[UUID]]:
    """Bit by bit, by id."""
    last = NIL
    while True:
        async with database.transaction() as session:
            known = await source.after(session, last, limit=LOOKED_AT_ONCE)
            some = await store.misspelt(session, known)
        yield _ids(some)
        if len(known) < LOOKED_AT_ONCE:
            return
        last = known[-1].owner_id


async def _has_reworded(
    database: Database, source: Source, ids: Sequence[UUID], *, became: Became
) -> bool:
    try:
        async with database.transaction() as session:
            wrong = await store.misspelt(session, await source.held(session, ids))
            await store.reword(session, wrong)
    except Busy:
        return False
    became.reworded += len(wrong)
    return True


def _ids(known: Sequence[Named]) -> list[UUID]:
    return [each.owner_id for each in known]
