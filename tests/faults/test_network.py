"""The way to RabbitMQ swallows, resets, slices what goes over it: nothing is lost or doubled."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

from tests.faults.conftest import a_park, all_is_well, some_effects, under_load
from tests.support.eventually import eventually
from tests.support.faults import QUICK, Park
from tests.support.proxy import Manner, Proxy

pytestmark = pytest.mark.rabbit


@pytest.fixture
async def proxy(amqp_url: str) -> AsyncIterator[Proxy]:
    parts = urlsplit(amqp_url)
    async with Proxy(parts.hostname or "", parts.port or 5672).listening() as proxy:
        yield proxy


@pytest.fixture
def far_amqp(amqp_url: str, proxy: Proxy) -> str:
    """The way to the broker that goes through the proxy."""
    parts = urlsplit(amqp_url)
    return amqp_url.replace(f"{parts.hostname}:{parts.port}", f"127.0.0.1:{proxy.port}")


@pytest.fixture
async def far_park(
    databases_of_two: tuple[str, str], far_amqp: str, proxy: Proxy
) -> AsyncIterator[Park]:
    async with a_park(*databases_of_two, amqp=far_amqp) as park:
        yield park
        proxy.manner = Manner.FAITHFUL


async def test_a_network_that_swallows_everything_for_a_while(
    far_park: Park, proxy: Proxy, round_: int
) -> None:
    await far_park.start()
    async with under_load(far_park, seed=round_):
        await some_effects(far_park)
        proxy.manner = Manner.BLACKHOLE
        before = await far_park.outbox()

        async def outbox_grows() -> bool:
            return await far_park.outbox() > before + 60

        await eventually(outbox_grows, within=30)
        proxy.manner = Manner.FAITHFUL
        await some_effects(far_park)
    await all_is_well(far_park)


async def test_connections_reset_under_load(far_park: Park, proxy: Proxy, round_: int) -> None:
    await far_park.start()
    async with under_load(far_park, seed=round_):
        for _ in range(4):
            await some_effects(far_park, more=10)
            await eventually(proxy.reset_all)
        await some_effects(far_park, more=10)
    await all_is_well(far_park)


async def test_bytes_that_come_one_at_a_time(
    databases_of_two: tuple[str, str], far_amqp: str, proxy: Proxy, round_: int
) -> None:
    """Slowly, therefore, on a busy machine: not what is lost for being late is looked at here."""
    proxy.manner = Manner.SLICES
    patient = QUICK.model_copy(update={"publish_timeout": 20.0, "heartbeat": 20})
    async with a_park(*databases_of_two, amqp=far_amqp, settings=patient) as park:
        await park.start()
        async with under_load(park, seed=round_, pause=0.03):
            await some_effects(park)
        await all_is_well(park)
