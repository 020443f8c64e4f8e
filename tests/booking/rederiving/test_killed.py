"""The command is killed in the middle, and run again: all is moved then, each booking once."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.clock import instant_meant
from tests.booking.bookings.test_killed import a_process
from tests.booking.park import Park
from tests.booking.rederiving.test_rederiving import booked
from tests.support.zone_rules import CASABLANCA, old_rules

ROOMS = 4
REDERIVE = "bookings-rederive"


def a_day_that_differs(*, after: datetime) -> datetime:
    """Nine o'clock of a day for which the old rules say another instant than the new ones: a
    process goes by the clock of the machine.
    """
    wall = datetime(after.year, after.month, after.day, 9) + timedelta(days=7)
    while True:
        with old_rules():
            before = instant_meant(wall, timezone=CASABLANCA)
        if before != instant_meant(wall, timezone=CASABLANCA):
            return before
        wall += timedelta(days=1)


@pytest.mark.parametrize(("place", "left"), [("before_commit:3", 2), ("after_commit:3", 1)])
async def test_whoever_runs_it_again_finishes_what_was_killed(
    park: Park, tmp_path: Path, place: str, left: int
) -> None:
    park.now = datetime.now(UTC)
    starts_at = a_day_that_differs(after=park.now)
    bookings = [await booked(park, None, starts_at) for _ in range(ROOMS)]
    process = a_process(park, tmp_path)
    process.start(REDERIVE, PARVIS_CRASH_AT=place)
    assert process.running is not None
    assert await asyncio.to_thread(process.running.wait, 40) == -9
    for expected in (left, 0):
        said = await asyncio.to_thread(process.run, REDERIVE)
        assert f"{expected} bookings moved, 0 stay" in said
    for booking in bookings:
        assert await park.announced(booking) == ["confirmed", "rescheduled"]
        ((starts, _),) = await park.claims(booking)
        assert starts != starts_at
