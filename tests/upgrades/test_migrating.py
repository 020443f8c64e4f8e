"""A migration among requests: it holds nobody up for long, and goes on from where it broke off."""

from __future__ import annotations

import asyncio
from functools import partial

import asyncpg
import pytest
from alembic import command

from shared.migrate import config_of, migrate
from tests.support.eventually import eventually
from tests.support.postgres import FreshDatabase

IN_THE_QUEUE = """
SELECT 1 FROM pg_stat_activity
WHERE application_name = 'migrate' AND wait_event_type = 'Lock' AND datname = current_database()
"""


def _migrated(service: str, revision: str, url: str) -> None:
    command.upgrade(config_of(service, url=url), revision)


BEFORE_WISHES_HAD_WALL_TIMES = partial(_migrated, "booking", "0020")
BEFORE_UNDONE_WAS_KNOWN = partial(_migrated, "visitors", "0020")


async def test_who_comes_after_a_migration_that_waits_is_served_soon(
    fresh_database: FreshDatabase,
) -> None:
    url = await fresh_database("booking", BEFORE_WISHES_HAD_WALL_TIMES)
    reader, other = await asyncpg.connect(url), await asyncpg.connect(url)
    report = reader.transaction()
    await report.start()
    await reader.execute("LOCK TABLE waiting IN ACCESS SHARE MODE")
    task = asyncio.create_task(asyncio.to_thread(migrate, "booking", url=url))
    await eventually(lambda: other.fetchval(IN_THE_QUEUE))
    async with asyncio.timeout(4):
        await other.fetch("SELECT * FROM waiting")
    assert not task.done()
    await report.rollback()
    await task
    assert await other.fetch("SELECT starts_wall FROM waiting") == []
    await reader.close()
    await other.close()


async def test_a_table_that_is_never_free_ends_the_migration(
    fresh_database: FreshDatabase,
) -> None:
    url = await fresh_database("booking", BEFORE_WISHES_HAD_WALL_TIMES)
    reader = await asyncpg.connect(url)
    async with reader.transaction():
        await reader.execute("LOCK TABLE waiting IN ACCESS SHARE MODE")
        with pytest.raises(Exception, match="lock timeout"):
            await asyncio.to_thread(migrate, "booking", url=url, lock_patience=0)
    await reader.close()


async def test_a_step_that_broke_off_while_it_filled_in_goes_on(
    fresh_database: FreshDatabase,
) -> None:
    url = await fresh_database("visitors", BEFORE_UNDONE_WAS_KNOWN)
    connection = await asyncpg.connect(url)
    await connection.execute(
        "ALTER TABLE visits ADD COLUMN check_in_undone_at timestamptz, ADD COLUMN room_zone_id uuid"
    )
    await asyncio.to_thread(migrate, "visitors", url=url)
    assert await connection.fetch("SELECT check_in_undone_at, room_zone_id FROM visits") == []
    await connection.close()
