"""The three services as processes of their own: separate databases, RabbitMQ between them.

Started as an operator starts them: `python -m services.<name>`, settings from the environment.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from deploy.local.callers import Addresses, Caller
from deploy.local.day import Stage
from deploy.local.issuer import Issuer
from deploy.local.listing import ListedPark, Listing
from deploy.local.opening import FIRST, Letters
from deploy.local.park import THE_PARK, Employee
from deploy.local.postgres import free_port

SHORTER_THAN_THEIRS = httpx.Limits(keepalive_expiry=2)
"""A service closes what was idle for five seconds; whoever sends just then is cut off."""
SERVICES = ("access", "visitors", "booking")
START_SECONDS = 120
"""A start is five seconds of a processor; on a machine that is busy with other things those take
long. A process that ends meanwhile is noticed at once."""
HANGS_AFTER = pytest.mark.timeout(600)
"""For tests that start a park: the first of them pays for seven starts."""
BOOTSTRAP = (
    "bootstrap",
    *("--email", FIRST.email, "--tenant", FIRST.tenant),
    *("--given-name", FIRST.given_name, "--family-name", FIRST.family_name),
)
"""How access is told whom to let in first."""


@dataclass
class Process:
    """One service, which may be killed and started again."""

    name: str
    environment: Mapping[str, str]
    log: Path
    program: tuple[str, ...] = ()
    """What is run instead of `services.<name>`."""
    tree: Path | None = None
    """The sources it is run from, where it is not this very code."""
    part: tuple[str, ...] = ()
    """What it was started to do."""
    running: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.environment['PORT']}"

    def run(self, *command: str) -> str:
        """One of its commands to its end; what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", f"services.{self.name}", *command],
            cwd=self.tree,
            env=self._told(),
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, *command: str, **environment: str) -> None:
        self.part = command
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                [sys.executable, "-m", *(self.program or (f"services.{self.name}",)), *command],
                cwd=self.tree,
                env=self._told() | environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def _told(self) -> dict[str, str]:
        where = {"PYTHONPATH": str(self.tree)} if self.tree else {}
        return {**os.environ, **self.environment, **where}

    async def is_ready(self) -> None:
        """Returns when it answers that it is."""
        async with httpx.AsyncClient() as client, asyncio.timeout(START_SECONDS):
            while not await self._answers(client):
                assert self.running is not None
                assert self.running.poll() is None, self.log.read_text()[-3000:]
                await asyncio.sleep(0.1)

    async def _answers(self, client: httpx.AsyncClient) -> bool:
        try:
            return (await client.get(f"{self.url}/health/ready")).status_code == 200
        except httpx.HTTPError:
            return False

    def kill(self) -> None:
        """SIGKILL, as the machine's memory killer would."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """SIGTERM, as an orchestrator does; its exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        process, self.running = self.running, None
        if process is None:
            return 0
        process.send_signal(how)
        return process.wait(40)


@dataclass
class ParkOfProcesses:
    """The whole park, apart."""

    services: dict[str, Process]
    issuer: Issuer
    mail: Path
    client: httpx.AsyncClient
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def at(self) -> Addresses:
        return Addresses(*(self.services[name].url for name in SERVICES))

    async def open(self) -> Stage:
        """The example park listed by its first operator, through HTTP; ready to play on."""
        await asyncio.to_thread(self.services["access"].run, *BOOTSTRAP)
        return await a_stage(
            self.at, issuer=self.issuer, mail=self.mail, client=self.client, keys=self.keys
        )

    def token(self, person: Employee) -> str:
        return self.issuer.token(person.email, roles=person.roles)


async def a_stage(
    at: Addresses,
    *,
    issuer: Issuer,
    mail: Path,
    client: httpx.AsyncClient,
    keys: dict[str, str],
) -> Stage:
    """The example park, listed by the operator whom `BOOTSTRAP` has let in."""

    def token(person: Employee) -> str:
        return issuer.token(person.email, roles=person.roles)

    operator = THE_PARK.examples["operator"]
    caller = Caller(operator.display_name, client, {"Authorization": f"Bearer {token(operator)}"})
    return Stage(
        at=at,
        listed=await Listing(caller, at, ListedPark(THE_PARK), keys).run(),
        keys=keys,
        tokens=token,
        mailbox=Letters(mail),
        client=client,
        report=lambda _: None,
    )


def environment_of(*, home: Path, url: str, amqp_url: str, issuer: Issuer) -> dict[str, str]:
    """What a service is told; each process has a port of its own."""
    return {
        "PARVIS_DATABASE_URL": url,
        "PARVIS_AMQP_URL": amqp_url,
        "PARVIS_OIDC_ISSUER": issuer.address,
        "PARVIS_KEYS_DIR": str(home / "keys"),
        "PARVIS_MAIL_DIR": str(home / "mail"),
        "PORT": str(free_port()),
        "PARVIS_ACCESS_SILENT_AFTER_SECONDS": "5",  # of controllers that send heartbeats
        "PARVIS_ACCESS_SILENCE_SECONDS": "0.5",
        "PARVIS_RELEASE_HEARS_FIRST_SECONDS": "1",
    }


@asynccontextmanager
async def park_of_processes(
    home: Path,
    *,
    urls: Mapping[str, str],
    amqp_url: str,
    issuer: Issuer,
    program: tuple[str, ...] = (),
) -> AsyncIterator[ParkOfProcesses]:
    """Migrated, started, ready; ended with the block. `program` gets the service's name."""
    services = {}
    for name in SERVICES:
        environment = environment_of(home=home, url=urls[name], amqp_url=amqp_url, issuer=issuer)
        services[name] = Process(
            name, environment, home / f"{name}.log", (*program, name) if program else ()
        )
    for service in services.values():
        await asyncio.to_thread(service.run, "migrate")
    try:
        for service in services.values():
            service.start()
        for service in services.values():
            await service.is_ready()
        async with httpx.AsyncClient(timeout=30, limits=SHORTER_THAN_THEIRS) as client:
            yield ParkOfProcesses(services, issuer, home / "mail", client)
    finally:
        for service in services.values():
            service.kill()
