"""The round that offers what was given back to those who wait, one transaction for each offer."""

from services.booking.waiting import commands
from services.booking.waiting.store import Place
from shared.errors import Refusal
from shared.web import Ground
from shared.worker import Loop

LOOKED_AT_ONCE = 100


def offering(ground: Ground, *, every: float) -> Loop:
    """Late, repeated or beside others it does no harm: each offer is a hold, through the door."""
    after: Place | None = None

    async def offer() -> bool:
        nonlocal after
        at = ground.clock()
        async with ground.database.transaction() as session:
            await commands.settle_offers(session, at=at, limit=LOOKED_AT_ONCE)
        async with ground.database.transaction() as session:
            looked = await commands.look(session, at=at, after=after, limit=LOOKED_AT_ONCE)
        for chance in looked.chances:
            try:
                async with ground.database.transaction() as session:
                    await commands.offer(session, chance, at=at)
            except Refusal:  # the next round asks again; those behind may have it now
                continue
        after = looked.last
        return after is not None

    return Loop("waiting.offer", offer, every=every)
