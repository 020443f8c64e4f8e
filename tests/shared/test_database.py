"""The edge of a transaction: all of it or nothing, and trouble said in words."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from typing import Any, cast
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.pool import AsyncAdaptedQueuePool

from deploy.local.postgres import EmbeddedPostgres
from shared.database import OVERFLOW, Busy, Database, DatabaseAway
from shared.driver import plain_url
from shared.pool import PoolInTurn
from shared.web import Ground
from tests.shared.conftest import rows_in


async def test_what_fails_in_the_middle_has_not_happened(ground: Ground) -> None:
    with pytest.raises(ZeroDivisionError):
        async with ground.database.transaction() as session:
            await session.execute(text("INSERT INTO notes VALUES ('n')"))
            raise ZeroDivisionError
    assert await rows_in(ground.database.url, "notes") == 0


async def test_what_breaks_says_nothing_of_what_was_written(ground: Ground) -> None:
    with pytest.raises(DBAPIError) as broken:
        async with ground.database.transaction() as session:
            await session.execute(text("SELECT 1 FROM nowhere WHERE :name = ''"), {"name": "Amal"})
    assert "Amal" not in str(broken.value)


async def test_a_restarted_server_costs_nobody_a_refusal(pg_server: EmbeddedPostgres) -> None:
    database = Database(pg_server.url(), name="access")
    for _ in range(2):
        async with database.transaction() as session:
            await session.execute(text("SELECT 1"))
        port = pg_server.port
        await asyncio.to_thread(pg_server.stop_immediately)
        pg_server.port = port
        await asyncio.to_thread(pg_server.start)
    async with database.transaction() as session:
        assert await session.scalar(text("SELECT 1")) == 1
    await database.close()


async def test_a_server_that_is_away_is_said_to_be(pg_server: EmbeddedPostgres) -> None:
    database = Database(pg_server.url(), name="access")
    assert await database.answers()
    await asyncio.to_thread(pg_server.stop)
    assert not await database.answers()
    with pytest.raises(DatabaseAway):
        async with database.transaction() as session:
            await session.execute(text("SELECT 1"))
    await asyncio.to_thread(pg_server.start)
    async with database.transaction() as session:
        assert await session.scalar(text("SELECT 1")) == 1
    await database.close()


async def test_a_cut_in_the_middle_of_a_transaction_is_said_to_be_one(ground: Ground) -> None:
    with pytest.raises(DatabaseAway):
        async with ground.database.transaction() as session:
            pid = await session.scalar(text("SELECT pg_backend_pid()"))
            async with ground.database.transaction() as other:
                await other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
            await session.execute(text("INSERT INTO notes VALUES ('n')"))
    assert await rows_in(ground.database.url, "notes") == 0


async def test_whoever_finds_every_connection_in_use_is_told_to_come_again(ground: Ground) -> None:
    database = Database(ground.database.url, name="access", pool_size=1, pool_timeout=0.05)
    async with AsyncExitStack() as others:
        for _ in range(1 + OVERFLOW):
            session = await others.enter_async_context(database.transaction())
            await session.execute(text("SELECT 1"))
        assert not await database.answers()
        with pytest.raises(Busy):
            async with database.transaction() as session:
                await session.execute(text("SELECT 1"))
    assert await database.answers()
    await database.close()


async def test_who_waits_for_a_connection_waits_in_our_queue(ground: Ground) -> None:
    """SQLAlchemy promises no `_queue_class`: see `docs/decisions/0036` when this fails."""
    pool = ground.database.engine.pool
    assert isinstance(pool, PoolInTurn)
    assert type(pool._pool) is PoolInTurn._queue_class
    assert PoolInTurn._queue_class is not AsyncAdaptedQueuePool._queue_class


async def test_connections_are_given_out_in_turn(ground: Ground) -> None:
    database = Database(ground.database.url, name="access", pool_size=1)
    used: Counter[int] = Counter()

    async def use(who: int) -> None:
        while used.total() < 400:
            async with database.transaction() as session:
                await session.execute(text("SELECT 1"))
            used[who] += 1

    await asyncio.gather(*(use(who) for who in range(20)))
    assert len(used) == 20
    assert max(used.values()) - min(used.values()) <= 8
    await database.close()


async def test_who_stops_waiting_for_a_connection_takes_none_along() -> None:
    queue, entry = PoolInTurn._queue_class(1), cast(Any, object())
    waiting = asyncio.create_task(queue._given(timeout=5))
    await asyncio.sleep(0)  # it begins to wait
    queue.put_nowait(entry)
    waiting.cancel()  # given one at that very moment
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert queue.get_nowait() is entry


async def test_whoever_waits_too_long_for_a_lock_is_told_to_come_again(ground: Ground) -> None:
    async with ground.database.transaction() as holder:
        await holder.execute(text("LOCK TABLE notes"))
        with pytest.raises(Busy):
            async with ground.database.transaction() as session:
                await session.execute(text("SET LOCAL lock_timeout = '50ms'"))
                await session.execute(text("INSERT INTO notes VALUES ('n')"))


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_an_address_may_be_written_in_three_ways(scheme: str) -> None:
    assert plain_url(f"{scheme}://u@h/d") == "postgresql://u@h/d"


async def test_an_address_may_hold_options_as_libpq_reads_them(database_url: str) -> None:
    for mode, answers in (("disable", True), ("require", False)):  # this server knows no TLS
        database = Database(f"{database_url}?sslmode={mode}", name="access")
        assert await database.answers() is answers
        await database.close()


@pytest.mark.parametrize("path", ["nobody:wrong@{}/postgres", "{}@{}/no-such-database"])
async def test_a_server_that_lets_us_in_no_more_is_away(
    pg_server: EmbeddedPostgres, path: str
) -> None:
    who, _, where = urlsplit(pg_server.url()).netloc.rpartition("@")
    places = (where,) if path.startswith("nobody") else (who, where)
    database = Database("postgresql://" + path.format(*places), name="access")
    with pytest.raises(DatabaseAway):
        async with database.transaction() as session:
            await session.execute(text("SELECT 1"))
    assert not await database.answers()
    await database.close()


async def test_what_goes_wrong_names_no_values(ground: Ground) -> None:
    with pytest.raises(ProgrammingError) as wrong:
        async with ground.database.transaction() as session:
            await session.execute(text("SELECT :secret FROM nowhere"), {"secret": "1234"})
    assert "1234" not in str(wrong.value)
