"""Each thing that may be wrong with a database is found, and what to do is said."""

import asyncio

import asyncpg
import pytest

from deploy.local.postgres import EmbeddedPostgres, free_port
from services.booking.service import SERVICE
from shared.doctor.database import database
from shared.settings import ServiceSettings
from tests.shared.doctor.conftest import Examine, about, execute, migrate_booking, states
from tests.support.postgres import Databases, on_database


async def test_nothing_is_wrong_with_a_database_as_it_should_be(examine: Examine) -> None:
    found = states(await examine())
    for what in ("database", "clock", "encoding", "rights", "schema", "tables", "events", "disk"):
        assert found[what] == {"ok"}, what
    assert found["backup"] == {"warn"}, "the tests' server archives nothing"


async def test_one_that_is_away(examine: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = f"postgresql://u:hidden@127.0.0.1:{free_port()}/d"
    monkeypatch.setenv("PARVIS_DATABASE_URL", nobody)
    found = await examine()
    assert about(found, "database").startswith("fail It does not answer")
    assert "schema" not in states(found)
    assert states(found)["identity"] == {"ok"}, "what does not depend on it is looked at"
    assert not any("hidden" in each.says for each in found)


async def test_one_that_is_not_there(
    examine: Examine, booking_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARVIS_DATABASE_URL", on_database(booking_url, "nowhere"))
    assert 'does not let us in (database "nowhere"' in about(await examine(), "database")


@pytest.mark.parametrize(
    ("broken", "what", "said"),
    [
        ("DROP TABLE alembic_version", "schema", "fail It is not there, older than this code: run"),
        (
            "UPDATE alembic_version SET version_num = '0001'",
            "schema",
            "fail It is 0001, older than this code: run `python -m services.booking migrate`",
        ),
        (
            "UPDATE alembic_version SET version_num = '9999'",
            "schema",
            "warn It is 9999, newer than this code",
        ),
        ("ALTER TABLE rooms DROP COLUMN capacity", "tables", "fail 1 columns are missing"),
        (
            "INSERT INTO outbox (event_id, name, subject, sequence, body, recorded_at) VALUES "
            "(gen_random_uuid(), 'n', 's', 1, '{}', now() - interval '1 hour')",
            "outbox",
            "warn The oldest event has waited for 36",
        ),
        (
            "INSERT INTO outbox (event_id, name, subject, sequence, body, held_for) VALUES "
            "(gen_random_uuid(), 'n', 's', 1, '{}', 'unroutable')",
            "outbox",
            "warn 1 events are held",
        ),
        (
            "INSERT INTO inbox (event_id, name, source, subject, sequence, status, body) VALUES "
            "(gen_random_uuid(), 'n', 's', 's', 1, 'parked', '{}')",
            "inbox",
            "warn 1 events could not be reacted to",
        ),
    ],
)
async def test_what_is_in_it(
    examine: Examine, booking_url: str, broken: str, what: str, said: str
) -> None:
    await execute(booking_url, broken)
    assert about(await examine(), what).startswith(said)


async def test_a_clock_that_runs_ahead(examine: Examine, booking_url: str) -> None:
    name = booking_url.rsplit("/", 1)[1]
    await execute(
        booking_url,
        "CREATE FUNCTION clock_timestamp() RETURNS timestamptz LANGUAGE sql AS "
        "$$ SELECT pg_catalog.clock_timestamp() + interval '40 s' $$",
        f'ALTER DATABASE "{name}" SET search_path = public, pg_catalog',
    )
    found = about(await examine(), "clock")
    assert found.startswith("fail")
    assert "40.0 s apart" in found


async def test_an_encoding_that_cannot_hold_every_name(
    examine: Examine, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    await databases.execute(
        "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0"
    )
    try:
        url = on_database(databases.admin_url, "latin")
        monkeypatch.setenv("PARVIS_DATABASE_URL", url)
        assert about(await examine(), "encoding").startswith("fail It keeps text as LATIN1")
    finally:
        await databases.execute("DROP DATABASE latin WITH (FORCE)")


def settings_for(url: str) -> ServiceSettings:
    return ServiceSettings(database_url=url, oidc_issuer="http://127.0.0.1:1")


async def test_a_role_with_too_few_rights_or_too_many(pg_server: EmbeddedPostgres) -> None:
    connection = await asyncpg.connect(pg_server.url())
    await connection.execute("CREATE ROLE clerk LOGIN PASSWORD 'x'")
    await connection.close()
    await asyncio.to_thread(migrate_booking, pg_server.url())

    async def looked(url: str) -> str:
        looking = database("booking", settings_for(url), metadata=SERVICE.metadata)
        return "\n".join([str(each) async for each in looking])

    as_owner = await looked(pg_server.url())
    assert "The role is a superuser" in as_owner
    assert "of its disk are free" in as_owner
    clerk = f"postgresql://clerk:x@127.0.0.1:{pg_server.port}/postgres"
    as_clerk = await looked(clerk)
    assert "The role may not read and write alembic_version, " in as_clerk
    assert "The role may not make tables" in as_clerk
    assert "The role may not read alembic_version" in as_clerk
    await execute(
        pg_server.url(), "GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO clerk"
    )
    as_clerk = await looked(clerk)
    assert "fail  rights" in as_clerk, "who may not delete cannot work"
    assert "ok    schema" in as_clerk
    wrong = clerk.replace(":x@", ":y@")
    assert "does not let us in (password authentication failed" in await looked(wrong)


async def test_one_whose_tables_are_locked_is_not_waited_for(
    examine: Examine, booking_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.doctor.database.PATIENCE_SECONDS", 0.5)
    holder = await asyncpg.connect(booking_url)
    try:
        async with holder.transaction():
            await holder.execute("LOCK TABLE outbox")
            found = await examine()
    finally:
        await holder.close()
    assert "see whether somebody locks its tables" in about(found, "database")
    assert "identity" in states(found)


async def test_one_whose_address_asks_for_what_is_not_there(
    examine: Examine, booking_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARVIS_DATABASE_URL", f"{booking_url}?sslmode=bogus")
    assert "cannot be used: `sslmode` parameter" in about(await examine(), "database")
