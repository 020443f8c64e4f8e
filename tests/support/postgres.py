"""Real PostgreSQL for every test: one server a session, a cheap database a test.

A database with a migrated schema is cloned from a template that is migrated once a session, so it
costs about 50 ms. `PARVIS_TEST_DATABASE_URL` (a role with CREATEDB and CREATEROLE) replaces the
embedded server; tests that stop and start the server always bring one of their own.
"""

import asyncio
import inspect
import os
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Protocol
from urllib.parse import quote, urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest

from deploy.local.postgres import EmbeddedPostgres
from deploy.local.temporary import temporary_server
from shared.driver import plain_url

Migrate = Callable[[str], object]


def on_database(url: str, database: str) -> str:
    """The same server and role, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


class Databases:
    """Makes and drops databases on one server."""

    def __init__(self, admin_url: str) -> None:
        self.admin_url = plain_url(admin_url)
        self._templates: dict[tuple[str, Migrate], str] = {}
        self._migrating = asyncio.Lock()

    async def execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self.admin_url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def create(self, name: str = "test", *, template: str = "template0") -> str:
        """A new database; its address."""
        database = f"{name}_{uuid4().hex[:10]}"
        await self.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        return on_database(self.admin_url, database)

    async def clone(self, name: str, *, migrate: Migrate | None = None) -> str:
        """A new database with the schema that `migrate(url)` (sync or async) makes; its address."""
        if migrate is None:
            return await self.create(name)
        async with self._migrating:
            key = (name, migrate)
            if key not in self._templates:
                url = await self.create(f"template_{name}")
                await _call(migrate, url)
                self._templates[key] = urlsplit(url).path.removeprefix("/")
        return await self.create(name, template=self._templates[key])

    async def drop(self, url: str) -> None:
        database = urlsplit(url).path.removeprefix("/")
        try:
            await self.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        except asyncpg.InsufficientPrivilegeError:
            # Autovacuum is in there, which FORCE may not end for us; a plain DROP makes it go.
            await self.execute(f'DROP DATABASE IF EXISTS "{database}"')

    async def drop_templates(self) -> None:
        while self._templates:
            _, database = self._templates.popitem()
            await self.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


async def _call(migrate: Migrate, url: str) -> None:
    if inspect.iscoroutinefunction(migrate):
        await migrate(url)
        return
    result = await asyncio.to_thread(migrate, url)  # Alembic opens an event loop of its own
    if inspect.isawaitable(result):
        await result


async def _role_like_a_given_one(server: EmbeddedPostgres) -> str:
    """Tests get what `PARVIS_TEST_DATABASE_URL` promises and no more: no superuser."""
    role, password = "parvis_tests", uuid4().hex
    connection = await asyncpg.connect(server.url())
    try:
        await connection.execute(
            f"CREATE ROLE {role} LOGIN CREATEDB CREATEROLE PASSWORD '{password}'"
        )
        await connection.execute(f"CREATE DATABASE {role} OWNER {role}")
    finally:
        await connection.close()
    return f"postgresql://{role}:{quote(password)}@127.0.0.1:{server.port}/{role}"


@pytest.fixture(scope="session")
async def databases() -> AsyncIterator[Databases]:
    """The session's server."""
    if given := os.environ.get("PARVIS_TEST_DATABASE_URL"):
        here = Databases(given)
        yield here
        await here.drop_templates()
        return
    with temporary_server() as server:
        yield Databases(await _role_like_a_given_one(server))


class FreshDatabase(Protocol):
    """What the fixture `fresh_database` gives."""

    async def __call__(self, name: str = "test", migrate: Migrate | None = None) -> str: ...


@pytest.fixture
async def fresh_database(databases: Databases) -> AsyncIterator[FreshDatabase]:
    """Make databases, as many as the test wants; all are dropped after it."""
    made: list[str] = []

    async def make(name: str = "test", migrate: Migrate | None = None) -> str:
        made.append(await databases.clone(name, migrate=migrate))
        return made[-1]

    yield make
    for url in made:
        await databases.drop(url)


@pytest.fixture
async def database_url(fresh_database: FreshDatabase) -> str:
    """The address of an empty database of the test's own."""
    return await fresh_database()


@pytest.fixture
def pg_server() -> Iterator[EmbeddedPostgres]:
    """A running server of the test's own, to stop (`stop_immediately()`) and `start()` again.

    The port stays the same. Both calls block: `await asyncio.to_thread(pg_server.start)`.
    """
    with temporary_server() as server:
        yield server
