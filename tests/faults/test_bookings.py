"""The broker is away: rooms are booked all the same, and all is told once it is back."""

import asyncio

import orjson
import pytest

from services.booking.service import SERVICE
from shared.messaging.bus import Message, Verdict
from shared.messaging.rabbit import RabbitBus
from shared.worker import working
from tests.booking import conftest
from tests.booking.park import Park, minutes
from tests.support.eventually import eventually
from tests.support.faults import QUICK
from tests.support.rabbitmq_server import LocalBroker

pytestmark = pytest.mark.rabbit

booking_park = conftest.park


async def test_what_is_booked_without_a_broker_is_told_once_it_is_back(
    booking_park: Park, amqp_url: str, local_broker: LocalBroker
) -> None:
    park = booking_park
    room = await park.a_room()
    booking, access = [RabbitBus(amqp_url, settings=QUICK) for _ in range(2)]
    told: set[str] = set()

    async def deliver(message: Message) -> Verdict:
        told.add(orjson.loads(message.body)["data"]["booking"]["booking_id"])
        return Verdict.ACK

    await access.declare("access")
    await access.subscribe("access", deliver)

    async def a_booking(nth: int) -> str:
        starts_at = park.now + minutes(60 * nth + 60)
        made = await park.a_booking(room, starts_at=starts_at, ends_at=starts_at + minutes(30))
        return str(made["booking_id"])

    async with working(park.ground, booking, inbox=SERVICE.inbox, timers=SERVICE.timers):
        before = await a_booking(0)
        await eventually(lambda: told == {before})
        await asyncio.to_thread(local_broker.kill)
        meanwhile = {await a_booking(nth) for nth in range(1, 9)}
        assert await park.announced() == ["confirmed"] * 8
        await asyncio.to_thread(local_broker.start)
        await eventually(lambda: told == {before, *meanwhile}, within=30)
    await access.close()
    await booking.close()
    assert await park.announced() == []
