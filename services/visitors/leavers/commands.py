"""What becomes of the visits to a leaver: a successor receives them, else the desk names a host.

One rule: a visit whose host has left is at the desk by that alone; nothing is marked or moved, so
that no later news of a booking can take it from there.
"""

from __future__ import annotations

from collections import Counter

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.leavers import store
from services.visitors.surroundings import surroundings_of
from services.visitors.visits.commands import name_host
from services.visitors.visits.domain import By
from shared.events.visits import VisitPersonLeft, VisitsOfLeaver
from shared.leaving import Leaver, at_once, successor_of

HANDED_OVER = "visits_handed_over"


async def let_go_of_visits(session: AsyncSession, leaver: Leaver) -> Counter[str]:
    """At most a batch goes to the successor; the visitor need not know."""
    successor_id = await successor_of(session, leaver)
    if successor_id is None:
        return Counter()
    by = By(at=surroundings_of(session).clock())
    visits = await store.visits_to(session, leaver.person_id, limit=at_once(session))
    for visit, visitor in visits:
        await name_host(session, visit, visitor, successor_id, by=by)
    return Counter({HANDED_OVER: len(visits)})


async def answer(session: AsyncSession, leaver: Leaver) -> VisitPersonLeft:
    """All is done; so much it was, and so much is the desk's."""
    facts = VisitsOfLeaver(
        person_id=leaver.person_id,
        tenant_id=leaver.tenant_id,
        successor_id=leaver.successor_id,
        visits_handed_over=leaver.counts.get(HANDED_OVER, 0),
        visits_to_desk=await store.count_visits_to(session, leaver.person_id),
    )
    return VisitPersonLeft(leaver=facts)
