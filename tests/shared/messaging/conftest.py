"""The same small park on either bus."""

from collections.abc import AsyncIterator

import pytest

from shared.database import Database
from shared.messaging.bus import Bus, MemoryBus
from shared.messaging.rabbit import RabbitBus
from tests.support.faults import QUICK, Park, create_tables
from tests.support.postgres import FreshDatabase

SERVICES = ("access", "visitors")


@pytest.fixture(params=["memory", pytest.param("rabbit", marks=pytest.mark.rabbit)])
def amqp_or_memory(request: pytest.FixtureRequest) -> str | None:
    """The broker's address, or None for the bus in memory."""
    if request.param == "memory":
        return None
    return str(request.getfixturevalue("amqp_url"))


@pytest.fixture
async def park(amqp_or_memory: str | None, fresh_database: FreshDatabase) -> AsyncIterator[Park]:
    """A park that has not started yet."""
    bus_of: dict[str, Bus] = {}
    if amqp_or_memory is None:
        bus_of = dict.fromkeys(SERVICES, MemoryBus(services=SERVICES))
    else:
        bus_of = {each: RabbitBus(amqp_or_memory, settings=QUICK) for each in SERVICES}
    databases = [
        Database(await fresh_database(each, create_tables), name=each) for each in SERVICES
    ]
    park = Park(access=databases[0], visitors=databases[1], bus_of=bus_of)
    yield park
    await park.stop()
    for bus in set(bus_of.values()):
        await bus.close()
    for database in databases:
        await database.close()
