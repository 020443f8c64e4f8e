"""RabbitMQ goes away, hangs, closes connections, is full: nothing is lost or doubled."""

import asyncio
import signal
from urllib.parse import urlsplit

import aio_pika
import pytest

from shared.messaging.rabbit import RabbitBus
from tests.faults.conftest import all_is_well, some_effects, under_load
from tests.support.eventually import eventually
from tests.support.faults import Park, ids
from tests.support.rabbitmq_server import Broker, LocalBroker

pytestmark = pytest.mark.rabbit


def _user(amqp_url: str) -> str:
    return urlsplit(amqp_url).username or ""


async def test_a_broker_killed_and_started_under_load(
    rabbit_park: Park, local_broker: LocalBroker, round_: int
) -> None:
    await rabbit_park.start()
    async with under_load(rabbit_park, seed=round_):
        await some_effects(rabbit_park)
        await _queues_are_on_disk()
        await asyncio.to_thread(local_broker.kill)
        await asyncio.to_thread(local_broker.start)
        await some_effects(rabbit_park)
    await all_is_well(rabbit_park)


async def _queues_are_on_disk() -> None:
    """RabbitMQ 3.10 does not find a queue again that was made a second before it was killed."""
    now = asyncio.get_running_loop().time
    made_at = now()
    await eventually(lambda: now() > made_at + 3)


async def test_a_broker_that_hangs_for_a_while(
    rabbit_park: Park, local_broker: LocalBroker, round_: int
) -> None:
    await rabbit_park.start()
    async with under_load(rabbit_park, seed=round_):
        await some_effects(rabbit_park)
        local_broker.signal(signal.SIGSTOP)
        try:
            await eventually(lambda: _outbox_grows(rabbit_park))
        finally:
            local_broker.signal(signal.SIGCONT)
        await some_effects(rabbit_park)
    await all_is_well(rabbit_park)


async def _outbox_grows(park: Park) -> bool:
    return await park.outbox() > 150


async def test_connections_cut_under_load(
    rabbit_park: Park, broker: Broker, amqp_url: str, round_: int
) -> None:
    await rabbit_park.start()
    async with under_load(rabbit_park, seed=round_):
        for _ in range(3):
            await some_effects(rabbit_park)
            await eventually(lambda: broker.cut_connections(_user(amqp_url)))
    await all_is_well(rabbit_park)


async def test_a_channel_closed_by_the_broker_because_the_exchange_is_gone(
    rabbit_park: Park, amqp_url: str, round_: int
) -> None:
    await rabbit_park.start()
    connection = await aio_pika.connect(amqp_url)
    async with connection, under_load(rabbit_park, seed=round_):
        await some_effects(rabbit_park)
        channel = await connection.channel()
        await channel.exchange_delete("access.events")
        await some_effects(rabbit_park)
    await all_is_well(rabbit_park)


async def test_a_full_queue_refuses_and_everything_comes_later(
    rabbit_park: Park, amqp_url: str
) -> None:
    small = rabbit_park.settings.model_copy(update={"max_length": 5})
    deploy_step = RabbitBus(amqp_url, settings=small)
    await deploy_step.declare("visitors")
    connection = await aio_pika.connect(amqp_url)
    other_reader = await (await connection.channel()).get_queue("booking.inbox")
    await other_reader.consume(_forget, no_ack=True)
    await rabbit_park.start("access")
    told = 0

    async def is_refused() -> bool:
        """RabbitMQ's limit is soft: it may take all that comes in one go."""
        nonlocal told
        for tenant_id in ids(40):
            await rabbit_park.tell(tenant_id)
        told += 40
        return await _is_refused(rabbit_park)

    await eventually(is_refused)
    await rabbit_park.start("visitors")
    assert (await all_is_well(rabbit_park))["facts"] == told
    await connection.close()
    await deploy_step.close()


async def _forget(_: object) -> None:
    """What another service's worker hears is no matter here."""


async def _is_refused(park: Park) -> bool:
    left = await park.outbox()
    await asyncio.sleep(0.2)
    return 0 < left == await park.outbox()


async def test_a_broker_short_of_memory_takes_nothing_and_everything_comes_later(
    rabbit_park: Park, local_broker: LocalBroker, round_: int
) -> None:
    await rabbit_park.start()
    async with under_load(rabbit_park, seed=round_):
        await some_effects(rabbit_park)
        await asyncio.to_thread(local_broker.allow_memory, 0)
        try:
            await eventually(lambda: _outbox_grows(rabbit_park), within=40)
        finally:
            await asyncio.to_thread(local_broker.allow_memory, 0.4)
        await some_effects(rabbit_park)
    await all_is_well(rabbit_park)
