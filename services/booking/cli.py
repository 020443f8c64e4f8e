"""This service's own command: future bookings follow their wall time when the rules change."""

import argparse
from datetime import datetime

import orjson

from services.booking.rederiving.commands import Outcome, rederive
from shared.service import Command
from shared.web.ground import Ground


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would happen, change nothing"
    )


async def _run(ground: Ground, asked: argparse.Namespace) -> None:
    """Names those that stay in another's way, one JSON object a line, then counts."""
    moved = stayed = 0
    async for outcome in rederive(ground.database, at=ground.clock(), is_dry_run=asked.dry_run):
        if outcome.has_moved:
            moved += 1
        else:
            stayed += 1
            print(orjson.dumps(_line(outcome)).decode())
    would = "would move" if asked.dry_run else "moved"
    print(f"{moved} bookings {would}, {stayed} stay because their room is taken then")


def _line(outcome: Outcome) -> dict[str, str | datetime]:
    return {
        "booking_id": str(outcome.booking_id),
        "organiser_id": str(outcome.organiser_id),
        "room_id": str(outcome.room_id),
        "stays_at": outcome.shift.kept.starts_at,
        "meant_at": outcome.shift.meant.starts_at,
    }


REDERIVE = Command(
    name="bookings-rederive",
    help="move future bookings to the instants that their wall times mean by today's zone rules",
    arguments=_arguments,
    run=_run,
)
