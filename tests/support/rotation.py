"""A password of a real server that is changed as operators do it, with everybody connected thrown
out after each step, so that whoever goes on has opened new connections.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit
from uuid import uuid4

from shared.addresses import Addresses
from tests.support.postgres import Databases, on_database
from tests.support.rabbitmq_server import Broker


def with_login(url: str, user: str, password: str) -> str:
    """The same server, somebody else."""
    parts = urlsplit(url)
    where = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(user)}:{quote(password)}@{where}"))


class Rotating:
    """One login at one server, and the file that services read its address from."""

    def __init__(self, file: Path, *, url: str, user: str) -> None:
        self.file, self.user, self._url = file, user, url
        self.write("first")

    def address(self, password: str) -> str:
        return with_login(self._url, self.user, password)

    def write(self, *passwords: str) -> None:
        """In place, newest first."""
        self.file.write_text("\n".join(map(self.address, passwords)))

    @property
    def addresses(self) -> Addresses:
        return Addresses(self.file.read_text(), file=self.file)

    async def change(self, password: str) -> None:
        """At the server."""
        raise NotImplementedError

    async def cut(self) -> None:
        """Ends all connections of the login."""
        raise NotImplementedError

    async def rotate(
        self,
        *,
        then: Callable[[], Awaitable[object]],
        cut: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """The three steps; after each all are thrown out by `cut`, and `then` is awaited."""
        self.write("second", "first")
        await (cut or self.cut)()
        await then()
        await self.change("second")
        await (cut or self.cut)()
        await then()
        self.write("second")
        await (cut or self.cut)()
        await then()


class RotatingRole(Rotating):
    """A role that owns a database of its own."""

    def __init__(self, file: Path, *, databases: Databases, name: str) -> None:
        super().__init__(file, url=on_database(databases.admin_url, name), user=name)
        self._databases = databases

    @classmethod
    async def of(cls, databases: Databases, *, folder: Path) -> "RotatingRole":
        name = f"rotating_{uuid4().hex[:8]}"
        for statement in (
            f"CREATE ROLE {name} LOGIN PASSWORD 'first'",
            f"GRANT {name} TO CURRENT_USER",
            f"CREATE DATABASE {name} OWNER {name} TEMPLATE template0",
        ):
            await databases.execute(statement)
        return cls(folder / name, databases=databases, name=name)

    async def change(self, password: str) -> None:
        await self._databases.execute(f"ALTER ROLE {self.user} PASSWORD '{password}'")

    async def cut(self) -> None:
        await self._databases.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            f"WHERE usename = '{self.user}'"
        )

    async def remove(self) -> None:
        await self._databases.drop(self.address("gone"))
        await self._databases.execute(f"DROP ROLE {self.user}")


class RotatingUser(Rotating):
    """A user of a broker."""

    def __init__(self, file: Path, *, broker: Broker, vhost: str) -> None:
        super().__init__(file, url=broker.url(vhost), user=vhost)
        self._broker = broker
        self._change("first")

    async def change(self, password: str) -> None:
        self._change(password)

    async def cut(self) -> None:
        self._broker.cut_connections(self.user)

    def _change(self, password: str) -> None:
        self._broker.ask("PUT", f"users/{self.user}", {"password": password, "tags": ""})
