"""A start waits for what it needs as long as it is told to, and works beside a newer schema."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from shared.database import Database
from shared.migrate import migrate, must_be_migrated

SERVICE = "booking"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    made = Database(database_url, name=SERVICE)
    yield made
    await made.close()


async def test_who_is_patient_waits_until_somebody_has_migrated(database: Database) -> None:
    waiting = asyncio.create_task(must_be_migrated(SERVICE, database=database, patience=60))
    with pytest.raises(SystemExit, match="has not the newest schema"):
        await must_be_migrated(SERVICE, database=database)
    await asyncio.to_thread(migrate, SERVICE, url=database.url)
    await waiting


async def test_a_newer_schema_is_no_reason_not_to_start(database: Database) -> None:
    await asyncio.to_thread(migrate, SERVICE, url=database.url)
    async with database.driver() as connection:
        await connection.execute("UPDATE alembic_version SET version_num = '9999'")
    await must_be_migrated(SERVICE, database=database)
