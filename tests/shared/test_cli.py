"""What stands in the way of a command is told in one sentence, and its exit code says so."""

import os
import subprocess
import sys

import pytest

from deploy.local.postgres import free_port
from tests.support.postgres import on_database


def told(url: str, *command: str) -> str:
    """What `python -m services.access …` says on its way out; the last line."""
    nobody = f"127.0.0.1:{free_port()}"
    done = subprocess.run(
        [sys.executable, "-m", "services.access", *command],
        env={
            **os.environ,
            "PARVIS_DATABASE_URL": url,
            "PARVIS_AMQP_URL": f"amqp://u:hidden@{nobody}/x",
            "PARVIS_OIDC_ISSUER": f"http://{nobody}",
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


def test_a_database_that_is_not_there_or_not_migrated(database_url: str) -> None:
    missing = on_database(database_url, "nowhere")
    assert told(missing, "serve").startswith("PARVIS_DATABASE_URL is wrong: database")
    for command in ("serve", "work", "announce-again"):
        assert "has not the newest schema: run" in told(database_url, command)
