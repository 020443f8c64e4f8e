"""A PostgreSQL that archives its WAL, and its like restored to an earlier moment.

It does what docs/operations/restoring.md has an operator do, by the same programs.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from deploy.local.postgres import FOR_TESTS, EmbeddedPostgres
from deploy.local.temporary import temporary_server

POINT = "before_it_went_wrong"


@contextmanager
def archiving_server(
    archive: Path, *, command: str = "cp %p {archive}/%f"
) -> Iterator[EmbeddedPostgres]:
    """Its WAL goes into the folder `archive`, which its own user must reach."""
    settings = {
        **FOR_TESTS,
        "archive_mode": "on",
        "archive_command": command.format(archive=archive),
        "wal_level": "replica",
        "max_wal_senders": "4",
    }
    with temporary_server(settings) as server:
        _give(archive, like=server.data)
        yield server


def base_backup(server: EmbeddedPostgres, into: Path) -> None:
    """The whole server as it is now; it goes on meanwhile."""
    subprocess.run(
        [
            str(server.program("pg_basebackup")),
            *("--dbname", server.url(), "--pgdata", str(into)),
            *("--wal-method", "stream", "--checkpoint", "fast"),
        ],
        check=True,
        capture_output=True,
    )


async def name_this_moment(server: EmbeddedPostgres) -> None:
    """What a restore can be told to go back to."""
    await _tell(server, f"SELECT pg_create_restore_point('{POINT}')")


async def archive_all(server: EmbeddedPostgres) -> None:
    """Returns when all WAL so far lies in the archive."""
    switched = await _tell(server, "SELECT pg_walfile_name(pg_switch_wal())")
    deadline = time.monotonic() + 15
    archived = ""
    while archived < switched:
        assert time.monotonic() < deadline, f"{archived} is before {switched}"
        archived = str(await _tell(server, "SELECT last_archived_wal FROM pg_stat_archiver"))


@contextmanager
def restored(backup: Path, archive: Path, *, like: EmbeddedPostgres) -> Iterator[EmbeddedPostgres]:
    """A server of the backup and the archive, as it was at the named moment."""
    home = like.home.with_name(f"{like.home.name}-restored")
    home.mkdir(mode=0o755)
    for name in ("superuser.password", "initialised"):
        shutil.copy(like.home / name, home / name)
    (home / "owner.pid").write_text(str(os.getpid()))
    shutil.copytree(backup, home / "data")
    (home / "data" / "recovery.signal").touch()
    _give(home / "data", like=like.data)
    settings = {
        **FOR_TESTS,
        "restore_command": f"cp {archive}/%f %p",
        "recovery_target_name": POINT,
        "recovery_target_action": "promote",
    }
    server = EmbeddedPostgres(home, settings=settings)
    try:
        server.start()
        yield server
    finally:
        server.stop_immediately()
        shutil.rmtree(home, ignore_errors=True)


def _give(folder: Path, *, like: Path) -> None:
    owner = like.stat()
    folder.chmod(0o700)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)


async def _tell(server: EmbeddedPostgres, statement: str) -> str:
    connection = await asyncpg.connect(server.url())
    try:
        return str(await connection.fetchval(statement))
    finally:
        await connection.close()
