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


@contextmanager
def temporary_server(settings: Mapping[str, str] = FOR_TESTS) -> Iterator[EmbeddedPostgres]:
    """A started server in a temporary folder; both are gone after the block."""
    place = _place()
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


def _place() -> Path:
    """The temporary folder; as root one that the server's own user can reach."""
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
