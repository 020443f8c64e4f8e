"""A park of processes for the stories, once for all of them."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.local.day import Stage
from deploy.local.issuer import Issuer
from tests.support.postgres import Databases
from tests.support.processes import SERVICES, ParkOfProcesses, park_of_processes
from tests.support.rabbitmq_server import Broker


@pytest.fixture(scope="session")
async def park(
    databases: Databases, broker: Broker, issuer: Issuer
) -> AsyncIterator[ParkOfProcesses]:
    broker.add_vhost("park")
    urls = {name: await databases.create(name) for name in SERVICES}
    with tempfile.TemporaryDirectory(prefix="parvis-park-") as home:
        async with park_of_processes(
            Path(home),
            urls=urls,
            amqp_url=broker.url("park"),
            issuer=issuer,
        ) as made:
            yield made


@pytest.fixture(scope="session")
async def stage(park: ParkOfProcesses) -> Stage:
    """The example park listed on it."""
    return await park.open()
