"""A RabbitMQ of the tests' own: private ports, private directories, nothing left behind.

`rabbitmq-server` runs straight from its scripts, as root or not, so that no service manager and no
system-wide file has a part in it.
"""

import base64
import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from deploy.local.postgres import free_port

USER = "parvis_tests"
PASSWORD = "parvis_tests"
FOLDERS = (
    "/usr/lib/rabbitmq/bin",  # Debian: without the wrapper that changes the user
    "/usr/local/lib/rabbitmq/bin",
    "/opt/homebrew/opt/rabbitmq/sbin",
    "/usr/local/opt/rabbitmq/sbin",
)
CONFIG = """\
listeners.tcp.1 = 127.0.0.1:{port}
management.tcp.ip = 127.0.0.1
management.tcp.port = {management_port}
default_user = {user}
default_pass = {password}
disk_free_limit.absolute = 50MB
raft.wal_max_size_bytes = 33554432
log.console = false
log.file.level = warning
"""


class NoBroker(Exception):
    """No RabbitMQ could be had in this way."""


def program() -> Path | None:
    """The script that runs the broker itself."""
    for folder in FOLDERS:
        if (script := Path(folder, "rabbitmq-server")).exists():
            return script
    found = shutil.which("rabbitmq-server")
    return Path(found) if found else None


def _quiet(*command: str, check: bool = False, **env: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        command, check=check, capture_output=True, env=os.environ | env, timeout=600
    )


def install() -> None:
    """Debian and Ubuntu, as root: the package, without starting or enabling any service."""
    if os.environ.get("PARVIS_NO_INSTALL") == "1":
        raise NoBroker("PARVIS_NO_INSTALL=1 forbids installing it")
    if platform.system() != "Linux" or os.geteuid() != 0 or not shutil.which("apt-get"):
        raise NoBroker("it can be installed here only by hand")
    print(
        "\nNo RabbitMQ here: installing the package rabbitmq-server (PARVIS_NO_INSTALL=1 forbids).",
        file=sys.__stderr__,
        flush=True,
    )
    policy = Path("/usr/sbin/policy-rc.d")
    ours = not policy.exists()
    if ours:
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
    command = ("apt-get", "install", "-y", "--no-install-recommends", "rabbitmq-server")
    try:
        if _quiet(*command, DEBIAN_FRONTEND="noninteractive").returncode:
            _quiet("apt-get", "update")
            _quiet(*command, check=True, DEBIAN_FRONTEND="noninteractive")
    except (subprocess.SubprocessError, OSError) as error:
        raise NoBroker(f"installing it failed: {error}") from error
    finally:
        if ours:
            policy.unlink()
        for name in ("rabbitmq-server", "epmd"):
            with suppress(OSError, subprocess.SubprocessError):
                _quiet("systemctl", "disable", f"{name}.service")
            with suppress(OSError, subprocess.SubprocessError):
                _quiet("update-rc.d", name, "disable")


class Broker:
    """A running broker, known by its address and its management API."""

    def __init__(self, *, host: str, port: int, management_port: int, user: str, password: str):
        self.host, self.port, self.management_port = host, port, management_port
        self.user, self.password = user, password

    def url(self, vhost: str, *, user: str | None = None, password: str | None = None) -> str:
        who = f"{user or self.user}:{quote(password or self.password)}"
        return f"amqp://{who}@{self.host}:{self.port}/{quote(vhost, safe='')}"

    def seen_by(self, user: str, password: str) -> "Broker":
        """The same broker, asked by somebody else."""
        return Broker(
            host=self.host,
            port=self.port,
            management_port=self.management_port,
            user=user,
            password=password,
        )

    def ask(self, method: str, path: str, body: object = None) -> object:
        """One call of the management API; `path` is already quoted."""
        request = urllib.request.Request(
            f"http://{self.host}:{self.management_port}/api/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
        )
        who = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        request.add_header("Authorization", f"Basic {who}")
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def add_vhost(self, vhost: str) -> None:
        """And a user of the same name, who may do all in there."""
        self.ask("PUT", f"vhosts/{vhost}")
        self.ask("PUT", f"users/{vhost}", {"password": self.password, "tags": ""})
        for user in (self.user, vhost):
            self.allow(user, vhost)

    def allow(
        self, user: str, vhost: str, *, configure: str = ".*", write: str = ".*", read: str = ".*"
    ) -> None:
        body = {"configure": configure, "write": write, "read": read}
        self.ask("PUT", f"permissions/{vhost}/{user}", body)

    def remove_vhost(self, vhost: str) -> None:
        self.ask("DELETE", f"vhosts/{vhost}")
        self.ask("DELETE", f"users/{vhost}")

    def cut_connections(self, user: str) -> int:
        """The broker closes every connection of a user; how many there were.

        By user, as it knows these at once; by virtual host it tells only of those it has measured,
        which it does every five seconds.
        """
        connections = self.ask("GET", f"connections/username/{user}")
        assert isinstance(connections, list)
        self.ask("DELETE", f"connections/username/{user}")
        return len(connections)

    def answers(self) -> bool:
        try:
            self.ask("GET", "overview")
            with socket.create_connection((self.host, self.port), timeout=2):
                return True
        except (OSError, ValueError):
            return False


