"""Whoever looks out for news has one look for all, outlives the database, and rests unwanted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from shared.database import Database, Driver
from shared.lookout import Look, look_out
from shared.snapshots import snapshot
from tests.support.eventually import eventually, remains
from tests.support.postgres import FreshDatabase


@pytest.fixture
async def database(fresh_database: FreshDatabase) -> AsyncIterator[Database]:
    async def nothing(_: str) -> None: ...

    made = Database(await fresh_database("lookout", nothing), name="lookout")
    yield made
    await made.close()


@asynccontextmanager
async def looking(look: Look, database: Database, wanted: asyncio.Event) -> AsyncIterator[None]:
    task = asyncio.create_task(look_out(look, database, wanted=wanted, gap=0.001, what="a test"))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_look_is_told_the_last_one_but_for_the_first(database: Database) -> None:
    (wanted := asyncio.Event()).set()
    told: list[str | None] = []

    async def look(connection: Driver, since: str | None) -> str:
        told.append(since)
        return f"{await snapshot(connection)} of look {len(told)}"

    async with looking(look, database, wanted):
        assert await eventually(lambda: len(told) >= 3)
    assert told[0] is None
    assert [str(each).rsplit(maxsplit=1)[-1] for each in told[1:3]] == ["1", "2"]


async def test_after_the_database_was_away_anything_may_have_happened(database: Database) -> None:
    (wanted := asyncio.Event()).set()
    told: list[str | None] = []

    async def look(connection: Driver, since: str | None) -> str:
        told.append(since)
        if len(told) == 2:
            await connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return await snapshot(connection)

    async with looking(look, database, wanted):
        assert await eventually(lambda: len(told) >= 4)
    assert [each is None for each in told[:4]] == [True, False, True, False]


@pytest.mark.parametrize("code", ["53100", "42501"])
async def test_what_one_look_meets_does_not_end_the_looking(database: Database, code: str) -> None:
    """A full disk, a right that was taken away: nobody else would tell those who wait."""
    (wanted := asyncio.Event()).set()
    told: list[str | None] = []

    async def look(connection: Driver, since: str | None) -> str:
        told.append(since)
        if len(told) == 2:
            await connection.execute(f"DO $$ BEGIN RAISE USING ERRCODE = '{code}'; END $$")
        return await snapshot(connection)

    async with looking(look, database, wanted):
        assert await eventually(lambda: len(told) >= 4)
    assert [each is None for each in told[:4]] == [True, False, True, False]


async def test_nobody_looks_while_nobody_wants_to_know(database: Database) -> None:
    (wanted := asyncio.Event()).set()
    told: list[str | None] = []

    async def look(connection: Driver, since: str | None) -> str:
        told.append(since)
        if len(told) == 2:
            wanted.clear()
        return await snapshot(connection)

    async def still_two() -> bool:
        return len(told) == 2

    async with looking(look, database, wanted):
        assert await eventually(lambda: not wanted.is_set())
        await remains(still_two)
        wanted.set()
        assert await eventually(lambda: len(told) >= 3)
    assert told[2] is None
