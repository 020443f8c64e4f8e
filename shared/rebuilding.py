"""`parvis <service> rebuild`: what it keeps of others becomes what they announce, and no more.

The owners announce again, each by its own `announce-again`; whatever they tell of is taken in as it
comes. This then ends what they told nothing of, in small transactions, while the service serves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Annotated

import typer

from shared.database import Database
from shared.messaging.retelling import Heard, heard_of
from shared.service import Command, Work
from shared.untold import Kept, Untold
from shared.web.ground import Ground

AT_ONCE = 100
LOOK_EVERY = 0.25
FRESH = timedelta(hours=24)
"""An older retelling may be from before the restore."""


class _OnlyLooked(Exception):
    """Ends a transaction in which nothing is to stay."""

    def __init__(self, count: int) -> None:
        self.count = count


def rebuild_command(
    kept: Sequence[Kept], *, prepare: Callable[[Ground], None] = lambda _: None
) -> Command:
    """The command of a service that keeps these; `prepare` tells sessions what rules stand on."""

    def rebuild(
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would end.")] = False,
        patience: Annotated[
            float, typer.Option(min=0, help="Seconds to wait until all is heard.")
        ] = 60,
    ) -> Work:
        """End what the others no longer tell of."""

        async def work(ground: Ground) -> None:
            prepare(ground)
            await _rebuild(ground, kept, is_dry_run=dry_run, patience=patience)

        return work

    return Command(name="rebuild", asked=rebuild)


async def _rebuild(
    ground: Ground, kept: Sequence[Kept], *, is_dry_run: bool, patience: float
) -> None:
    deadline = asyncio.get_running_loop().time() + patience
    by_owner = [(owner, list(each)) for owner, each in groupby(kept, lambda one: one.owner)]
    heard = {owner: await _whole(ground, owner, deadline=deadline) for owner, _ in by_owner}
    for owner, models in by_owner:
        told = heard[owner]
        print(f"{owner}: all {told.wanted} facts that it has told again are known here", flush=True)
        for model in models:
            count = await end_untold(
                ground.database, model, floor=told.floor, at=ground.clock(), is_dry_run=is_dry_run
            )
            verb = "would end" if is_dry_run else "ended"
            print(f"{owner}: {count} {model.what} {verb}, as it told nothing of them", flush=True)


async def _whole(ground: Ground, owner: str, *, deadline: float) -> Heard:
    """Its last retelling, once it is heard to the end. Ends with one sentence where it is not."""
    while True:
        async with ground.database.transaction() as session:
            heard = await heard_of(session, owner, reader=ground.name)
        if heard is not None and heard.is_whole and heard.heard_at > ground.clock() - FRESH:
            return heard
        if heard is not None and heard.parked:
            raise SystemExit(
                f"{heard.parked} facts of {owner} could not be reacted to: see `events parked`, "
                "mend the cause, `events replay`, then ask again. Nothing has ended."
            )
        if asyncio.get_running_loop().time() >= deadline:
            raise SystemExit(_not_heard(owner, heard, at=ground.clock()))
        await asyncio.sleep(LOOK_EVERY)


def _not_heard(owner: str, heard: Heard | None, *, at: datetime) -> str:
    first = f"run `python -m services.{owner} announce-again` where {owner} runs, then ask again."
    if heard is None:
        return f"{owner} has not told all again: {first}"
    if heard.is_whole:
        return (
            f"{owner} told all again at {heard.heard_at:%Y-%m-%d %H:%M} UTC, too long ago: {first}"
        )
    return (
        f"Of {heard.wanted} facts that {owner} told again, {heard.done} were heard: see that the "
        "worker runs and `events waiting` is empty, then ask again. Nothing has ended."
    )


async def end_untold(
    database: Database, model: Kept, *, floor: int, at: datetime, is_dry_run: bool = False
) -> int:
    """Ends all of one kind, in small transactions; how many."""
    total = 0
    while True:
        try:
            async with database.transaction() as session:
                limit = 1_000_000 if is_dry_run else AT_ONCE
                count = await model.end(session, Untold(floor=floor, at=at, limit=limit))
                if is_dry_run:
                    raise _OnlyLooked(count)
        except _OnlyLooked as looked:
            return looked.count
        total += count
        if count < AT_ONCE:
            return total
