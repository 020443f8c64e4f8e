"""The round that offers what was given back to those who wait, one transaction for each offer."""

from collections.abc import Sequence
from datetime import datetime

from services.booking.claims.domain import Wanted
from services.booking.waiting import commands
from services.booking.waiting.store import Place
from shared.errors import Refusal, TryLater
from shared.web import Ground
from shared.worker import Loop

LOOKED_AT_ONCE = 100


def offering(ground: Ground, *, every: float) -> Loop:
    """Late, repeated or beside others it does no harm: each offer is a hold, through the door."""
    after: Place | None = None

    async def offer() -> bool:
        nonlocal after
        at, began, after = ground.clock(), after, None
        async with ground.database.transaction() as session:
            await commands.settle_offers(session, at=at, limit=LOOKED_AT_ONCE)
        async with ground.database.transaction() as session:
            looked = await commands.look(session, at=at, after=began, limit=LOOKED_AT_ONCE)
        may_be_more = await _offer_each(ground, looked.chances, at=at)
        after = began if may_be_more else looked.last
        return may_be_more or after is not None

    return Loop("waiting.offer", offer, every=every)


async def _offer_each(ground: Ground, chances: Sequence[commands.Chance], *, at: datetime) -> bool:
    """In their order; whether some were passed over who may have another room. Raises `TryLater`
    where a room is fought for: nobody is served before those who asked for it first.
    """
    given: list[Wanted] = []
    passed_over = False
    for chance in chances:
        if any(chance.wanted.meets(each) for each in given):
            passed_over = True
            continue
        try:
            async with ground.database.transaction() as session:
                await commands.offer(session, chance, at=at)
        except TryLater:
            raise
        except Refusal:  # the next round asks again; those behind may have it now
            continue
        given.append(chance.wanted)
    return passed_over
