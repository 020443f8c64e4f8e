"""Events per second through outbox, RabbitMQ and inbox, beside what its parts alone could do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from uuid import uuid4

import aio_pika
import asyncpg
import orjson

from benchmarks.figures import Figure
from benchmarks.stage import (
    a_database,
    a_passage,
    a_server,
    a_virtual_host,
    commit_times,
    hearing,
    say,
    speaking,
    until_all_have_effects,
    until_quiet,
)

FULL_SECONDS = 60.0
SPEAKERS = 24
BACKLOG = 500
"""Speakers pause while more events than this wait in the outbox: the slowest part sets the pace."""
IN_FLIGHT = 64


async def measure(scale: float) -> list[Figure]:
    """The whole path for a minute (at full scale), then each limit for a sixth of that."""
    seconds = max(FULL_SECONDS * scale, 3.0)
    with a_server() as server, a_virtual_host() as amqp_url:
        speaker = await a_database(server, "speaker")
        hearer = await a_database(server, "hearer")
        path = await _whole_path(speaker, hearer, amqp_url, seconds=seconds)
        publishing = await _bare_publishing(amqp_url, seconds=seconds / 6)
        inserts = await _bare_inserts(speaker, hearer, seconds=seconds / 6)
    return [
        Figure("throughput.path", path, "events/s"),
        Figure("throughput.bare_publishing", publishing, "events/s"),
        Figure("throughput.bare_inserts", inserts, "events/s"),
        Figure("throughput.path_to_bare_publishing", path / publishing, "1"),
        Figure("throughput.path_to_bare_inserts", path / inserts, "1"),
    ]


async def _whole_path(speaker: str, hearer: str, amqp_url: str, *, seconds: float) -> float:
    with hearing(hearer, amqp_url):
        async with speaking(speaker, amqp_url) as database:
            watching = await asyncpg.connect(speaker)
            backlog = 0
            until = time.monotonic() + seconds

            async def speak() -> None:
                while time.monotonic() < until:
                    if backlog > BACKLOG:
                        await asyncio.sleep(0.02)
                    else:
                        await say(database)

            async def watch() -> None:
                nonlocal backlog
                while time.monotonic() < until:
                    backlog = await watching.fetchval("SELECT count(*) FROM outbox")
                    await asyncio.sleep(0.05)

            await asyncio.gather(watch(), *(speak() for _ in range(SPEAKERS)))
            await watching.close()
            await until_quiet(speaker)
            await until_all_have_effects(speaker, hearer)
    facts = await commit_times(speaker, "facts")
    effects = await commit_times(hearer, "effects")
    if facts.keys() != effects.keys():
        raise RuntimeError(f"{len(facts)} facts, {len(effects)} effects")
    took = max(effects.values()) - min(facts.values())
    return len(effects) / took.total_seconds()


async def _bare_publishing(amqp_url: str, *, seconds: float) -> float:
    """Confirmed publishes of the same body to one quorum queue, 64 in flight."""
    body = orjson.dumps({"data": orjson.loads(a_passage(uuid4()).to_data())})
    connection = await aio_pika.connect(amqp_url)
    async with connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        await channel.declare_queue("bare", durable=True, arguments={"x-queue-type": "quorum"})

        async def publish() -> None:
            message = aio_pika.Message(
                body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT, message_id=str(uuid4())
            )
            await channel.default_exchange.publish(message, "bare")

        return await _rate(publish, at_once=IN_FLIGHT, seconds=seconds)


async def _bare_inserts(speaker: str, hearer: str, *, seconds: float) -> float:
    """The rows an event needs: fact, subject, outbox; inbox and effect; the outbox row deleted."""
    body = a_passage(uuid4()).to_data().decode()
    here = await asyncpg.create_pool(speaker, min_size=8, max_size=8)
    there = await asyncpg.create_pool(hearer, min_size=8, max_size=8)

    async def insert() -> None:
        key = uuid4()
        async with here.acquire() as connection, connection.transaction():
            await connection.execute("INSERT INTO facts VALUES ($1)", key)
            await connection.execute("INSERT INTO subjects VALUES ($1, 1)", str(key))
            position = await connection.fetchval(
                "INSERT INTO outbox (event_id, name, subject, sequence, body) "
                "VALUES ($1, 'bare', $2, 1, $3) RETURNING position",
                key,
                str(key),
                body,
            )
        async with there.acquire() as connection, connection.transaction():
            await connection.execute(
                "INSERT INTO inbox (event_id, source, name, subject, sequence, status) "
                "VALUES ($1, '/bare', 'bare', $2, 1, 'done')",
                key,
                str(key),
            )
            await connection.execute("INSERT INTO effects VALUES ($1)", key)
        await here.execute("DELETE FROM outbox WHERE position = $1", position)

    async with here, there:
        return await _rate(insert, at_once=8, seconds=seconds)


async def _rate(work: Callable[[], Awaitable[None]], *, at_once: int, seconds: float) -> float:
    """How often a second, with so many at once."""
    done, began = 0, time.monotonic()

    async def repeat() -> None:
        nonlocal done
        while time.monotonic() - began < seconds:
            await work()
            done += 1

    await asyncio.gather(*(repeat() for _ in range(at_once)))
    return done / (time.monotonic() - began)
