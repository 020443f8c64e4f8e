"""Three databases owned by three roles, as in a real deployment: no service can read another's."""

import secrets
from collections.abc import Iterable

import asyncpg

from deploy.local.postgres import EmbeddedPostgres


async def own_databases(server: EmbeddedPostgres, services: Iterable[str]) -> dict[str, str]:
    """Make what is missing; addresses by service, with passwords that hold until the next start."""
    connection = await asyncpg.connect(server.url())
    try:
        return {name: await _own_database(connection, server, name) for name in services}
    finally:
        await connection.close()


async def _own_database(
    connection: "asyncpg.Connection[asyncpg.Record]", server: EmbeddedPostgres, name: str
) -> str:
    role, database, password = f"parvis_{name}", f"parvis_{name}", secrets.token_urlsafe(24)
    if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role):
        await connection.execute(f"CREATE ROLE {role} LOGIN")
    await connection.execute(f"ALTER ROLE {role} PASSWORD '{password}'")
    if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database):
        await connection.execute(f"CREATE DATABASE {database} OWNER {role} TEMPLATE template0")
    await connection.execute(f"REVOKE ALL ON DATABASE {database} FROM PUBLIC")
    return f"postgresql://{role}:{password}@127.0.0.1:{server.port}/{database}"
