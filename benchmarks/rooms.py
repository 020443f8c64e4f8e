"""Booking alone at the reference park: a durable PostgreSQL, serving processes, a year of bookings.
`python -m benchmarks.rooms --bookings 5000` keeps it open to be looked at.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import asyncpg
import httpx

from benchmarks.load import Reply, Request, get
from benchmarks.reference.booking.park import Park, Person, Size
from benchmarks.reference.booking.tables import fill
from benchmarks.slots import Slot, free_slots
from benchmarks.stage import a_server
from deploy.local.databases import own_databases
from deploy.local.issuer import Issuer
from deploy.local.postgres import EmbeddedPostgres, free_port
from shared.clock import prepare_zones
from tests.support.issuing import an_answering_issuer
from tests.support.processes import Process

NONE: Mapping[str, str] = {}
PROGRAM = ("benchmarks.with_empty_route", "booking")


@dataclass
class Rooms:
    """The park and who serves its rooms."""

    park: Park
    server: EmbeddedPostgres
    issuer: Issuer
    database_url: str
    serving: list[Process]
    slots: Iterator[Slot] = field(init=False)
    """Hours that are free, each once."""
    _headers: dict[tuple[int, tuple[str, ...]], dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.slots = free_slots(self.park)

    @property
    def url(self) -> str:
        """Of the first process, as `running` is."""
        return self.serving[0].url

    @property
    def running(self) -> subprocess.Popen[bytes]:
        running = self.serving[0].running
        assert running is not None
        return running

    @property
    def superusers_url(self) -> str:
        """For what only tells or measures."""
        return self.server.url("parvis_booking")

    def headers(self, person: Person, *roles: str) -> dict[str, str]:
        """Of somebody signed in."""
        asked = (person.number, roles)
        if asked not in self._headers:
            token = self.issuer.token(person.email, roles=roles)
            self._headers[asked] = {"authorization": f"Bearer {token}"}
        return self._headers[asked]

    def asking(
        self, person: Person, path: str, about: object = None, headers: Mapping[str, str] = NONE
    ) -> Request:
        """A GET of theirs."""
        return get(self.url + path, {**self.headers(person), **headers}, about=about)

    async def paths(self) -> set[str]:
        """What the service offers by now."""
        async with httpx.AsyncClient() as client:
            return set((await client.get(f"{self.url}/openapi.json")).json()["paths"])


@asynccontextmanager
async def rooms(size: Size, *, processes: int = 1) -> AsyncIterator[Rooms]:
    """Filled, served, ready."""
    park = Park(size, datetime.now(UTC))
    with a_server() as server, tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        urls = await own_databases(server, ("booking",))
        async with an_answering_issuer() as issuer:
            serving = [
                _process(home, number, url=urls["booking"], issuer=issuer.address)
                for number in range(processes)
            ]
            await asyncio.to_thread(serving[0].run, "migrate")
            await fill(urls["booking"], park, issuer=issuer.address)
            try:
                for process in serving:
                    process.start("serve")
                    await process.is_ready()
                yield Rooms(park, server, issuer, urls["booking"], serving)
            finally:
                for process in serving:
                    process.kill()


def _process(home: Path, number: int, *, url: str, issuer: str) -> Process:
    environment: Mapping[str, str] = {
        "PARVIS_DATABASE_URL": url,
        "PARVIS_OIDC_ISSUER": issuer,
        "PARVIS_KEYS_DIR": str(home / "keys"),
        "PORT": str(free_port()),
    }
    return Process("booking", environment, home / f"booking-{number}.log", PROGRAM)


def must_be(replies: Iterable[Reply], status: int, *, check: Callable[[Reply], bool]) -> None:
    """Every answer has that status, and passes the check."""
    for reply in replies:
        if reply.status != status or not check(reply):
            shown = reply.request.wire[:200].decode()
            raise RuntimeError(f"{shown}\nwas answered {reply.status}: {reply.body[:500]!r}")


async def claims(stage: Rooms) -> int:
    """How many spaces are held for how many bookings."""
    return cast(int, await value(stage, "SELECT count(*) FROM claims"))


async def value(stage: Rooms, query: str, *arguments: object) -> object:
    """What the database says, asked beside all connections of the service."""
    connection = await asyncpg.connect(stage.superusers_url)
    try:
        return await connection.fetchval(query, *arguments)
    finally:
        await connection.close()


async def _keep_open(size: Size) -> None:
    async with rooms(size) as stage:
        print(
            f"database {stage.superusers_url}\nservice  {stage.url} (process {stage.running.pid})"
        )
        for name, person, roles in (
            ("a landlord's facility manager", stage.park.facility_manager, ("facility_manager",)),
            ("an employee", stage.park.people[-1], ("employee",)),
        ):
            print(f"\n{name}, {person.email}:\n{stage.headers(person, *roles)['authorization']}")
        print("\nuntil Ctrl-C", flush=True)
        await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rooms", description=__doc__)
    parser.add_argument("--bookings", type=int, default=Size.bookings)
    asked = parser.parse_args()
    prepare_zones()
    try:
        asyncio.run(_keep_open(Size.of_bookings(asked.bookings)))
    except KeyboardInterrupt:
        print("closed")


if __name__ == "__main__":
    main()
