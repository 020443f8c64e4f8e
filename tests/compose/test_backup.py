"""The scripts that compose mounts into PostgreSQL's container, on a real server: all WAL is kept, a
backup leads to any later moment, and one database is set back while its neighbours stay.
"""

import asyncio
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from deploy.local.postgres import EmbeddedPostgres
from tests.support.eventually import eventually
from tests.support.restoring import archiving_server

SCRIPTS = Path(__file__).parents[2] / "deploy" / "compose" / "postgres"
ARCHIVED = "WAL_DIR={archive} sh {scripts}/archive.sh %p %f"


@dataclass
class Container:
    """A server, its two volumes, and the scripts as its own user runs them."""

    server: EmbeddedPostgres
    home: Path

    def run(self, script: str, *words: str) -> subprocess.CompletedProcess[str]:
        owner = self.server.data.stat()
        return subprocess.run(
            ["sh", str(self.home / "scripts" / f"{script}.sh"), *words],
            env={
                "PATH": f"{self.server.program('psql').parent}:{os.environ['PATH']}",
                "PGHOST": "127.0.0.1",
                "PGPORT": str(self.server.port),
                "PGPASSWORD": self.server.password,
                "POSTGRES_USER": "postgres",
                "WAL_DIR": str(self.home / "wal"),
                "BACKUPS_DIR": str(self.home / "backups"),
            },
            user=owner.st_uid if os.geteuid() == 0 else None,
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def must(self, script: str, *words: str) -> str:
        done = self.run(script, *words)
        assert done.returncode == 0, f"{done.stdout}{done.stderr}"
        return done.stdout

    async def ask(self, database: str, statement: str) -> object:
        connection = await asyncpg.connect(self.server.url(database))
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    def back_up(self) -> str:
        self.must("backup", "begin")
        part = self.home / "backups" / "unfinished"
        for name in ("keys-access", "keys-visitors", "keys-booking", "secrets"):
            self._pack(part / f"{name}.tar")
        return self.must("backup", "end", "14")

    def _pack(self, path: Path) -> None:
        with tarfile.open(path, "w") as packed:
            for name in ("some.key", "database_superuser"):
                packed.addfile(tarfile.TarInfo(name))
        path.chmod(0o644)


@pytest.fixture
def container() -> Iterator[Container]:
    home = Path(tempfile.mkdtemp(prefix="parvis-backup-"))
    home.chmod(0o755)
    for name in ("wal", "backups"):
        (home / name).mkdir()
    shutil.copytree(SCRIPTS, home / "scripts")
    command = ARCHIVED.format(archive="{archive}", scripts=home / "scripts")
    try:
        with archiving_server(home / "wal", command=command) as server:
            owner = server.data.stat()
            os.chown(home / "backups", owner.st_uid, owner.st_gid)
            yield Container(server, home)
    finally:
        shutil.rmtree(home)


async def test_one_database_is_set_back_to_a_second_and_its_neighbour_stays(
    container: Container,
) -> None:
    for name in ("booking", "access"):
        await container.ask("postgres", f"CREATE DATABASE {name}")
        await container.ask(name, "CREATE TABLE said (word text)")
    await container.ask("postgres", "REVOKE CONNECT ON DATABASE booking FROM PUBLIC")
    await asyncio.to_thread(container.back_up)
    for name in ("booking", "access"):
        await container.ask(name, "INSERT INTO said VALUES ('kept')")
    moment = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1)

    async def it_is_over() -> bool:
        return datetime.now(UTC) > moment

    await eventually(it_is_over)
    for name in ("booking", "access"):
        await container.ask(name, "INSERT INTO said VALUES ('lost')")

    await asyncio.to_thread(container.must, "restored", "archived")
    wanted = f"{moment:%Y-%m-%d %H:%M:%S}"
    told = await asyncio.to_thread(container.must, "restored", "at", wanted)
    assert "recovery stopping" in told
    await asyncio.to_thread(container.must, "restored", "dump", "booking")
    await asyncio.to_thread(container.must, "restored", "end")
    assert "booking is as it was then" in container.must("swap", "booking")

    words = "SELECT string_agg(word, ' ' ORDER BY word) FROM said"
    assert await container.ask("booking", words) == "kept"
    assert await container.ask("access", words) == "kept lost"
    aside = "SELECT datname FROM pg_database WHERE datname LIKE 'booking_until_%'"
    assert await container.ask(str(await container.ask("postgres", aside)), words) == "kept lost"
    rights = "SELECT datacl::text FROM pg_database WHERE datname = 'booking'"
    given = str(await container.ask("postgres", rights)).strip("{}").split(",")
    assert "=T/postgres" in given, "not everybody connects to it"


async def test_a_moment_that_nothing_leads_to_is_refused_and_says_why(container: Container) -> None:
    await asyncio.to_thread(container.back_up)
    early = container.run("restored", "at", "2020-01-01 00:00")
    assert (early.returncode, "No backup is older" in early.stderr) == (1, True)
    await asyncio.to_thread(container.must, "restored", "archived")
    late = await asyncio.to_thread(container.run, "restored", "at", "2040-01-01 00:00")
    assert late.returncode == 1
    assert "recovery ended before configured recovery target was reached" in late.stderr


async def test_a_backup_without_keys_is_none(container: Container) -> None:
    container.must("backup", "begin")
    refused = container.run("backup", "end", "14")
    assert (refused.returncode, "No key of access" in refused.stderr) == (1, True)
    assert not list((container.home / "backups").glob("20*"))


def test_wal_is_kept_once_and_whole(tmp_path: Path) -> None:
    kept, piece = tmp_path / "wal", tmp_path / "piece"
    kept.mkdir()

    def archive() -> int:
        command = ["sh", str(SCRIPTS / "archive.sh"), str(piece), "0001"]
        env = os.environ | {"WAL_DIR": str(kept)}
        return subprocess.run(command, env=env, capture_output=True, check=False).returncode

    piece.write_bytes(b"one")
    (kept / "0001.gz.part").write_bytes(b"broken off")
    assert [archive(), archive()] == [0, 0], "it is told again after a crash"
    assert [each.name for each in kept.iterdir()] == ["0001.gz"]
    piece.write_bytes(b"another server's")
    assert archive() != 0


async def test_each_service_enters_its_own_database_and_no_other(container: Container) -> None:
    passwords = {name: f"it's {name}" for name in ("access", "visitors", "booking")}
    script = container.home / "scripts" / "10-services.sh"
    script.write_text(script.read_text().replace("/run/secrets", str(container.home)))
    for name, password in passwords.items():
        (container.home / f"database_{name}").write_text(password)
    container.must("10-services")

    async def enters(role: str, database: str) -> bool:
        try:
            connection = await asyncpg.connect(
                host="127.0.0.1",
                port=container.server.port,
                user=role,
                password=passwords[role],
                database=database,
            )
        except asyncpg.InsufficientPrivilegeError:
            return False
        await connection.close()
        return True

    for role in passwords:
        assert [name for name in passwords if await enters(role, name)] == [role]
    passwords["access"] = "another"
    with pytest.raises(asyncpg.InvalidPasswordError):
        await enters("access", "access")
