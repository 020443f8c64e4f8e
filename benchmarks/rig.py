"""The example park on three processes and RabbitMQ, for what is measured over HTTP."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.stage import a_server, a_virtual_host
from deploy.local.databases import own_databases
from tests.support.issuing import an_answering_issuer
from tests.support.processes import SERVICES, ParkOfProcesses, park_of_processes


@asynccontextmanager
async def a_park() -> AsyncIterator[ParkOfProcesses]:
    """Durable PostgreSQL, RabbitMQ, a token issuer, and the services with an empty route each."""
    with a_server() as server, a_virtual_host() as amqp_url, tempfile.TemporaryDirectory() as home:
        urls = await own_databases(server, SERVICES)
        async with (
            an_answering_issuer() as issuer,
            park_of_processes(
                Path(home),
                urls=urls,
                amqp_url=amqp_url,
                issuer=issuer,
                program=("benchmarks.with_empty_route",),
            ) as park,
        ):
            yield park
