"""What the embedded park keeps, and who may reach it."""

import stat
from pathlib import Path

import asyncpg
import pytest

from deploy.local.databases import own_databases
from deploy.local.embedded import listen, wanted_port
from deploy.local.park_files import AlreadyRunning, ParkFiles
from deploy.local.postgres import EmbeddedPostgres
from tests.support.postgres import on_database


async def _ask(url: str, query: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_each_service_owns_a_database_that_no_other_role_enters(
    pg_server: EmbeddedPostgres,
) -> None:
    urls = await own_databases(pg_server, ["access", "visitors"])
    for name, url in urls.items():
        assert await _ask(url, "SELECT current_user") == f"parvis_{name}"
        await _ask(url, "CREATE EXTENSION btree_gist")
    trespassing = on_database(urls["visitors"], "parvis_access")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await _ask(trespassing, "SELECT 1")


async def test_rows_survive_the_new_passwords_of_the_next_start(
    pg_server: EmbeddedPostgres,
) -> None:
    first = await own_databases(pg_server, ["booking"])
    await _ask(first["booking"], "CREATE TABLE rooms (code text)")
    again = await own_databases(pg_server, ["booking"])
    assert first != again
    assert await _ask(again["booking"], "SELECT count(*) FROM rooms") == 0
    with pytest.raises(asyncpg.InvalidPasswordError):
        await _ask(first["booking"], "SELECT 1")


def test_one_process_at_a_time_uses_the_folder(tmp_path: Path) -> None:
    files = ParkFiles(tmp_path / ".parvis")
    with (
        files.held(),
        pytest.raises(AlreadyRunning, match=r"already runs \(process \d+\)"),
        ParkFiles(tmp_path / ".parvis").held(),
    ):
        pytest.fail("two processes hold one folder")
    with files.held():
        assert files.keys.is_dir()


def test_keys_are_nobody_elses(tmp_path: Path) -> None:
    files = ParkFiles(tmp_path / ".parvis")
    files.prepare()
    path = files.write_private("controllers.json", {"CTRL-A": "id.secret"})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(files.keys.stat().st_mode) == 0o700
    assert files.read_private("controllers.json") == {"CTRL-A": "id.secret"}
    assert files.read_private("nothing.json") == {}


def test_a_taken_port_is_told_in_one_sentence() -> None:
    with listen(0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit, match=rf"Port {port} of 127.0.0.1 cannot be used"):
            listen(port)


@pytest.mark.parametrize("wrong", ["", "eighty", "0", "65536", "-1"])
def test_a_wrong_port_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("PORT", wrong)
    with pytest.raises(SystemExit, match="it must be a number from 1 to 65535"):
        wanted_port()