class LocalBroker(Broker):
    """A broker that the tests started, and may kill, pause and start again."""

    def __init__(self, script: Path) -> None:
        super().__init__(
            host="127.0.0.1",
            port=free_port(),
            management_port=free_port(),
            user=USER,
            password=PASSWORD,
        )
        self.home = Path(tempfile.mkdtemp(prefix="parvis-rabbitmq-"))
        self._script = script
        self._epmd_port = free_port()
        self._dist_port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, patience: float = 90) -> None:
        """Starts it, with what it kept, and returns when it answers."""
        self._configure()
        with (self.home / "output").open("ab") as output:
            self._process = subprocess.Popen(
                [str(self._script)],
                env=os.environ | self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        deadline = time.monotonic() + patience
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                said = (self.home / "output").read_text(errors="replace")[-2000:]
                self.end()
                raise NoBroker(f"rabbitmq-server did not start: {said}")
            time.sleep(0.1)

    def _configure(self) -> None:
        settings = CONFIG.format(
            port=self.port,
            management_port=self.management_port,
            user=self.user,
            password=self.password,
        )
        (self.home / "rabbitmq.conf").write_text(settings)
        (self.home / "enabled_plugins").write_text("[rabbitmq_management].\n")
        (self.home / "env.conf").write_text("")
        for name in ("data", "log", "generated"):
            (self.home / name).mkdir(exist_ok=True)

    def _environment(self) -> dict[str, str]:
        home = self.home
        return {
            "HOME": str(home),
            "RABBITMQ_NODENAME": f"parvis{self.port}@localhost",
            "RABBITMQ_CONF_ENV_FILE": str(home / "env.conf"),
            "RABBITMQ_CONFIG_FILE": str(home / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(home / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "enabled_plugins"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(home / "generated"),
            "RABBITMQ_MNESIA_BASE": str(home / "data"),
            "RABBITMQ_LOG_BASE": str(home / "log"),
            "RABBITMQ_PID_FILE": str(home / "pid"),
            "RABBITMQ_DIST_PORT": str(self._dist_port),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+sbwt none +sbwtdcpu none +sbwtdio none",
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }

    def allow_memory(self, share: float) -> None:
        """Of the machine's; above it the broker blocks whoever publishes. 0: at once."""
        ctl = self._script.with_name("rabbitmqctl")
        env = self._environment()
        command = (str(ctl), "-n", env["RABBITMQ_NODENAME"], "set_vm_memory_high_watermark")
        _quiet(*command, str(share), check=True, **env)

    def signal(self, what: signal.Signals) -> None:
        """To the broker and everything it runs."""
        assert self._process is not None
        os.killpg(self._process.pid, what)

    def kill(self) -> None:
        """SIGKILL: what was not on disk is gone."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self.signal(signal.SIGKILL)
        self._process.wait(30)
        self._process = None

    def end(self) -> None:
        """Kill it, its port mapper too, and remove its files."""
        self.kill()
        epmds = [shutil.which("epmd"), *Path("/usr/lib/erlang").glob("erts-*/bin/epmd")]
        epmd = next((str(each) for each in epmds if each), None)
        for _ in range(50 if epmd else 0):  # it refuses while it still thinks the node is alive
            said = _quiet(str(epmd), "-port", str(self._epmd_port), "-kill").stdout
            if b"Killed" in said or b"Cannot connect" in said:
                break
            time.sleep(0.1)
        shutil.rmtree(self.home, ignore_errors=True)
