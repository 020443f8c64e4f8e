"""Poison between real processes: it is set aside, seen, and tried again; everybody else goes on."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import aio_pika
import pytest

from deploy.local.day import Stage, play
from shared.events.base import Envelope
from tests.support.eventually import eventually
from tests.support.processes import HANGS_AFTER, ParkOfProcesses

pytestmark = [pytest.mark.rabbit, HANGS_AFTER]


async def events(park: ParkOfProcesses, *asked: str) -> list[Any]:
    """What `python -m services.visitors events …` prints."""
    printed = await asyncio.to_thread(park.services["visitors"].run, "events", *asked)
    return [json.loads(line) for line in printed.splitlines() if line.startswith("{")]


def of_an_unknown_name() -> Envelope:
    return Envelope(
        id=uuid4(),
        source="/parvis/booking",
        type="booking.levitated.v1",
        subject=f"booking/{uuid4()}",
        time=datetime.now(UTC),
        sequence=1,
        data={"height": "unknown"},
    )


async def send(park: ParkOfProcesses, *unreadable: bytes, unknown: Envelope) -> None:
    """Nonsense straight into the inbox, and an event of tomorrow where booking speaks."""
    connection = await aio_pika.connect(park.services["visitors"].environment["PARVIS_AMQP_URL"])
    async with connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        for body in unreadable:
            await channel.default_exchange.publish(aio_pika.Message(body), "visitors.inbox")
        exchange = await channel.get_exchange("booking.events")
        queue = await channel.get_queue("visitors.inbox")
        await queue.bind(exchange, unknown.type)
        for _ in range(2):
            await exchange.publish(aio_pika.Message(unknown.to_json()), unknown.type)
        await queue.unbind(exchange, unknown.type)


async def test_poison_is_set_aside_while_the_day_goes_on(
    park: ParkOfProcesses, stage: Stage
) -> None:
    unknown = of_an_unknown_name()
    await send(park, b"not JSON at all", b"{}", unknown=unknown)
    await play(stage)
    assert len(await events(park, "dead")) == 2
    assert await events(park, "waiting") == []
    parked = await events(park, "parked")
    assert [(row["event_id"], row["name"]) for row in parked] == [(str(unknown.id), unknown.type)]
    replayed = await events(park, "replay", "--event-id", str(unknown.id))
    assert (replayed[0]["parked"], replayed[0]["dead"]) == (1, 0)

    async def is_parked_again() -> bool:
        return len(await events(park, "parked")) == 1

    await eventually(is_parked_again, within=60)
