"""This service's own commands, and what it tells when it is to announce all again."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer

from services.visitors.rederiving.commands import foresee, rederive
from services.visitors.renewing.commands import passes_of_old_keys, renew_passes, seal_anew
from services.visitors.rewording import commands as rewording
from services.visitors.visits import store
from services.visitors.visits.domain import EVENTS, Step, Visit
from services.visitors.worker import PASS_KEY, SEAL_KEY, surround_sessions
from shared.database import Database
from shared.events.visits import VisitEvent, VisitStatus
from shared.messaging.retelling import Retelling
from shared.service import Command, Renewal, Work
from shared.web.ground import Ground

AT_ONCE = 100
NIL = UUID(int=0)

_LAST_STEP: dict[VisitStatus, Step] = {
    VisitStatus.EXPECTED: Step.EXPECT,
    VisitStatus.ARRIVED: Step.ARRIVE,
    VisitStatus.CHECKED_IN: Step.CHECK_IN,
    VisitStatus.ON_BREAK: Step.START_BREAK,
}


async def tell_all(database: Database, retelling: Retelling) -> None:
    """The latest facts of every visit that is not over."""
    last = NIL
    while True:
        async with database.transaction() as session:
            rows = await store.live_visits_after(session, last, limit=AT_ONCE)
            for visit, visitor in rows:
                kind = kind_of_facts(visit)
                if kind is not None:
                    retelling.tell(session, kind(visit=visit.facts(visitor)))
        if len(rows) < AT_ONCE:
            return
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


async def _sealed_by_old_keys(ground: Ground) -> int:
    surround_sessions(ground)
    return (await seal_anew(ground.database, is_dry_run=True)).by_old_keys


async def _seal_anew(ground: Ground) -> str:
    surround_sessions(ground)
    found = await seal_anew(ground.database)
    if found.lost:
        raise SystemExit(
            f"{found.by_old_keys} secrets are sealed anew, {found.lost} no key opens: their owners "
            "rotate the secret of the webhook, or set the address of the channel again."
        )
    return f"{found.by_old_keys} secrets are sealed anew"


async def _passes_of_old_keys(ground: Ground) -> int:
    surround_sessions(ground)
    return await passes_of_old_keys(ground.database)


async def _renew_passes(ground: Ground) -> str:
    surround_sessions(ground)
    count = await renew_passes(ground.database, at=ground.clock())
    return f"{count} passes are made anew; the former ones open nothing any more"


RENEWALS = {
    SEAL_KEY: Renewal(left=_sealed_by_old_keys, renew=_seal_anew),
    PASS_KEY: Renewal(left=_passes_of_old_keys, renew=_renew_passes),
}
REDERIVE = Command(name="visits-rederive", asked=visits_rederive)


def names_reword(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen.")] = False,
) -> Work:
    """Have names found as newer rules spell them."""
    return lambda ground: _reword(ground, is_dry_run=dry_run)


async def _reword(ground: Ground, *, is_dry_run: bool) -> None:
    """Ends with 1 where any is still to be written."""
    if is_dry_run:
        print(f"{await rewording.foresee(ground.database)} would get other words")
        return
    became = await rewording.reword(ground.database)
    print(f"{became.reworded} got other words")
    if became.left:
        raise SystemExit(
            f"{became.left} are still to get theirs: others were changing them. "
            "They are found as before; run the command again in a few minutes."
        )


REWORD = Command(name="names-reword", asked=names_reword)
