"""The servers that every other test stands on."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from deploy.local.places import is_reachable_by, reachable_home
from deploy.local.postgres import EmbeddedPostgres
from deploy.local.temporary import temporary_server, usual_place
from tests.support.postgres import Databases, FreshDatabase


async def _fetch(url: str, query: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def _a_table(url: str) -> None:
    await _fetch(url, "CREATE TABLE doors (name text)")
    await _fetch(url, "INSERT INTO doors VALUES ('lobby')")


async def test_each_test_gets_an_empty_database(database_url: str) -> None:
    tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    assert await _fetch(database_url, tables) == 0


async def test_the_owner_may_add_the_extensions_that_migrations_need(database_url: str) -> None:
    for extension in ("btree_gist", "pg_trgm", "unaccent"):
        await _fetch(database_url, f"CREATE EXTENSION {extension}")
    assert await _fetch(database_url, "SELECT unaccent('Aïn Sebaâ')") == "Ain Sebaa"


async def test_clones_share_a_schema_and_nothing_else(fresh_database: FreshDatabase) -> None:
    first = await fresh_database("doors", migrate=_a_table)
    second = await fresh_database("doors", migrate=_a_table)
    await _fetch(first, "DELETE FROM doors")
    assert await _fetch(first, "SELECT count(*) FROM doors") == 0
    assert await _fetch(second, "SELECT name FROM doors") == "lobby"


async def test_databases_go_when_their_test_is_over(databases: Databases) -> None:
    url = await databases.create("passing")
    await databases.drop(url)
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await _fetch(url, "SELECT 1")


async def test_committed_rows_survive_an_immediate_stop(pg_server: EmbeddedPostgres) -> None:
    await _a_table(pg_server.url())
    address = pg_server.url()
    await asyncio.to_thread(pg_server.stop_immediately)
    await asyncio.to_thread(pg_server.start)
    assert await _fetch(address, "SELECT name FROM doors") == "lobby"


def test_a_server_that_a_killed_run_left_behind_is_replaced(pg_server: EmbeddedPostgres) -> None:
    assert pg_server.process is not None
    left_behind = pg_server.process
    after = EmbeddedPostgres(pg_server.home, settings=pg_server.settings)
    after.start()
    try:
        assert left_behind.wait(5) == 0
        assert after.process is not None
    finally:
        after.stop()


def test_a_pid_that_was_given_to_another_program_stops_nothing(pg_server: EmbeddedPostgres) -> None:
    pg_server.stop()
    stale = pg_server.data / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{pg_server.data}\n1\n5432\n\n127.0.0.1\n0 0\nready\n")
    pg_server.start()
    assert stale.read_text().split()[0] != str(os.getpid())


def test_a_killed_server_starts_again(pg_server: EmbeddedPostgres) -> None:
    assert pg_server.process is not None
    os.kill(pg_server.process.pid, signal.SIGKILL)
    pg_server.process.wait()
    pg_server.start()
    assert pg_server.process.poll() is None


def test_a_closed_folder_is_seen_as_closed(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    assert not is_reachable_by(closed, user="nobody")


def test_what_lies_elsewhere_goes_with_the_folder_it_belongs_to(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    home = reachable_home(closed / "postgres", user="nobody")
    try:
        (home / "data").touch()
        assert reachable_home(closed / "postgres", user="nobody") == home
        assert (home / "data").exists()
        shutil.rmtree(closed / "postgres")
        assert not (reachable_home(closed / "postgres", user="nobody") / "data").exists()
        assert (home == closed / "postgres") is (os.geteuid() != 0)
    finally:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def a_place() -> Iterator[Path]:
    """Where no other run makes servers, and ends those that were left."""
    folder = Path(tempfile.mkdtemp(dir=usual_place()))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_a_killed_process_leaves_nothing_for_long(a_place: Path) -> None:
    program = (
        "import os, signal; from pathlib import Path\n"
        "from deploy.local.temporary import temporary_server\n"
        f"with temporary_server(place=Path({str(a_place)!r})) as server:\n"
        "    print(server.home, server.process.pid, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    home, pid = killed.stdout.split()
    assert psutil.Process(int(pid)).is_running()
    with temporary_server(place=a_place):
        assert not Path(home).exists()
    assert not psutil.pid_exists(int(pid)) or psutil.Process(int(pid)).status() == "zombie"
