"""Migrations: each service's own Alembic history, run as a job, never by a serving process.

A service's `migrations/env.py` is one call of `run_migrations`; `migrate` and `differences` are
what commands and tests use.
"""

from __future__ import annotations

import asyncio
import time
from enum import Enum
from importlib.resources import files
from typing import Any

import asyncpg
import structlog
from alembic import command, context
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, pool
from sqlalchemy.exc import DBAPIError, ProgrammingError

from shared.addresses import Addresses
from shared.database import LETS_NOBODY_IN, Database, cause_of, is_away
from shared.driver import engine_of
from shared.messaging.backoff import Backoff

log = structlog.get_logger(__name__)

HEAD = "head"
QUEUES_FOR = "1s"
"""So long a migration stands in the queue for a table: whoever asks after it stands behind it."""
IN_USE = (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError)
LOCK_PATIENCE = 120.0
"""So many seconds it comes back to the end of the queue, before it gives up."""


def run_migrations(metadata: MetaData) -> None:
    """What an `env.py` does, on what `migrate` was given. Forward each step is a transaction of its
    own, so that none holds what another needed; the way back is gone whole or not at all.
    """
    where = context.config.attributes.get("where")
    assert where, "run migrations by `python -m services.<service> migrate`"

    def run(connection: Connection) -> None:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            compare_type=True,
            transaction_per_migration=context.config.attributes.get("step_by_step", False),
        )
        with context.begin_transaction():
            context.run_migrations()

    async def connect() -> None:
        told = {"application_name": "migrate", "timezone": "UTC", "lock_timeout": QUEUES_FOR}
        engine = engine_of(where, connecting={"server_settings": told}, poolclass=pool.NullPool)
        async with engine.connect() as connection:
            await connection.run_sync(run)
        await engine.dispose()

    asyncio.run(connect())


def config_of(service: str, *, url: str | Addresses = "") -> Config:
    """Alembic's configuration of a service; no alembic.ini. Its history can be read without a
    database.
    """
    config = Config()
    config.set_main_option("script_location", str(files(f"services.{service}") / "migrations"))
    config.attributes["where"] = url
    config.set_main_option("path_separator", "os")
    return config


def migrate(
    service: str,
    *,
    url: str | Addresses,
    patience: float = 0,
    lock_patience: float = LOCK_PATIENCE,
) -> None:
    """Brings the database to the newest schema; nothing to do is done quickly. Not for an event
    loop. Waits for a database that does not answer yet for `patience` seconds, and for tables that
    others use for `lock_patience`.
    """
    began = time.monotonic()
    backoff = Backoff(first=0.2, longest=5)
    while True:
        try:
            config = config_of(service, url=url)
            config.attributes["step_by_step"] = True
            return command.upgrade(config, HEAD)
        except (OSError, TimeoutError, DBAPIError, asyncpg.PostgresError) as error:
            is_in_use = isinstance(cause_of(error), IN_USE)
            waits = lock_patience if is_in_use else patience
            if not (is_in_use or is_away(error)) or time.monotonic() >= began + waits:
                raise
            log.warning("migrate.waits", service=service, why=type(cause_of(error)).__name__)
        time.sleep(backoff.next_wait())


async def differences(metadata: MetaData, *, url: str) -> list[Any]:
    """How the migrated database differs from the models; empty where they agree."""
    engine = engine_of(url, poolclass=pool.NullPool)
    async with engine.connect() as connection:
        found: list[Any] = await connection.run_sync(
            lambda bare: compare_metadata(
                MigrationContext.configure(bare, opts={"compare_type": True}), metadata
            )
        )
    await engine.dispose()
    return found


async def must_be_migrated(service: str, *, database: Database, patience: float = 0) -> None:
    """Ends the start with one sentence where the schema is older than this code, and stays so for
    `patience` seconds. A newer one is well: migrations leave the code before them working.

    Whether the database answers in the end is none of its business: the service waits for it.
    """
    ours = ScriptDirectory.from_config(config_of(service))
    backoff = Backoff(first=0.2, longest=5)
    deadline = asyncio.get_running_loop().time() + patience
    while True:
        try:
            return await _must_be_migrated(service, ours, database)
        except (_DoesNotAnswer, SystemExit) as not_yet:
            if asyncio.get_running_loop().time() < deadline:
                is_migrated = not isinstance(not_yet, SystemExit)
                why = "database_away" if is_migrated else "not_migrated"
                log.warning("start.waits", service=service, why=why)
            elif isinstance(not_yet, SystemExit):
                raise
            else:
                return None
        await backoff.wait(unless=asyncio.Event())


class Standing(Enum):
    """How the schema of a database stands to this code."""

    CURRENT = "current"
    NEWER = "newer"
    """A revision that this code does not know."""
    OLDER = "older"
    """Or none at all."""


def standing_of(service: str, found: str | None) -> Standing:
    """`found`: the revision that the database names."""
    return _standing(ScriptDirectory.from_config(config_of(service)), found)


def _standing(ours: ScriptDirectory, found: str | None) -> Standing:
    if found is not None and found == ours.get_current_head():
        return Standing.CURRENT
    known = {revision.revision for revision in ours.walk_revisions()}
    return Standing.OLDER if found is None or found in known else Standing.NEWER


class _DoesNotAnswer(Exception):
    """Not yet, or not now."""


async def _must_be_migrated(service: str, ours: ScriptDirectory, database: Database) -> None:
    try:
        async with database.engine.connect() as connection:
            found = (
                await connection.exec_driver_sql("SELECT version_num FROM alembic_version")
            ).scalar()
    except ProgrammingError:
        found = None
    except (OSError, TimeoutError, DBAPIError, asyncpg.PostgresError) as error:
        if isinstance(cause_of(error), LETS_NOBODY_IN):
            raise SystemExit(f"PARVIS_DATABASE_URL is wrong: {cause_of(error)}.") from None
        raise _DoesNotAnswer("the database does not answer") from error
    standing = _standing(ours, found)
    if standing is Standing.NEWER:
        log.warning("start.schema_is_newer", service=service, schema=found)
    elif standing is Standing.OLDER:
        raise SystemExit(
            f"The database of {service} has not the newest schema: "
            f"run `python -m services.{service} migrate` first."
        )
