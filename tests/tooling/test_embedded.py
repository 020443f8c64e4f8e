"""The embedded park as a process: `demo` and `run`, also after a kill."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from deploy.local.postgres import free_port
from deploy.local.temporary import usual_place

START_SECONDS = 100


class Process:
    """`python -m deploy.local …` on a folder and a port of the test's own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.running: list[subprocess.Popen[str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(
        self, command: str, *, port: int | None = None, python: tuple[str, ...] = ()
    ) -> "subprocess.Popen[str]":
        environment = {**os.environ, "PARVIS_HOME": str(self.home), "PORT": str(port or self.port)}
        environment.pop("PARVIS_SMTP_URL", None)
        process = subprocess.Popen(
            [sys.executable, *python, "-m", "deploy.local", command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.running.append(process)
        return process

    def play(self) -> str:
        """The demo to its end; what it printed."""
        process = self.start("demo")
        printed, _ = process.communicate(timeout=START_SECONDS)
        assert process.returncode == 0, printed
        return printed

    def run(self) -> "subprocess.Popen[str]":
        """`run`, once it has printed the last of its tokens."""
        process = self.start("run")
        assert process.stdout is not None
        printed = []
        for line in process.stdout:
            printed.append(line)
            if line.startswith("eyJ") and "operator:" in printed[-2]:
                return process
        raise AssertionError("".join(printed))

    def postgres(self) -> list[psutil.Process]:
        """The PostgreSQL servers over this folder."""
        return [
            process
            for process in psutil.process_iter(["cmdline"])
            if str(self.home) in " ".join(process.info["cmdline"] or [])
            and "postgres" in " ".join(process.info["cmdline"] or [])
        ]


@pytest.fixture(scope="module")
def embedded() -> Iterator[Process]:
    """One folder for all tests here, since listing a park takes its time."""
    home = Path(tempfile.mkdtemp(prefix="parvis-park-", dir=usual_place()))
    home.chmod(0o755)  # as root, PostgreSQL runs under another user
    process = Process(home)
    try:
        yield process
    finally:
        for started in process.running:
            started.kill()
            started.wait()
            if started.stdout is not None:
                started.stdout.close()
        for server in process.postgres():
            server.kill()
            server.wait(10)
        shutil.rmtree(home, ignore_errors=True)


def test_the_day_goes_as_expected(embedded: Process) -> None:
    printed = embedded.play()
    assert "The day went as expected" in printed
    assert "denied (no_right)" in printed
    assert embedded.postgres() == []


def test_ctrl_c_ends_the_day_in_order(embedded: Process) -> None:
    process = embedded.start("demo")
    assert process.stdout is not None
    assert "Casablanca Tech Valley" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    printed, _ = process.communicate(timeout=30)
    assert (process.returncode, "Stopping ..." in printed) == (130, True), printed
    assert "Traceback" not in printed
    assert embedded.postgres() == []


def test_ctrl_c_counts_from_the_first_moment(embedded: Process) -> None:
    process = embedded.start("demo", python=("-X", "importtime"))
    assert process.stdout is not None
    while "asyncio" not in process.stdout.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    printed, _ = process.communicate(timeout=30)
    assert process.returncode == 130, printed
    assert "Traceback" not in printed


def test_a_folder_that_cannot_be_made_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    nowhere = Process(tmp_path / "file" / "below")
    printed, _ = nowhere.start("run").communicate(timeout=30)
    assert nowhere.running[0].returncode == 1
    assert printed.startswith("The folder ")
    assert len(printed.splitlines()) == 1


def test_after_a_kill_the_day_goes_as_expected_again(embedded: Process) -> None:
    process = embedded.run()
    second = embedded.start("run", port=free_port())
    printed, _ = second.communicate(timeout=START_SECONDS)
    assert second.returncode == 1
    assert "already runs (process" in printed
    assert "Traceback" not in printed
    process.kill()
    process.wait()
    assert embedded.postgres(), "the server outlives its killed parent, and the next start ends it"
    assert "The day went as expected" in embedded.play()
    assert embedded.postgres() == []


def test_run_ends_in_order_when_told(embedded: Process) -> None:
    process = embedded.run()
    for path in ("access/openapi.json", "visitors/docs", "booking/health/ready", "issuer/jwks", ""):
        assert httpx.get(f"{embedded.url}/{path}").status_code == 200, path
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert embedded.postgres() == []
