"""Visitors alone at the reference park: a durable PostgreSQL, one serving process, a history."""

from __future__ import annotations

import asyncio
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.reference.booking.park import Park, Person, Size
from benchmarks.reference.visits.tables import A_DAY, History, fill
from benchmarks.stage import a_server
from deploy.local.databases import own_databases
from deploy.local.issuer import Issuer
from deploy.local.postgres import free_port
from services.visitors.worker import PASS_KEY
from shared.keys import read_keys
from tests.support.issuing import an_answering_issuer
from tests.support.processes import Process

VISITS, VISITORS = 1_000_000, 300_000
LEAST_DAYS = 10
PROGRAM = ("benchmarks.with_empty_route", "visitors")


@dataclass
class Desk:
    """The history and who serves it."""

    history: History
    issuer: Issuer
    process: Process
    database_url: str

    @property
    def url(self) -> str:
        return self.process.url

    @property
    def running(self) -> subprocess.Popen[bytes]:
        assert self.process.running is not None
        return self.process.running

    def headers(self, person: Person, *roles: str) -> dict[str, str]:
        """Of somebody signed in."""
        return {"authorization": f"Bearer {self.issuer.token(person.email, roles=roles)}"}

    @property
    def landlords(self) -> dict[str, str]:
        """The landlord's reception."""
        return self.headers(self.history.park.people[0], "receptionist")

    def of_tenant(self, number: int) -> dict[str, str]:
        """A tenant's reception."""
        return self.headers(self.history.park.people[number], "receptionist")


@asynccontextmanager
async def a_desk(scale: float) -> AsyncIterator[Desk]:
    """Filled, served, ready."""
    at = datetime.now(UTC)
    park = Park(Size(rooms=1, bookings=0), at)
    with a_server() as server, tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        urls = await own_databases(server, ("visitors",))
        async with an_answering_issuer() as issuer:
            environment = {
                "PARVIS_DATABASE_URL": urls["visitors"],
                "PARVIS_OIDC_ISSUER": issuer.address,
                "PARVIS_KEYS_DIR": str(home / "keys"),
                "PARVIS_MAIL_DIR": str(home / "mail"),
                "PORT": str(free_port()),
            }
            process = Process("visitors", environment, home / "visitors.log", PROGRAM)
            await asyncio.to_thread(process.run, "migrate")
            history = History(
                park,
                visits=max(round(VISITS * scale), A_DAY * LEAST_DAYS),
                visitors=max(round(VISITORS * scale), 2_000),
                key=read_keys(home / "keys", PASS_KEY)[0],
            )
            await fill(urls["visitors"], history, issuer=issuer.address)
            try:
                process.start("serve")
                await process.is_ready()
                yield Desk(history, issuer, process, urls["visitors"])
            finally:
                process.kill()
