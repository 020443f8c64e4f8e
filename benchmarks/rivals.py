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
from dataclasses import dataclass

import httpx
import orjson

from benchmarks.doors import (
    WARM_SECONDS,
    Doors,
    doors,
    must_be_right,
    warm,
)
from benchmarks.figures import Figure
from benchmarks.load import Answered, load
from benchmarks.reference.park import Size
from benchmarks.reference.reads import SeededRead
from benchmarks.rival_server import RIVALS
from benchmarks.turns import processor_seconds
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
    async with doors(Size.of(scale)) as stage:
        ours = await _access(stage, seconds=seconds)
        found = list(itertools.chain.from_iterable(ours.values()))
        for engine, options in itertools.product(RIVALS, ((), ("--observed",))):
            name = f"rivals.{engine}{'_observed' if options else ''}"
            async with _serving(stage, engine, *options, scale=scale) as rival:
                for connections in CONNECTIONS:
                    theirs = await _rival(stage, rival, connections, name=name, seconds=seconds)
                    to_it = ours[connections][0].value / theirs[0].value
                    found += [*theirs, Figure(f"{theirs[0].name}.access_to_it", to_it, "1")]
    return found


@dataclass(frozen=True)
class _Rival:
    """Where it answers, and its process."""

    url: str
    running: subprocess.Popen[bytes]


async def _access(stage: Doors, *, seconds: float) -> dict[int, list[Figure]]:
    figures: dict[int, list[Figure]] = {}
    for connections in CONNECTIONS:
        make = stage.asking(stage.reader.reads(len(stage.park.cards)))
        await warm(stage, make, connections=connections)
        before = processor_seconds(stage.running)
        found = await load(stage.url, make, connections=connections, seconds=seconds)
        used = processor_seconds(stage.running) - before
        must_be_right(found)
        figures[connections] = _figures(f"rivals.access.at_{connections}", found, used=used)
    return figures


async def _rival(
    stage: Doors, rival: _Rival, connections: int, *, name: str, seconds: float
) -> list[Figure]:
    make = stage.asking(stage.reader.reads(len(stage.park.cards)), url=rival.url)
    await load(rival.url, make, connections=connections, seconds=WARM_SECONDS)
    before = processor_seconds(rival.running)
    found = await load(rival.url, make, connections=connections, seconds=seconds)
    used = processor_seconds(rival.running) - before
    _must_be_right(found)
    return _figures(f"{name}.at_{connections}", found, used=used)


def _figures(name: str, found: Answered, *, used: float) -> list[Figure]:
    return [
        Figure(name, found.per_second, "decisions/s"),
        Figure(f"{name}.processor", used / len(found.replies) * 1e6, "us/decision"),
    ]


def _must_be_right(found: Answered) -> None:
    for reply in found.replies:
        read = reply.request.about
        assert isinstance(read, SeededRead)
        if reply.status != 200 or orjson.loads(reply.body)["outcome"] != read.outcome:
            raise RuntimeError(f"{read} was answered {reply.status} {reply.body.decode()}")


@asynccontextmanager
async def _serving(stage: Doors, engine: str, *options: str, scale: float) -> AsyncIterator[_Rival]:
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
        yield _Rival(url, process)
    finally:
        process.terminate()
        process.wait(20)


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(f"{url}/openapi.json")).status_code == 200
    except httpx.HTTPError:
        return False
