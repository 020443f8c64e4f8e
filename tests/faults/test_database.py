"""PostgreSQL stops at once, or ends connections at random: nothing is lost or doubled."""

import asyncio

import asyncpg
import pytest

from deploy.local.postgres import EmbeddedPostgres
from tests.faults.conftest import a_park, all_is_well, some_effects, under_load
from tests.support.faults import Park, create_tables, rows_of
from tests.support.postgres import on_database


@pytest.mark.parametrize("carrier", ["memory", pytest.param("rabbit", marks=pytest.mark.rabbit)])
async def test_a_database_stopped_at_once_and_started_under_load(
    pg_server: EmbeddedPostgres, request: pytest.FixtureRequest, carrier: str, round_: int
) -> None:
    amqp = str(request.getfixturevalue("amqp_url")) if carrier == "rabbit" else None
    urls = []
    for name in ("access", "visitors"):
        connection = await asyncpg.connect(pg_server.url())
        await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()
        urls.append(on_database(pg_server.url(), name))
        await create_tables(urls[-1])
    async with a_park(urls[0], urls[1], amqp=amqp) as park:
        await park.start()
        async with under_load(park, seed=round_):
            await some_effects(park)
            await asyncio.to_thread(pg_server.stop_immediately)
            await asyncio.to_thread(pg_server.start)
            await some_effects(park)
        await all_is_well(park)
        assert all(each.is_ready for each in park.running.values())


@pytest.mark.rabbit
async def test_database_connections_ended_at_random_under_load(
    rabbit_park: Park, round_: int
) -> None:
    await rabbit_park.start()
    async with under_load(rabbit_park, seed=round_):
        for _ in range(4):
            await some_effects(rabbit_park, more=10)
            for database in (rabbit_park.access, rabbit_park.visitors):
                await rows_of(
                    database.url,
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid() "
                    "AND random() < 0.7",
                )
    await all_is_well(rabbit_park)
