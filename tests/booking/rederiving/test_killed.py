"""The command is killed in the middle, and run again: all is moved then, each booking once."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.booking.bookings.test_killed import a_process
from tests.booking.park import Park
from tests.booking.rederiving.test_rederiving import booked
from tests.support.zone_rules import a_day_that_differs

ROOMS = 4
REDERIVE = "bookings-rederive"


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
