"""What stands in the way of a command is told in one sentence, and its exit code says so."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.postgres import free_port
from services.access.service import SERVICE
from shared.keys import make_key
from tests.support.postgres import on_database


def told(url: str, *command: str, keys: Path | None = None) -> str:
    """What `python -m services.access …` says on its way out; the last line."""
    nobody = f"127.0.0.1:{free_port()}"
    done = subprocess.run(
        [sys.executable, "-m", "services.access", *command],
        env={
            **os.environ,
            "PARVIS_DATABASE_URL": url,
            "PARVIS_AMQP_URL": f"amqp://u:hidden@{nobody}/x",
            "PARVIS_OIDC_ISSUER": f"http://{nobody}",
            "PARVIS_KEYS_DIR": str(keys or "/nowhere"),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    assert "Traceback" not in said
    assert "hidden" not in said
    return said.splitlines()[-1]


@pytest.mark.parametrize("command", ["migrate", "announce-again", "events waiting"])
def test_a_database_that_is_away(command: str) -> None:
    url = f"postgresql://u:hidden@127.0.0.1:{free_port()}/d"
    assert told(url, *command.split()).startswith("The database does not answer")


def test_a_database_that_is_not_there_or_not_migrated(database_url: str, tmp_path: Path) -> None:
    for key in SERVICE.keys:
        make_key(tmp_path, key)
    missing = on_database(database_url, "nowhere")
    said = told(missing, "serve", keys=tmp_path)
    assert said.startswith("PARVIS_DATABASE_URL is wrong: database")
    for command in ("serve", "work", "announce-again"):
        said = told(database_url, command, keys=tmp_path)
        assert "has not the newest schema: run" in said
