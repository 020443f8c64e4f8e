"""Access alone at the reference park: a durable PostgreSQL, serving processes, reads at doors."""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import cast
from uuid import UUID

import asyncpg
import httpx
import orjson

from benchmarks.load import Answered, MakeRequest, Request, ending, head, load
from benchmarks.reference.park import Park, Point, Size
from benchmarks.reference.reads import Reader, SeededRead
from benchmarks.reference.tables import OPERATOR, fill
from benchmarks.stage import a_server
from deploy.local.databases import own_databases
from deploy.local.issuer import Issuer
from deploy.local.postgres import EmbeddedPostgres, free_port
from tests.support.issuing import an_answering_issuer
from tests.support.processes import Process

WARM_SECONDS = 1.0
"""Caches, connections: not what is measured."""
LEARNT_WITHIN = 120.0
"""Seconds in which a process has loaded the whole policy."""


@dataclass
class Doors:
    """The park and who serves its doors."""

    park: Park
    server: EmbeddedPostgres
    issuer: Issuer
    database_url: str
    serving: list[Process]
    keys_dir: Path
    reader: Reader = field(init=False)
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1_000_000))
    """Sequence numbers: no two reads have the same."""

    known_after: float = 0.0
    """Seconds from the processes' start until each had the whole policy."""
    _heads: dict[tuple[str, UUID], bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reader = Reader(self.park)

    @property
    def url(self) -> str:
        return self.serving[0].url

    @property
    def running(self) -> subprocess.Popen[bytes]:
        """The first process."""
        running = self.serving[0].running
        assert running is not None
        return running

    @property
    def superusers_url(self) -> str:
        """For what only tells or measures."""
        return self.server.url("parvis_access")

    @property
    def operator(self) -> dict[str, str]:
        """Headers of the park's operator."""
        token = self.issuer.token(OPERATOR, roles=("operator",))
        return {"authorization": f"Bearer {token}"}

    def asking(self, reads: Sequence[SeededRead], *, url: str | None = None) -> MakeRequest:
        """These reads in turn, again and again."""
        again = itertools.cycle(reads)
        return lambda: self.request(next(again), url=url)

    def request(self, read: SeededRead, *, url: str | None = None, **more: str) -> Request:
        """This read, under a number of its own; `more` goes beside its bits."""
        asked = (url or self.url, read.point.access_point_id)
        begin = self._heads.get(asked)
        if begin is None:
            begin = head(_decisions_url(asked[0], read.point), _key_of(read.point))
            self._heads[asked] = begin
        return Request(begin + ending(self._body(read, more)), read)

    def _body(self, read: SeededRead, more: Mapping[str, str]) -> bytes:
        return orjson.dumps(
            {
                "epoch": 1,
                "sequence": next(self.numbers),
                "read_at": datetime.now(UTC),
                "read": {"kind": "card", "bits": read.bits, **more},
            }
        )


def _decisions_url(url: str, point: Point) -> str:
    return f"{url}/v1/access-points/{point.access_point_id}/decisions"


def _key_of(point: Point) -> dict[str, str]:
    return {"x-device-key": point.door.controller.key.text}


@asynccontextmanager
async def doors(size: Size, *, processes: int = 1) -> AsyncIterator[Doors]:
    """Filled, served, and known to each process."""
    park = Park(size, datetime.now(UTC))
    with a_server() as server, tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        urls = await own_databases(server, ("access",))
        async with an_answering_issuer() as issuer:
            environment = {
                "PARVIS_DATABASE_URL": urls["access"],
                "PARVIS_OIDC_ISSUER": issuer.address,
                "PARVIS_KEYS_DIR": str(home / "keys"),
            }
            serving = [_process(home, number, environment) for number in range(processes)]
            await asyncio.to_thread(serving[0].run, "migrate")
            await fill(urls["access"], park)
            began = time.perf_counter()
            with _served(serving):
                found = Doors(park, server, issuer, urls["access"], serving, home / "keys")
                await _ready(found)
                found.known_after = time.perf_counter() - began
                yield found


def _process(home: Path, number: int, environment: dict[str, str]) -> Process:
    return Process(
        "access",
        {**environment, "PORT": str(free_port())},
        home / f"access-{number}.log",
        ("benchmarks.with_empty_route", "access"),
    )


@contextmanager
def _served(serving: Sequence[Process]) -> Iterator[None]:
    try:
        for process in serving:
            process.start("serve")
        yield
    finally:
        for process in serving:
            process.kill()


async def _ready(found: Doors) -> None:
    version = await policy_version(found.database_url)
    for process in found.serving:
        await process.is_ready()
        async with asyncio.timeout(LEARNT_WITHIN), _patient() as client:
            while await known_version(client, process.url) < version:
                await asyncio.sleep(0.05)


def _patient() -> httpx.AsyncClient:
    """Who loads the whole policy answers nobody meanwhile."""
    return httpx.AsyncClient(timeout=LEARNT_WITHIN)


async def policy_version(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return cast(int, await connection.fetchval("SELECT version FROM policy_version"))
    finally:
        await connection.close()


async def known_version(client: httpx.AsyncClient, url: str) -> int:
    """Which version of the policy that process has, by what it shows of itself."""
    shown = (await client.get(f"{url}/metrics")).text
    _, _, after = shown.partition("\nparvis_policy_version ")
    return int(float(after.split("\n", 1)[0]))


async def warm(found: Doors, make: MakeRequest, *, connections: int) -> None:
    await load(found.url, make, connections=connections, seconds=WARM_SECONDS)


def must_be_right(found: Answered) -> None:
    """Every answer is 200 and says what the park's maker expects."""
    for reply in found.replies:
        read = reply.request.about
        assert isinstance(read, SeededRead)
        if reply.status != 200:
            raise RuntimeError(f"a read was answered {reply.status}: {reply.body.decode()}")
        answer = orjson.loads(reply.body)
        if (answer["outcome"], answer["reason"]) != (read.outcome, read.reason):
            raise RuntimeError(f"{read} was answered {answer['outcome']} {answer['reason']}")
