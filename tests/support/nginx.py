"""nginx with one of the project's own configurations: on ports and in folders of the tests' own,
nothing else in it changed but what a test says.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy import debian
from deploy.local.postgres import free_port

KEPT = Path(sys.prefix) / "share" / "parvis" / "nginx"
DEPLOY = Path(__file__).resolve().parent.parent.parent / "deploy"
RULES = DEPLOY / "gateway"


class NoNginx(Exception):
    """nginx is not here, and cannot be had ({why})."""

    def __init__(self, why: str) -> None:
        super().__init__((self.__doc__ or "").format(why=why))


def program() -> str:
    """The machine's, or else that of Debian's package `nginx`. Raises `NoNginx`."""
    if found := shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin"):
        return found
    if not KEPT.exists():
        try:
            debian.fetch("nginx", "usr/sbin/nginx", to=KEPT)
        except debian.NotHad as error:
            raise NoNginx(str(error)) from None
    return str(KEPT)


@dataclass
class Nginx:
    """One gateway. `place` is the folder with its `nginx.conf`, and perhaps a `start.sh`."""

    home: Path
    place: Path
    changes: Mapping[str, str]
    """What is written otherwise in every file, beside ports and folders."""
    environment: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    tls_port: int = field(default_factory=free_port)
    _running: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> str:
        """All that it has said, on both streams."""
        return (self.home / "output").read_text()

    def start(self) -> None:
        """Returns when it answers."""
        for folder in ("tmp", "tls"):
            (self.home / folder).mkdir(parents=True, exist_ok=True)
        files = self._written(RULES, "gateway") + self._written(self.place, "place")
        for old in self.changes:
            assert any(old in file for file in files), f"no file says {old}"
        with (self.home / "output").open("ab") as output:
            self._running = subprocess.Popen(
                self._command(),
                env={**os.environ, "PATH": self._path(), **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        deadline = time.monotonic() + 10
        while not self._listens():
            ended = self._running.poll() is not None or time.monotonic() > deadline
            assert not ended, self.output
            time.sleep(0.02)

    def _command(self) -> Sequence[str]:
        if (script := self.home / "place" / "start.sh").exists():
            return ("sh", str(script))
        configuration = str(self.home / "place" / "nginx.conf")
        return (program(), "-c", configuration, "-g", "daemon off;")

    def _path(self) -> str:
        return f"{Path(program()).parent}:{os.environ['PATH']}"

    def _written(self, folder: Path, name: str) -> list[str]:
        """The files of a folder as they were."""
        (self.home / name).mkdir(exist_ok=True)
        changes = {
            "/etc/parvis/": f"{self.home}/",
            "/tmp/": f"{self.home}/tmp/",
            "listen 8080": f"listen 127.0.0.1:{self.port}",
            "listen 8443": f"listen 127.0.0.1:{self.tls_port}",
            "worker_processes auto;": self._workers(),
            "worker_processes 2;": self._workers(),
            **self.changes,
        }
        either = re.compile("|".join(re.escape(old) for old in changes))
        texts = {}
        for file in (each for each in folder.iterdir() if each.suffix in {".conf", ".sh"}):
            texts[file.name] = text = file.read_text()
            changed = either.sub(
                lambda found: changes[found[0]], text
            )  # at once: none is changed twice
            (self.home / name / file.name).write_text(changed)
        return list(texts.values())

    def _workers(self) -> str:
        """As root it would work as somebody who may not read the tests' folders."""
        return "worker_processes 1;" + (" user root;" if os.geteuid() == 0 else "")

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def end(self) -> None:
        """With whatever looks after it."""
        if self._running is not None and self._running.poll() is None:
            os.killpg(self._running.pid, signal.SIGKILL)
            self._running.wait(10)
