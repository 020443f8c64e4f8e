"""Whoever was known before there was a search is found too, and the way back is open."""

import asyncio
from uuid import uuid4

import asyncpg
from alembic import command

from shared.migrate import config_of, migrate
from tests.support.postgres import FreshDatabase

BEFORE = "0010"
MORE_THAN_A_BATCH = 2001
KNOWN = """
INSERT INTO visitors (id, tenant_id, given_name, family_name, email, phone, created_at)
SELECT gen_random_uuid(), $1, 'Youssef', 'Cherkaoui', 'y@visitor.example', '0612345678', now()
FROM generate_series(1, $2)
"""
COUNTED = "SELECT spelt, count(DISTINCT owner_id) FROM search_words GROUP BY spelt"
HOST = """
INSERT INTO known_people (person_id, sequence, tenant_id, given_name, family_name, email, language,
    is_listed)
VALUES (gen_random_uuid(), 1, $1, 'Amal', 'El Fassi', 'amal@acme.example', 'fr', true)
"""


def migrate_to_before(url: str) -> None:
    command.upgrade(config_of("visitors", url=url), BEFORE)


async def test_those_known_before_are_found_by_the_same_words(
    fresh_database: FreshDatabase,
) -> None:
    url = await fresh_database("visitors", migrate_to_before)
    connection = await asyncpg.connect(url)
    await connection.execute(KNOWN, uuid4(), MORE_THAN_A_BATCH)
    await connection.execute(HOST, uuid4())
    await asyncio.to_thread(migrate, "visitors", url=url)
    rows = await connection.fetch(COUNTED)
    await connection.close()
    counted = {row["spelt"]: row["count"] for row in rows}
    assert counted.pop("amal") == counted.pop("fassi") == counted.pop("elfassi") == 1
    assert counted == dict.fromkeys(
        ("youssef", "cherkaoui", "y@visitor.example", "visitor.example", "612345678", "5678"),
        MORE_THAN_A_BATCH,
    )
    await asyncio.to_thread(command.downgrade, config_of("visitors", url=url), BEFORE)
