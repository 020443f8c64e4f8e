"""From the commit of a fact to the commit of its effect in another service, at a steady rate."""

from __future__ import annotations

import asyncio
import time

from benchmarks.figures import Figure, percentile, spread
from benchmarks.stage import (
    a_database,
    a_server,
    a_virtual_host,
    commit_times,
    hearing,
    say,
    speaking,
    until_all_have_effects,
    until_quiet,
)
from deploy.local.postgres import EmbeddedPostgres
from shared.database import Database

FULL_SECONDS = 30.0
RATES = (50, 200)
WARM_SECONDS = 2.0
"""Connections, prepared statements, topology: not what is measured."""
GOAL_MS = 40.0
"""p99 at 200 events/s."""


async def measure(scale: float) -> list[Figure]:
    """Open loop: each event at its own time, whether or not those before it are through."""
    figures: list[Figure] = []
    with a_server() as server, a_virtual_host() as amqp_url:
        for rate in RATES:
            seconds = max(FULL_SECONDS * scale, 5.0)
            found = await _at(
                rate, server_urls=await _databases(server), amqp_url=amqp_url, seconds=seconds
            )
            figures += spread(f"latency.at_{rate}_per_s", found)
    figures.append(
        Figure("latency.p99_at_200_to_goal", percentile(found, 0.99) * 1000 / GOAL_MS, "1")
    )
    return figures


async def _databases(server: EmbeddedPostgres) -> tuple[str, str]:
    return await a_database(server, "speaker"), await a_database(server, "hearer")


async def _at(
    rate: int, *, server_urls: tuple[str, str], amqp_url: str, seconds: float
) -> list[float]:
    speaker, hearer = server_urls
    with hearing(hearer, amqp_url):
        async with speaking(speaker, amqp_url) as database:
            await speak(database, rate, seconds=WARM_SECONDS)
            await until_quiet(speaker)
            warm = set(await commit_times(speaker, "facts"))
            await speak(database, rate, seconds=seconds)
            await until_quiet(speaker)
        await until_all_have_effects(speaker, hearer)
    facts = await commit_times(speaker, "facts")
    effects = await commit_times(hearer, "effects")
    return [(effects[key] - at).total_seconds() for key, at in facts.items() if key not in warm]


async def speak(database: Database, rate: int, *, seconds: float) -> None:
    """Open loop: so many facts a second, each at its own time."""
    began = time.monotonic()
    async with asyncio.TaskGroup() as saying:
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
            saying.create_task(say(database))
