"""This service's own command: future bookings follow their wall time when the rules change."""

import argparse
from collections import Counter
from datetime import datetime

import orjson

from services.booking.rederiving.commands import Became, Outcome, foresee, rederive
from shared.service import Command
from shared.web.ground import Ground


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would happen, change nothing"
    )


async def _run(ground: Ground, asked: argparse.Namespace) -> None:
    """Names those that do not move, one JSON object a line, then counts; also of what was done
    where it had to break off. Ends with 1 where any is still to move.
    """
    became: Counter[Became] = Counter()
    work = foresee if asked.dry_run else rederive
    try:
        async for outcome in work(ground.database, at=ground.clock()):
            became[outcome.became] += 1
            if not outcome.has_moved:
                print(orjson.dumps(_line(outcome)).decode(), flush=True)
    finally:
        moved = "would move" if asked.dry_run else "moved"
        print(
            f"{became[Became.MOVED]} bookings {moved}, "
            f"{became[Became.STAYED]} stay because their room is taken then"
        )
    if became[Became.LEFT] and not asked.dry_run:
        raise SystemExit(
            f"{became[Became.LEFT]} bookings are still to move: each time, others were changing "
            "them or holding their rooms. Nothing of them has changed; run the command again in a "
            "few minutes."
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


REDERIVE = Command(
    name="bookings-rederive",
    help="move future bookings to the instants that their wall times mean by today's zone rules",
    arguments=_arguments,
    run=_run,
)
