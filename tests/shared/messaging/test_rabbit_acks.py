"""What is done in any order is acknowledged once, and nothing that is not done."""

import asyncio
import random
from collections import Counter
from uuid import uuid4

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel

from shared.events.directory import TenantListed
from shared.messaging.bus import Message, Verdict
from shared.messaging.rabbit import RabbitBus
from tests.support.eventually import eventually
from tests.support.faults import QUICK

pytestmark = pytest.mark.rabbit

MANY = 600


async def test_messages_done_in_any_order_are_each_delivered_once(amqp_url: str) -> None:
    chance, delivered, kept = random.Random(7), Counter[str](), asyncio.Event()
    done: set[str] = set()

    async def deliver(message: Message) -> Verdict:
        delivered[message.message_id] += 1
        if message.body == b"kept":
            await kept.wait()
        for _ in range(chance.choice((0, 1, 2, 5, 40))):
            await asyncio.sleep(0)
        done.add(message.message_id)
        return Verdict.REJECT if message.body == b"dead" else Verdict.ACK

    bus = RabbitBus(amqp_url, settings=QUICK.model_copy(update={"prefetch": 50}))
    await bus.declare("visitors")
    await bus.subscribe("visitors", deliver)

    async def publish(nth: int) -> None:
        body = b"kept" if nth == MANY - 1 else b"dead" if nth % 50 == 0 else b"fine"
        await bus.publish(Message("access.events", TenantListed.name, str(uuid4()), body))

    for start in range(0, MANY, 60):
        await asyncio.gather(*(publish(nth) for nth in range(start, start + 60)))
    await eventually(lambda: len(done) == MANY - 1)
    connection = await aio_pika.connect(amqp_url)
    async with connection:
        channel = await connection.channel()
        await bus.close()  # the one that is not done comes again to whoever listens next
        await eventually(lambda: _count(channel, "visitors.inbox", 1))
        await eventually(lambda: _count(channel, "visitors.dead", MANY // 50))
    assert set(delivered.values()) == {1}


async def _count(channel: AbstractChannel, queue: str, number: int) -> bool:
    found = await channel.declare_queue(queue, passive=True)
    return found.declaration_result is not None and (
        found.declaration_result.message_count == number
    )
