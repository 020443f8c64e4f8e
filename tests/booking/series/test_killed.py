"""A serving process is killed while it makes a series: all of it stands, or nothing."""

import asyncio
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from tests.booking.bookings.test_killed import a_process
from tests.booking.bookings.test_locks import somebody_waits
from tests.booking.park import Park
from tests.booking.series.asking import AMAL, MONDAY
from tests.support.eventually import eventually
from tests.support.processes import Process

WEEKS = 52
KEY = {"idempotency-key": "a year"}


async def ask(park: Park, url: str, room: dict[str, Any]) -> httpx.Response | None:
    """The answer; None where none came."""
    body = {
        "room_id": room["room_id"],
        "starts_wall": MONDAY,
        "minutes": 60,
        "rrule": f"FREQ=WEEKLY;COUNT={WEEKS}",
    }
    async with httpx.AsyncClient(base_url=url, timeout=30) as http:
        try:
            return await http.post("/v1/series", json=body, headers=park.as_(AMAL) | KEY)
        except httpx.TransportError:
            return None


async def standing(park: Park) -> tuple[int, ...]:
    """Series, bookings, claims, facts told, and answers remembered."""
    tables = ("series", "bookings", "claims", "outbox", "remembered_answers")
    counts = [(await park.query(f"SELECT count(*) AS n FROM {each}"))[0].n for each in tables]
    return tuple(counts)


@pytest.mark.parametrize(
    ("crash", "left"),
    [
        ({}, 0),
        ({"PARVIS_CRASH_AT": "before_commit:1"}, 0),
        ({"PARVIS_CRASH_AT": "after_commit:1"}, WEEKS),
    ],
    ids=["as it waits for the room", "before the commit", "after it"],
)
async def test_a_process_killed_in_a_series_leaves_all_of_it_or_nothing(
    park: Park, tmp_path: Path, crash: dict[str, str], left: int
) -> None:
    room = await park.a_room()
    process = a_process(park, tmp_path)
    process.start("serve", **crash)
    try:
        await process.is_ready()
        if crash:
            assert await ask(park, process.url, room) is None
            process.kill()
        else:
            await killed_as_it_waits(park, process, room)
        expected = (bool(left), left, left, left, bool(left))
        await eventually(lambda: stands(park, expected))
        process.start("serve")
        await process.is_ready()
        answers = [await ask(park, process.url, room) for _ in range(2)]
    finally:
        process.kill()
    first, again = [answer.json() for answer in answers if answer is not None]
    assert first == again
    assert len(first["occurrences"]) == WEEKS
    assert await standing(park) == (1, WEEKS, WEEKS, WEEKS, 1)


async def stands(park: Park, expected: tuple[int, ...]) -> bool:
    """Once nobody works in the database any more: what was broken off is undone a moment later."""
    others = await park.query(
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
        "AND xact_start IS NOT NULL AND pid <> pg_backend_pid()"
    )
    return not others and await standing(park) == expected


async def killed_as_it_waits(park: Park, process: Process, room: dict[str, Any]) -> None:
    """It has begun, and holds the caller; the room it never gets."""
    rival = await asyncpg.connect(park.ground.database.url)
    try:
        async with rival.transaction():
            await rival.execute("SELECT FROM spaces FOR UPDATE")
            asked = asyncio.create_task(ask(park, process.url, room))
            await eventually(lambda: somebody_waits(park))
            process.kill()
            assert await asked is None
    finally:
        await rival.close()
