"""A park that the last release runs, once for all tests here; they upgrade it step by step."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.local.issuer import Issuer
from tests.support.postgres import Databases
from tests.support.processes import SERVICES
from tests.support.rabbitmq_server import Broker
from tests.support.releases import unpacked
from tests.upgrades.beside.park import ParkInUpgrade, park_in_upgrade
from tests.upgrades.beside.upgrade import Upgrade, begun
from tests.upgrades.release import released


@pytest.fixture(scope="session")
def last_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its sources."""
    return unpacked(released()["commit"], tmp_path_factory.mktemp("last-release"))


@pytest.fixture(scope="session")
async def park(
    last_release: Path, databases: Databases, broker: Broker, issuer: Issuer
) -> AsyncIterator[ParkInUpgrade]:
    broker.add_vhost("upgrade")
    urls = {name: await databases.create(name) for name in SERVICES}
    with tempfile.TemporaryDirectory(prefix="parvis-upgrade-") as home:
        async with park_in_upgrade(
            last_release,
            Path(home),
            urls=urls,
            amqp_url=broker.url("upgrade"),
            issuer=issuer,
        ) as made:
            yield made


@pytest.fixture(scope="session")
async def upgrade(park: ParkInUpgrade) -> Upgrade:
    """The last release alone, on its own schema, with a story begun."""
    return await begun(park)
