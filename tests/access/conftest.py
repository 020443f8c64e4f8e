"""Access's real application on a real, migrated database, with real tokens and a clock to turn."""

from __future__ import annotations

import asyncio
import atexit
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import httpx
import pytest

from deploy.local.issuer import Issuer
from services.access.app import create_app
from services.access.service import SERVICE
from services.access.settings import AccessSettings
from shared.keys import make_key
from shared.migrate import migrate
from tests.access.park import Park
from tests.support.postgres import FreshDatabase


def migrate_access(url: str) -> None:
    migrate("access", url=url)


@cache
def keys_of_access() -> Path:
    """One directory a session, so that replicas and copies of a park share their keys."""
    folder = Path(mkdtemp())
    atexit.register(rmtree, folder)
    for key in SERVICE.keys:
        make_key(folder, key)
    return folder


@asynccontextmanager
async def opened(url: str, issuer: Issuer) -> AsyncIterator[Park]:
    """Access on that database, asked in this process."""
    settings = AccessSettings(
        database_url=url, oidc_issuer=issuer.address, database_pool=30, keys_dir=keys_of_access()
    )
    ground = replace(SERVICE.ground(settings), clock=lambda: made.now)
    transport = httpx.ASGITransport(app=create_app(ground))
    async with httpx.AsyncClient(transport=transport, base_url="http://access") as http:
        made = Park(ground=ground, http=http, issuer=issuer)
        yield made
    await ground.database.close()


@pytest.fixture
async def bare(fresh_database: FreshDatabase, issuer: Issuer) -> AsyncIterator[Park]:
    """Access before anybody is listed."""
    async with opened(await fresh_database("access", migrate_access), issuer) as park:
        yield park


@pytest.fixture(scope="session")
def small_park(issuer: Issuer) -> SmallPark:
    return SmallPark(issuer)


class SmallPark:
    """The small park is listed once a session; each test gets a copy of its database."""

    def __init__(self, issuer: Issuer) -> None:
        self._issuer = issuer
        self.ids: dict[str, str] = {}
        self.keys: dict[str, str] = {}

    async def settle(self, url: str) -> None:
        await asyncio.to_thread(migrate_access, url)
        async with opened(url, self._issuer) as park:
            await park.settle()
            await park.forget_announcements()
            self.ids, self.keys = park.ids, park.keys


@pytest.fixture
async def park(
    fresh_database: FreshDatabase, small_park: SmallPark, issuer: Issuer
) -> AsyncIterator[Park]:
    """The small park, at nine o'clock; nothing is waiting to be announced."""
    url = await fresh_database("small_park", small_park.settle)
    async with opened(url, issuer) as park:
        park.ids, park.keys = dict(small_park.ids), dict(small_park.keys)
        yield park
