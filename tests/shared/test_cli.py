"""What stands in the way of a command is told in one sentence, and its exit code says so."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deploy import parvis
from deploy.local.postgres import free_port
from deploy.services import all_services
from services.access.service import SERVICE
from shared.cli import main
from shared.keys import make_key, read_keys
from shared.service import Service
from tests.support.postgres import on_database


def told(url: str, *command: str, keys: Path | None = None, code: int = 1) -> str:
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
    assert done.returncode == code, said
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


def test_a_key_is_rotated_though_no_database_answers(tmp_path: Path) -> None:
    url = f"postgresql://u:hidden@127.0.0.1:{free_port()}/d"
    assert told(url, "keys", "rotate", "pin", keys=tmp_path).endswith(
        "pin.key is missing; `migrate` makes it where the directory can be written."
    )
    make_key(tmp_path, "pin")
    said = told(url, "keys", "rotate", "pin", keys=tmp_path, code=0)
    assert said == "pin.key has a new key, and 1 before it"
    assert len(read_keys(tmp_path, "pin")) == 2
    said = told(url, "keys", "drop", "pin", "--whatever-it-made", keys=tmp_path, code=0)
    assert said == "1 old keys are gone from pin.key"
    assert len(read_keys(tmp_path, "pin")) == 1


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["keys", "rotate", "levitate"], "it is none of: pin"),
        (["keys", "renew", "pin"], "what pin.key has made is not kept"),
        (["keys", "drop", "pin"], "nothing tells what still needs an old pin.key"),
        (["events", "waiting", "--limit", "0"], "greater than or equal to 1"),
        (["bootstrap", "--email", "nix"], "it is no e-mail address"),
        (["levitate"], "No such command 'levitate'"),
    ],
)
def test_what_cannot_be_asked_is_said_before_any_setting_is_read(
    command: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "argv", ["parvis", "access", *command])
    with pytest.raises(SystemExit) as ended:
        parvis.main()
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("service", all_services(), ids=lambda each: each.name)
def test_every_command_says_in_one_line_what_it_does(
    service: Service[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(service, ["--help"])
    told = capsys.readouterr().out.split("Commands:\n")[1]
    names = {line.split()[0] for line in told.splitlines()}
    assert {"serve", "work", "migrate", "events", "keys", "announce-again"} <= names
    for line in told.splitlines():
        assert len(line.split()) > 1, f"{line} has no help"
        assert not line.endswith("..."), f"{line} is cut off"
