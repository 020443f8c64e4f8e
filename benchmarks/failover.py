"""How long nothing goes on when the worker that works is killed, and another takes over.

Facts are committed at a steady rate all the while; what is measured is the longest that any of them
waited for its effect in the other service. Once the relay's worker is killed, once the inbox's.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack

from benchmarks.figures import Figure
from benchmarks.latency import speak
from benchmarks.stage import (
    a_database,
    a_server,
    a_virtual_host,
    commit_times,
    until_all_have_effects,
    until_quiet,
    working,
)
from deploy.local.postgres import EmbeddedPostgres
from shared.database import Database

FULL_ROUNDS = 10
RATE = 50
BEFORE, AFTER = 2.0, 6.0
"""Seconds of speaking before the kill, and after it."""


async def measure(scale: float) -> list[Figure]:
    """Each round has databases of its own."""
    figures: list[Figure] = []
    rounds = max(round(FULL_ROUNDS * scale), 2)
    with a_server() as server, a_virtual_host() as amqp_url:
        for killed in ("access", "visitors"):
            waits = [await _longest_wait(server, amqp_url, killed=killed) for _ in range(rounds)]
            role = "relay" if killed == "access" else "inbox"
            figures += [
                Figure(f"failover.{role}.rounds", rounds, "rounds"),
                Figure(f"failover.{role}.median", sorted(waits)[rounds // 2] * 1000, "ms"),
                Figure(f"failover.{role}.worst", max(waits) * 1000, "ms"),
            ]
    return figures


async def _longest_wait(server: EmbeddedPostgres, amqp_url: str, *, killed: str) -> float:
    speaker, hearer = await a_database(server, "speaker"), await a_database(server, "hearer")
    urls = {"access": speaker, "visitors": hearer}
    with ExitStack() as workers:
        works = {
            name: workers.enter_context(working(name, url, amqp_url)) for name, url in urls.items()
        }
        workers.enter_context(working(killed, urls[killed], amqp_url))  # stands by
        database = Database(speaker, name="access", pool_size=24)
        await speak(database, RATE, seconds=BEFORE)
        speaking = asyncio.create_task(speak(database, RATE, seconds=AFTER))
        await asyncio.sleep(AFTER / 6)
        works[killed].kill()
        works[killed].join()
        await speaking
        await until_quiet(speaker)
        await until_all_have_effects(speaker, hearer)
        await database.close()
    facts, effects = await commit_times(speaker, "facts"), await commit_times(hearer, "effects")
    return max((effects[key] - at).total_seconds() for key, at in facts.items())
