"""The example park on three processes and RabbitMQ, for what is measured over HTTP."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.stage import a_server, a_virtual_host
from deploy.local.databases import own_databases
from tests.support.processes import SERVICES, ParkOfProcesses, park_of_processes
from tests.support.serving import served
from tests.support.tokens import an_issuer


@asynccontextmanager
async def a_park() -> AsyncIterator[ParkOfProcesses]:
    """Durable PostgreSQL, RabbitMQ, a token issuer, and the services with an empty route each."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    issuer = an_issuer(f"http://127.0.0.1:{listening.getsockname()[1]}")
    with a_server() as server, a_virtual_host() as amqp_url, tempfile.TemporaryDirectory() as home:
        urls = await own_databases(server, SERVICES)
        async with (
            served(issuer.app(), listening=listening),
            park_of_processes(
                Path(home),
                urls=urls,
                amqp_url=amqp_url,
                issuer=issuer,
                program=("benchmarks.with_empty_route",),
            ) as park,
        ):
            yield park
