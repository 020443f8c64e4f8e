"""The same reads, decided by casbin's FastEnforcer and by Cedar, each behind one FastAPI route on
uvicorn, and by access, in turn in one run. The rivals keep nothing; access writes each decision to
disk before it answers.
"""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import orjson

from benchmarks.doors import Doors, doors, must_be_right, warm
from benchmarks.figures import Figure
from benchmarks.load import Answered, load
from benchmarks.reference.park import Size
from benchmarks.reference.reads import SeededRead
from benchmarks.rival_server import RIVALS
from deploy.local.postgres import free_port

FULL_SECONDS = 30.0
CONNECTIONS = (8, 32)
LOADED_WITHIN = 120.0
"""Seconds in which a rival has the whole policy."""


async def measure(scale: float) -> list[Figure]:
    """At 8 and 32 connections; every outcome must be the right one. Each rival stands behind a bare
    route, and once more (`observed`) behind what logs and counts our own requests.
    """
    seconds = max(FULL_SECONDS * scale, 3.0)
    figures: list[Figure] = []
    async with doors(Size.of(scale)) as stage:
        ours = {each: await _ours(stage, each, seconds) for each in CONNECTIONS}
        for connections, rate in ours.items():
            figures.append(Figure(f"rivals.access.at_{connections}", rate, "decisions/s"))
        for engine, options in itertools.product(RIVALS, ((), ("--observed",))):
            name = f"rivals.{engine}{'_observed' if options else ''}"
            async with _serving(stage, engine, *options, scale=scale) as url:
                for connections in CONNECTIONS:
                    rate = await _rival(stage, url, connections, seconds)
                    at = f"{name}.at_{connections}"
                    figures.append(Figure(at, rate, "decisions/s"))
                    figures.append(Figure(f"{at}.access_to_it", ours[connections] / rate, "1"))
    return figures


async def _ours(stage: Doors, connections: int, seconds: float) -> float:
    make = stage.asking(stage.reader.reads(len(stage.park.cards)))
    await warm(stage, make, connections=connections)
    found = await load(stage.url, make, connections=connections, seconds=seconds)
    must_be_right(found)
    return found.per_second


async def _rival(stage: Doors, url: str, connections: int, seconds: float) -> float:
    make = stage.asking(stage.reader.reads(len(stage.park.cards)), url=url)
    await load(url, make, connections=connections, seconds=1)
    found = await load(url, make, connections=connections, seconds=seconds)
    _must_be_right(found)
    return found.per_second


def _must_be_right(found: Answered) -> None:
    for reply in found.replies:
        read = reply.request.about
        assert isinstance(read, SeededRead)
        if reply.status != 200 or orjson.loads(reply.body)["outcome"] != read.outcome:
            raise RuntimeError(f"{read} was answered {reply.status} {reply.body.decode()}")


@asynccontextmanager
async def _serving(stage: Doors, engine: str, *options: str, scale: float) -> AsyncIterator[str]:
    """The rival's process, while the block lasts."""
    port = free_port()
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "benchmarks.rival_server", engine),
            *options,
            *("--scale", str(scale), "--at", stage.park.at.isoformat(), "--port", str(port)),
        ],
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient() as client, asyncio.timeout(LOADED_WITHIN):
            while not await _answers(client, url):
                if process.poll() is not None:
                    raise RuntimeError(f"{engine} ended")
                await asyncio.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(20)


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(f"{url}/openapi.json")).status_code == 200
    except httpx.HTTPError:
        return False
