"""The database: whether it lets us in, is of the right kind and schema, and has room.

Each look is a statement of its own, so that what cannot be seen by this role hides nothing else.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
from sqlalchemy import MetaData

from shared.database import LETS_NOBODY_IN, OVERFLOW, Driver
from shared.doctor.findings import Finding, fail, ok, warn, why_not_trusted
from shared.doctor.lines import lines
from shared.driver import connect
from shared.migrate import Standing, standing_of
from shared.settings import ServiceSettings

PATIENCE_SECONDS = 5
OLDEST_VERSION = 15
SKEW_SECONDS = 1.0
WORST_SKEW_SECONDS = 30.0
LITTLE_ROOM, NO_ROOM = 0.15, 0.05
LATE_SECONDS = 30
NAMED = 5

AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)
_RIGHTS = """
SELECT rolsuper AS is_superuser, has_schema_privilege('public', 'CREATE') AS may_create,
       pg_has_role(current_user, 'pg_read_all_settings', 'MEMBER') AS may_read_settings
FROM pg_roles WHERE rolname = current_user
"""
_WITHHELD = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
AND NOT (has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')
    AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE'))
ORDER BY relname
"""
_ROOM = """
SELECT current_setting('max_connections')::int
       - current_setting('superuser_reserved_connections')::int AS most,
       (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS taken
"""
_MESSAGES = """
SELECT (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(recorded_at)), 0)::float8
        FROM outbox WHERE held_for IS NULL) AS oldest,
       (SELECT count(*) FROM outbox WHERE held_for IS NOT NULL) AS held,
       (SELECT count(*) FROM inbox WHERE status = 'parked') AS parked
"""


async def database(
    service: str, settings: ServiceSettings, *, metadata: MetaData
) -> AsyncIterator[Finding]:
    """Everything about it; where it does not answer, that alone."""
    try:
        connection = await connect(
            settings.database_url, timeout=PATIENCE_SECONDS, command_timeout=PATIENCE_SECONDS
        )
    except LETS_NOBODY_IN as error:
        yield fail(
            "database",
            f"It answers and does not let us in ({error}): see user, password and name in "
            "PARVIS_DATABASE_URL.",
        )
        return
    except asyncpg.ClientConfigurationError as error:
        yield fail("database", f"PARVIS_DATABASE_URL cannot be used: {error}")
        return
    except AWAY as error:
        yield fail(
            "database",
            why_not_trusted(error)
            or f"It does not answer ({type(error).__name__}): see that it runs, that host and port "
            "in PARVIS_DATABASE_URL are its own, and that nothing between (a network policy) "
            "forbids it.",
        )
        return
    try:
        for finding in lines(settings.database_url):
            yield finding
        async for finding in _looked_at(connection, service, settings, metadata):
            yield finding
    except AWAY as error:
        yield fail(
            "database",
            f"It answered, and then no more ({type(error).__name__}): see whether somebody locks "
            "its tables (pg_locks), and what the role may. No more of it was looked at.",
        )
    finally:
        with suppress(*AWAY):
            await connection.close(timeout=PATIENCE_SECONDS)


async def _looked_at(
    connection: Driver, service: str, settings: ServiceSettings, metadata: MetaData
) -> AsyncIterator[Finding]:
    yield _version(connection)
    yield await _clock(connection)
    yield await _encoding(connection)
    async for finding in _rights(connection, service):
        yield finding
    yield await _connections(connection, settings)
    yield await _disk(connection)
    yield await _archive(connection)
    found = await _schema(connection, service)
    yield found
    if found.state == "fail":
        return
    yield await _tables(connection, service, metadata)
    async for finding in _messages(connection):
        yield finding


def _version(connection: Driver) -> Finding:
    version = connection.get_server_version()
    told = f"It is PostgreSQL {version.major}.{version.minor} and lets us in."
    if version.major < OLDEST_VERSION:
        return fail("database", f"{told} Parvis needs {OLDEST_VERSION}; upgrade it.")
    return ok("database", told)


async def _clock(connection: Driver) -> Finding:
    before = datetime.now(UTC)
    theirs: datetime = await connection.fetchval("SELECT clock_timestamp()")
    ours = before + (datetime.now(UTC) - before) / 2
    skew = abs((theirs - ours).total_seconds())
    if skew < SKEW_SECONDS:
        return ok("clock", f"The database's clock and ours are {skew * 1000:.0f} ms apart.")
    says = f"The database's clock and ours are {skew:.1f} s apart: have both follow one (NTP)."
    return fail("clock", says) if skew > WORST_SKEW_SECONDS else warn("clock", says)


async def _encoding(connection: Driver) -> Finding:
    encoding = await connection.fetchval("SELECT current_setting('server_encoding')")
    if encoding == "UTF8":
        return ok("encoding", "It keeps text as UTF8.")
    return fail(
        "encoding",
        f"It keeps text as {encoding}, so that not every name can be kept: make a database with "
        "ENCODING 'UTF8' TEMPLATE template0 and restore into that.",
    )


