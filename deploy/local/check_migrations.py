"""Do the migrations make what the models say? Tried on a real PostgreSQL, for each service."""

import asyncio
import os
import sys

import asyncpg

from deploy.local.temporary import temporary_server
from deploy.services import all_services
from shared.migrate import differences, migrate


async def _database(url: str, name: str) -> str:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    finally:
        await connection.close()
    return url.rsplit("/", 1)[0] + f"/{name}"


def check(url: str) -> list[str]:
    """What differs, one line a difference."""
    complaints = []
    for service in all_services():
        database = asyncio.run(_database(url, f"check_{service.name}_{os.getpid()}"))
        migrate(service.name, url=database)
        found = asyncio.run(differences(service.metadata, url=database))
        complaints += [f"{service.name}: {difference}" for difference in found]
    return complaints


def main() -> None:
    with temporary_server() as server:
        complaints = check(server.url())
    if complaints:
        sys.exit("The migrations do not make what the models say:\n" + "\n".join(complaints))
    print("The migrations make what the models say.")


if __name__ == "__main__":
    main()
