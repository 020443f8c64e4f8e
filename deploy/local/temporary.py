"""A PostgreSQL that lasts as long as the process that asked for it, for tests and checks.

A killed process leaves its server behind; whoever makes the next one ends it first.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from deploy.local.places import OPEN_TO_ALL, is_reachable_by
from deploy.local.postgres import FOR_TESTS, UNPRIVILEGED, EmbeddedPostgres

PREFIX = "parvis-postgres-"
MEMORY = Path("/dev/shm")  # noqa: S108 - every folder in it is made anew, by mkdtemp
PLENTY = 4 * 1024**3


@contextmanager
def temporary_server(
    settings: Mapping[str, str] = FOR_TESTS, *, place: Path | None = None
) -> Iterator[EmbeddedPostgres]:
    """A started server in a temporary folder of `place`; both are gone after the block."""
    place = place or usual_place()
    _end_what_was_left(place)
    home = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
    home.chmod(0o755)  # its data is closed; the way there is open
    (home / "owner.pid").write_text(str(os.getpid()))
    server = EmbeddedPostgres(home, settings=settings)
    try:
        server.start()
        yield server
    finally:
        server.stop_immediately()
        shutil.rmtree(home, ignore_errors=True)


def usual_place() -> Path:
    """Memory where there is plenty: a database is made there in a third of the time. Else the
    temporary folder; as root one that the server's own user can reach.
    """
    is_there = MEMORY.is_dir() and os.access(MEMORY, os.W_OK)
    if is_there and shutil.disk_usage(MEMORY).free > PLENTY:
        return MEMORY
    usual = Path(tempfile.gettempdir())
    if os.geteuid() != 0 or is_reachable_by(usual, user=UNPRIVILEGED):
        return usual
    return OPEN_TO_ALL


def _end_what_was_left(place: Path) -> None:
    for home in place.glob(f"{PREFIX}*"):
        try:
            owner = int((home / "owner.pid").read_text())
            is_ours = home.stat().st_uid == os.geteuid()
        except (OSError, ValueError):
            continue  # just being made, or somebody else's
        if is_ours and not psutil.pid_exists(owner):
            EmbeddedPostgres(home).end_leftover()
            shutil.rmtree(home, ignore_errors=True)
