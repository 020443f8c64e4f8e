"""Access's real application on a real, migrated database, with real tokens and a clock to turn."""

import socket
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from deploy.local.issuer import Issuer
from services.access.app import create_app
from services.access.service import SERVICE
from services.access.settings import AccessSettings
from shared.migrate import migrate
from tests.access.park import Park
from tests.support.postgres import FreshDatabase
from tests.support.serving import served
from tests.support.tokens import an_issuer


def migrate_access(url: str) -> None:
    migrate("access", url=url)


@pytest.fixture(scope="session")
async def issuer() -> AsyncIterator[Issuer]:
    """A token issuer that really answers on a port."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    made = an_issuer(f"http://127.0.0.1:{listening.getsockname()[1]}")
    async with served(made.app(), listening=listening):
        yield made


@pytest.fixture
async def bare(fresh_database: FreshDatabase, issuer: Issuer) -> AsyncIterator[Park]:
    """Access before anybody is listed."""
    url = await fresh_database("access", migrate_access)
    settings = AccessSettings(database_url=url, oidc_issuer=issuer.address, database_pool=30)
    ground = replace(SERVICE.ground(settings), clock=lambda: made.now)
    transport = httpx.ASGITransport(app=create_app(ground), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://access") as http:
        made = Park(ground=ground, http=http, issuer=issuer)
        yield made
    await ground.database.close()


@pytest.fixture
async def park(bare: Park) -> Park:
    """The small park, at nine o'clock."""
    await bare.settle()
    return bare
