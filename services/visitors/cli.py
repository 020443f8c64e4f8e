"""This service's own commands."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer

from services.visitors.rederiving.commands import foresee, rederive
from services.visitors.visits import store
from services.visitors.visits.domain import EVENTS, Step, Visit
from services.visitors.worker import surround_sessions
from shared.database import Database
from shared.events.visits import VisitEvent, VisitStatus
from shared.messaging.outbox import announce_again as announce_facts_again
from shared.service import Command, Work
from shared.web.ground import Ground

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


def visits_rederive(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen.")] = False,
) -> Work:
    """Have visits still to come follow their wall times."""
    return lambda ground: _rederive(ground, is_dry_run=dry_run)


async def _rederive(ground: Ground, *, is_dry_run: bool) -> None:
    """Ends with 1 where any is still to move."""
    surround_sessions(ground)
    at = ground.clock()
    if is_dry_run:
        print(f"{len(await foresee(ground.database, at=at))} visits would move")
        return
    became = await rederive(ground.database, at=at)
    print(f"{became.moved} visits moved")
    if became.left:
        raise SystemExit(
            f"{became.left} visits are still to move: each time, others were changing them. "
            "Nothing of them has changed; run the command again in a few minutes."
        )


REDERIVE = Command(name="visits-rederive", asked=visits_rederive)
