"""This service's own commands."""

from __future__ import annotations

from uuid import UUID

from services.visitors.visits import store
from services.visitors.visits.domain import EVENTS, Step, Visit
from shared.database import Database
from shared.events.visits import VisitEvent, VisitStatus
from shared.messaging.outbox import announce_again as announce_facts_again

AT_ONCE = 100
NIL = UUID(int=0)

_LAST_STEP: dict[VisitStatus, Step] = {
    VisitStatus.EXPECTED: Step.EXPECT,
    VisitStatus.ARRIVED: Step.ARRIVE,
    VisitStatus.CHECKED_IN: Step.CHECK_IN,
    VisitStatus.ON_BREAK: Step.START_BREAK,
}


async def announce_again(database: Database) -> int:
    """The latest facts of every visit that is not over; how many."""
    count, last = 0, NIL
    while True:
        async with database.transaction() as session:
            rows = await store.live_visits_after(session, last, limit=AT_ONCE)
            for visit, visitor in rows:
                kind = kind_of_facts(visit)
                if kind is not None:
                    announce_facts_again(session, kind(visit=visit.facts(visitor)))
                    count += 1
        if len(rows) < AT_ONCE:
            return count
        last = rows[-1][0].id


def kind_of_facts(visit: Visit) -> type[VisitEvent] | None:
    """The event whose facts these are; None for what was never announced."""
    step = _LAST_STEP.get(visit.status)
    return None if step is None else EVENTS[step]