async def _rights(connection: Driver, service: str) -> AsyncIterator[Finding]:
    rights = await connection.fetchrow(_RIGHTS)
    assert rights is not None
    withheld = [row["relname"] for row in await connection.fetch(_WITHHELD)]
    if withheld:
        yield fail(
            "rights",
            f"The role may not read and write {_named(withheld)}: as their owner, GRANT SELECT, "
            "INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO it, or REASSIGN OWNED.",
        )
    if not rights["may_create"]:
        yield warn(
            "rights",
            f"The role may not make tables: `migrate` of {service} needs it, or a role that may "
            "(GRANT CREATE ON SCHEMA public).",
        )
    if rights["is_superuser"]:
        yield warn(
            "rights", "The role is a superuser: give the service one that owns its database alone."
        )
    elif rights["may_create"] and not withheld:
        yield ok("rights", "The role reads, writes and makes tables, and is no superuser.")


async def _connections(connection: Driver, settings: ServiceSettings) -> Finding:
    row = await connection.fetchrow(_ROOM)
    assert row is not None
    free, wanted = row["most"] - row["taken"], settings.database_pool + OVERFLOW
    told = f"{row['taken']} of {row['most']} are taken"
    if free < wanted:
        return warn(
            "connections",
            f"{told}, and one process of ours may want {wanted}: raise max_connections or lower "
            "PARVIS_DATABASE_POOL.",
        )
    return ok("connections", f"{told}; one process of ours takes {wanted} at most.")


async def _disk(connection: Driver) -> Finding:
    size = await connection.fetchval("SELECT pg_database_size(current_database())")
    told = f"The database takes {size / 2**20:,.0f} MiB"
    try:
        folder = Path(await connection.fetchval("SELECT current_setting('data_directory')"))
        usage = shutil.disk_usage(folder)
    except (asyncpg.InsufficientPrivilegeError, OSError):
        return ok("disk", f"{told}; how full its disk is cannot be seen from here, watch it there.")
    free = usage.free / usage.total
    says = f"{told}; {free:.0%} of its disk are free"
    if free < LITTLE_ROOM:
        says = f"{says}: make room before PostgreSQL stops at a full disk."
        return fail("disk", says) if free < NO_ROOM else warn("disk", says)
    return ok("disk", f"{says}.")


async def _archive(connection: Driver) -> Finding:
    if await connection.fetchval("SELECT current_setting('archive_mode')") == "off":
        return warn(
            "backup",
            "PostgreSQL archives no WAL: a restore goes back to the last backup, and whatever came "
            "later is lost; see docs/operations/restoring.md.",
        )
    row = await connection.fetchrow(
        "SELECT last_archived_time, last_failed_time FROM pg_stat_archiver"
    )
    assert row is not None
    archived, failed = row["last_archived_time"], row["last_failed_time"]
    if failed is not None and (archived is None or failed > archived):
        return fail(
            "backup",
            f"Archiving WAL fails since {failed:%Y-%m-%d %H:%M} UTC: see PostgreSQL's log; its "
            "disk fills until that is mended.",
        )
    when = f"last at {archived:%Y-%m-%d %H:%M} UTC" if archived else "nothing was full yet"
    return ok("backup", f"PostgreSQL archives its WAL, {when}.")


async def _schema(connection: Driver, service: str) -> Finding:
    try:
        found = await connection.fetchval("SELECT version_num FROM alembic_version")
    except asyncpg.UndefinedTableError:
        found = None
    except asyncpg.InsufficientPrivilegeError:
        return fail("schema", "The role may not read alembic_version: GRANT SELECT on it.")
    match standing_of(service, found):
        case Standing.CURRENT:
            return ok("schema", f"It is {found}, as this code wants it.")
        case Standing.NEWER:
            return warn(
                "schema",
                f"It is {found}, newer than this code: that works for as long as an upgrade takes; "
                "finish it.",
            )
        case Standing.OLDER:
            return fail(
                "schema",
                f"It is {found or 'not there'}, older than this code: run "
                f"`python -m services.{service} migrate`.",
            )


async def _tables(connection: Driver, service: str, metadata: MetaData) -> Finding:
    rows = await connection.fetch("SELECT table_name, column_name FROM information_schema.columns")
    there = {(row["table_name"], row["column_name"]) for row in rows}
    wanted = {(table.name, each.name) for table in metadata.tables.values() for each in table.c}
    if missing := sorted(wanted - there):
        named = _named([".".join(each) for each in missing])
        return fail(
            "tables",
            f"{len(missing)} columns are missing or hidden from us, {named}: somebody changed "
            f"{service}'s tables by hand, or a restore was not whole; restore it again.",
        )
    return ok("tables", f"All {len(metadata.tables)} tables have the columns that are used.")


async def _messages(connection: Driver) -> AsyncIterator[Finding]:
    row = await connection.fetchrow(_MESSAGES)
    assert row is not None
    if row["oldest"] > LATE_SECONDS:
        yield warn(
            "outbox",
            f"The oldest event has waited for {row['oldest']:.0f} s: see that a worker runs and "
            "reaches the broker.",
        )
    if row["held"]:
        yield warn(
            "outbox",
            f"{row['held']} events are held, as the broker does not take them: `events held` says "
            "why.",
        )
    if row["parked"]:
        yield warn(
            "inbox",
            f"{row['parked']} events could not be reacted to: see `events parked`, mend the cause, "
            "then `events replay`.",
        )
    if row["oldest"] <= LATE_SECONDS and not row["held"] and not row["parked"]:
        yield ok("events", "None is late, held or parked.")


def _named(found: list[str]) -> str:
    """The first few of them, and how many more."""
    first = ", ".join(found[:NAMED])
    return first if len(found) <= NAMED else f"{first} and {len(found) - NAMED} more"
