"""The small park, and a load upon it."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError

from shared.addresses import Addresses
from shared.database import Database
from shared.errors import Refusal
from shared.messaging.bus import Bus, MemoryBus
from shared.messaging.rabbit import RabbitBus
from shared.messaging.settings import MessagingSettings
from tests.support.eventually import eventually
from tests.support.faults import QUICK, Park, create_tables, ids, judge
from tests.support.postgres import FreshDatabase

SERVICES = ("access", "visitors")


@asynccontextmanager
async def a_park(
    access: str | Addresses,
    visitors: str | Addresses,
    *,
    amqp: str | Addresses | None,
    settings: MessagingSettings = QUICK,
) -> AsyncIterator[Park]:
    """On databases that have their tables; not started yet."""
    memory = MemoryBus(services=SERVICES)
    bus_of: dict[str, Bus] = {
        each: RabbitBus(amqp, settings=settings) if amqp else memory for each in SERVICES
    }
    park = Park(
        access=Database(access, name="access"),
        visitors=Database(visitors, name="visitors"),
        bus_of=bus_of,
        settings=settings,
    )
    try:
        yield park
    finally:
        await park.stop()
        for bus in bus_of.values():
            await bus.close()
        await park.access.close()
        await park.visitors.close()


@pytest.fixture
async def databases_of_two(fresh_database: FreshDatabase) -> tuple[str, str]:
    return (
        await fresh_database("access", create_tables),
        await fresh_database("visitors", create_tables),
    )


@pytest.fixture
async def rabbit_park(databases_of_two: tuple[str, str], amqp_url: str) -> AsyncIterator[Park]:
    async with a_park(*databases_of_two, amqp=amqp_url) as park:
        yield park


@pytest.fixture
async def memory_park(databases_of_two: tuple[str, str]) -> AsyncIterator[Park]:
    async with a_park(*databases_of_two, amqp=None) as park:
        yield park


@asynccontextmanager
async def under_load(park: Park, *, seed: int = 1, pause: float = 0.005) -> AsyncIterator[None]:
    """Tells of tenants all the while; what the database refused was not told, or is unknown."""
    chance = random.Random(seed)
    tenants = [UUID(int=chance.getrandbits(128)) for _ in range(12)]
    enough = asyncio.Event()

    async def tell() -> None:
        while not enough.is_set():
            try:
                await park.tell(*chance.sample(tenants, chance.choice((1, 1, 2))))
            except (Refusal, DBAPIError, OSError):
                await asyncio.sleep(10 * pause)
            await asyncio.sleep(pause)

    telling = asyncio.create_task(tell())
    try:
        yield
    finally:
        enough.set()
        await telling


async def all_is_well(park: Park, *, within: float = 30) -> dict[str, int]:
    """After quiet: each committed fact has had its effect exactly once, in order."""
    await eventually(lambda: judge(park.access.url, park.visitors.url), within=within)
    verdict = await judge(park.access.url, park.visitors.url)
    assert verdict["facts"] == verdict["effects"] > 0
    return verdict


async def some_effects(park: Park, *, more: int = 20) -> None:
    """The load is flowing."""
    before = len(await park.effects())

    async def have_come() -> bool:
        return len(await park.effects()) >= before + more

    await eventually(have_come, within=30)


__all__ = ["a_park", "all_is_well", "ids", "some_effects", "under_load"]
