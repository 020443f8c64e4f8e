"""Long queues, and workers that are broken off: everybody has their turn, and one at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from deploy.local.postgres import free_port
from services.booking.waiting.worker import LOOKED_AT_ONCE
from shared.database import Busy
from tests.booking.bookings.test_killed import a_process
from tests.booking.bookings.test_locks import somebody_waits
from tests.booking.park import Park, a_person, minutes
from tests.booking.waiting.queueing import BADR, DRISS, accept, listed, turns, waits, work
from tests.support.eventually import eventually

MANY = LOOKED_AT_ONCE + 20
AHEAD = timedelta(days=2)


async def a_queue(park: Park, *, of: int) -> list[str]:
    """So many people who wait for one room, by when they asked."""
    room = await park.a_room()
    people = [f"employee{nth}@acme.example" for nth in range(of)]
    for email in people:
        await park.list_person(a_person(park.tenant_id, email=email))
        await waits(park, room, by=email)
    return people


async def test_a_room_goes_from_one_to_the_next_however_many_wait(park: Park) -> None:
    people = await a_queue(park, of=MANY)
    await work(park)
    for nth in range(3):
        assert await turns(park, *people[: nth + 2]) == ["lapsed"] * nth + ["offered", "waiting"]
        assert len(await park.query("SELECT 1 FROM holds WHERE expires_at > :a", a=park.now)) == 1
        park.now += minutes(5)
        await work(park)


async def test_those_behind_the_first_hundred_have_their_turn_too(park: Park) -> None:
    people = await a_queue(park, of=MANY)
    other = await park.a_room()
    await waits(park, other, by=BADR)
    await work(park)
    assert await turns(park, people[0], people[-1], BADR) == ["offered", "waiting", "offered"]
    for email in people[:-1]:
        for each in await listed(park, email):
            path = f"/v1/waiting/{each['waiting_id']}"
            await park.http.delete(path, headers=park.as_(email))
    await work(park)
    assert await turns(park, people[-1]) == ["offered"]


async def test_a_room_that_is_given_back_behind_a_long_queue_costs_one_try(park: Park) -> None:
    """Those who cannot have it any more are not tried one by one, each in vain."""
    await a_queue(park, of=MANY)
    before = await _rolled_back(park)
    await work(park)
    assert await _rolled_back(park) - before < 10


async def _rolled_back(park: Park) -> int:
    sql = "SELECT xact_rollback AS n FROM pg_stat_database WHERE datname = current_database()"
    await park.query("SELECT pg_stat_force_next_flush()")
    (row,) = await park.query(sql)
    count: int = row.n
    return count


@asynccontextmanager
async def nobody_gets_a_room(park: Park) -> AsyncIterator[None]:
    """Somebody else holds all spaces meanwhile."""
    rival = await asyncpg.connect(park.ground.database.url)
    try:
        async with rival.transaction():
            await rival.execute("SELECT FROM spaces FOR UPDATE")
            yield
    finally:
        await rival.close()


async def nothing_is_offered(park: Park) -> bool:
    """Once what was broken off is undone."""
    held = await park.query("SELECT 1 FROM holds UNION ALL SELECT 1 FROM claims")
    return not held and await turns(park, BADR, DRISS) == ["waiting", "waiting"]


@pytest.fixture
async def in_line(park: Park) -> None:
    """Badr and Driss, for a room in two days by the real clock, which a process goes by."""
    park.now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    room = await park.a_room()
    starts_at = park.now + AHEAD
    when = {"starts_at": starts_at.isoformat(), "ends_at": (starts_at + minutes(60)).isoformat()}
    for person in (BADR, DRISS):
        await waits(park, room, by=person, **when)


async def test_a_worker_killed_in_an_offer_has_offered_nothing(
    park: Park, in_line: None, tmp_path: Path
) -> None:
    worker = a_process(park, tmp_path)
    nowhere = f"amqp://127.0.0.1:{free_port()}"
    async with nobody_gets_a_room(park):
        worker.start("work", PARVIS_AMQP_URL=nowhere)
        try:
            await eventually(lambda: somebody_waits(park), within=30)
        finally:
            worker.kill()
    await eventually(lambda: nothing_is_offered(park))
    await work(park)
    assert await turns(park, BADR, DRISS) == ["offered", "waiting"]
    (mine,) = await listed(park, BADR)
    assert (await accept(park, mine, by=BADR)).status_code == 201


async def test_an_offer_whose_connection_is_cut_is_made_by_the_next_round(
    park: Park, in_line: None
) -> None:
    async with nobody_gets_a_room(park):
        offering = asyncio.create_task(work(park))
        await eventually(lambda: somebody_waits(park))
        await park.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        (failed,) = await asyncio.gather(offering, return_exceptions=True)
        assert isinstance(failed, Exception)
    await eventually(lambda: nothing_is_offered(park))
    await work(park)
    assert await turns(park, BADR, DRISS) == ["offered", "waiting"]


async def test_nobody_is_served_before_the_first_because_the_room_is_fought_for(
    park: Park, in_line: None
) -> None:
    """Whoever was first waited in vain for those who hold its spaces; then it is nobody's yet."""
    async with nobody_gets_a_room(park):
        with pytest.raises(Busy):
            await work(park)
    assert await nothing_is_offered(park)
    await work(park)
    assert await turns(park, BADR, DRISS) == ["offered", "waiting"]
