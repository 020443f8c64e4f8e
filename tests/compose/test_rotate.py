"""`deploy/compose/rotate.sh` keeps the order in which no connection fails. The real one is run on
the stack (docs/compose.md); here a stand-in for the engine tells what it was asked, and when.
"""

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.signals import not_deaf

ROOT = Path(__file__).parents[2]
OLD = "postgresql://access:old@postgres/access"
LET_IN = "warn  secrets: parvis_database_url still holds old lines: take out all but the first"
ENGINE = """#!/bin/sh
case "$*" in
*psql*) cp "$SECRETS/database_url_access" "$SEEN/file"; cat >"$SEEN/said" ;;
*change_password*) cp "$SECRETS/amqp_url_booking" "$SEEN/file"; cat >"$SEEN/said" ;;
*doctor*) cat "$SEEN/doctor"; exit 1 ;;
esac
"""


@dataclass
class Stack:
    """A folder like the repository's, with secrets, and an engine that looks at them."""

    home: Path

    @property
    def secrets(self) -> Path:
        return self.home / "deploy/compose/secrets"

    def rotate(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", "deploy/compose/rotate.sh", *words],
            cwd=self.home,
            env=os.environ
            | {
                "COMPOSE": str(self.home / "engine"),
                "SECRETS": str(self.secrets),
                "SEEN": str(self.home),
            },
            preexec_fn=not_deaf,
            capture_output=True,
            text=True,
            check=False,
        )

    def read(self, name: str) -> str:
        return (self.home / name).read_text()

    def secret(self, name: str) -> str:
        return (self.secrets / name).read_text()


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    made = Stack(tmp_path)
    made.secrets.mkdir(parents=True)
    for script in ("rotate.sh", "secrets.sh"):
        shutil.copy(ROOT / "deploy/compose" / script, tmp_path / "deploy/compose")
    subprocess.run(["sh", "deploy/compose/secrets.sh"], cwd=tmp_path, check=True)
    (made.secrets / "database_url_access").write_text(OLD)
    (tmp_path / "engine").write_text(ENGINE)
    (tmp_path / "engine").chmod(0o755)
    (tmp_path / "doctor").write_text(LET_IN)
    return made


def test_the_server_is_told_when_both_lines_are_written(stack: Stack) -> None:
    number = (stack.secrets / "database_url_access").stat().st_ino
    done = stack.rotate("database", "access")
    assert done.returncode == 0, done.stderr
    new = stack.secret("database_access")
    line = f"postgresql://access:{new}@postgres/access"
    assert stack.read("file").split() == [line, OLD]
    assert f"ALTER ROLE \"access\" PASSWORD '{new}'" in stack.read("said")
    assert stack.secret("database_url_access").split() == [line]
    assert (stack.secrets / "database_url_access").stat().st_ino == number, "not seen where mounted"
    assert new not in done.stdout + done.stderr


def test_the_brokers_password_is_the_one_that_it_reads_at_its_next_start(stack: Stack) -> None:
    before = stack.secret("amqp_url_booking")
    (stack.home / "doctor").write_text(LET_IN.replace("database_url", "amqp_url"))
    assert stack.rotate("broker", "booking").returncode == 0
    new = stack.secret("broker_booking")
    line = f"amqp://booking:{new}@rabbitmq/parvis"
    assert stack.read("file").split() == [line, before]
    assert stack.read("said").strip() == new
    assert stack.secret("amqp_url_booking").split() == [line]


def test_where_the_new_line_is_not_let_in_nothing_is_taken_out(stack: Stack) -> None:
    (stack.home / "doctor").write_text("fail  database: It does not answer")
    done = stack.rotate("database", "access")
    assert done.returncode == 1
    assert "It does not answer" in done.stderr
    assert stack.secret("database_url_access").split()[-1] == OLD
    (stack.home / "doctor").write_text(LET_IN)
    assert stack.rotate("database", "access").returncode == 0
    assert len(stack.secret("database_url_access").split()) == 1


def test_of_two_operators_at_once_one_is_refused(stack: Stack) -> None:
    """The engine is the other one: while the server is told, they begin as well."""
    engine = stack.home / "engine"
    another = '*psql*) sh deploy/compose/rotate.sh database access 2>"$SEEN/another" && exit 1\n'
    engine.write_text(ENGINE.replace("*psql*)", another))
    assert stack.rotate("database", "access").returncode == 0
    assert "rmdir deploy/compose/.rotating" in stack.read("another")
    assert f"'{stack.secret('database_access')}'" in stack.read("said"), "the server's is another"
    engine.write_text(ENGINE)
    assert stack.rotate("database", "access").returncode == 0, "who comes later is let in"


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_whoever_breaks_it_off_can_run_it_again(stack: Stack, signum: signal.Signals) -> None:
    engine = stack.home / "engine"
    engine.write_text(ENGINE.replace("*psql*)", f"*psql*) kill -{signum.value} $PPID; exit 1;"))
    assert stack.rotate("database", "access").returncode == 130
    assert stack.secret("database_url_access").split()[1:] == [OLD]
    engine.write_text(ENGINE)
    assert stack.rotate("database", "access").returncode == 0
    assert len(stack.secret("database_url_access").split()) == 1


@pytest.mark.parametrize("words", [(), ("database",), ("broker", "operator"), ("mail", "access")])
def test_nothing_happens_without_a_server_and_a_service(
    stack: Stack, words: tuple[str, ...]
) -> None:
    done = stack.rotate(*words)
    assert (done.returncode, "usage" in done.stderr) == (2, True)
    assert stack.secret("database_url_access") == OLD
