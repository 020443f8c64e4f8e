"""This service's own command: what is ahead follows its wall time when the rules change."""

from collections import Counter
from datetime import datetime
from typing import Annotated

import orjson
import typer

from services.booking.rederiving.commands import (
    Became,
    Outcome,
    follow_beside,
    foresee,
    rederive,
)
from shared.service import Command, Work
from shared.web.ground import Ground


def bookings_rederive(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen.")] = False,
) -> Work:
    """Follow the wall times after new zone rules."""
    return lambda ground: _run(ground, is_dry_run=dry_run)


async def _run(ground: Ground, *, is_dry_run: bool) -> None:
    """Names those that do not move, one JSON object a line, then counts; also of what was done
    where it had to break off. Ends with 1 where any is still to move.
    """
    became: Counter[Became] = Counter()
    beside = await follow_beside(ground.database, at=ground.clock(), is_dry_run=is_dry_run)
    work = foresee if is_dry_run else rederive
    try:
        async for outcome in work(ground.database, at=ground.clock()):
            became[outcome.became] += 1
            if not outcome.has_moved:
                print(orjson.dumps(_line(outcome)).decode(), flush=True)
    finally:
        moved = "would move" if is_dry_run else "moved"
        print(
            f"{became[Became.MOVED]} bookings {moved}, "
            f"{became[Became.STAYED]} stay because their room is taken then; "
            f"{beside.closures} closures and {beside.wishes} wishes of who waits {moved}"
        )
    left = became[Became.LEFT]
    if (left or beside.left) and not is_dry_run:
        raise SystemExit(
            f"{left} bookings are still to move, and {beside.left} closures and wishes: each time, "
            "others were changing them or holding their rooms. Nothing of them has changed; run "
            "the command again in a few minutes."
        )


def _line(outcome: Outcome) -> dict[str, str | datetime]:
    shift = outcome.shift
    return {
        "became": outcome.became.value,
        "booking_id": str(shift.booking_id),
        "organiser_id": str(shift.organiser_id),
        "room_id": str(shift.room_id),
        "stays_at": shift.kept.starts_at,
        "meant_at": shift.meant.starts_at,
    }


REDERIVE = Command(name="bookings-rederive", asked=bookings_rederive)
