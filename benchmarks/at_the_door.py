"""From a check-in at the desk to the pass that opens the door: three processes, RabbitMQ between.

The visitor's pass admits only after the desk (`desk_first`). A controller asks at once and again
until the door is granted; what is measured is from the answer of the check-in to that grant.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks.figures import Figure, percentile, spread
from benchmarks.stage import a_server, a_virtual_host
from deploy.local.callers import Caller, Json, until
from deploy.local.databases import own_databases
from deploy.local.day import Stage
from services.visitors.passes.domain import token_of
from services.visitors.worker import PASS_KEY
from shared.keys import read_keys
from tests.support.issuing import an_answering_issuer
from tests.support.processes import SERVICES, park_of_processes

FULL_VISITS, LEAST_VISITS = 300, 40
HOST, DESK, LOBBY = "amina@sahel.example", "rachid@sahel.example", "A-LOBBY"
GOAL_MS = 1_000.0
PAUSE = 0.002


async def measure(scale: float) -> list[Figure]:
    """One visitor after the other."""
    count = max(round(FULL_VISITS * scale), LEAST_VISITS)
    with a_server() as server, a_virtual_host() as amqp_url, tempfile.TemporaryDirectory() as home:
        urls = await own_databases(server, SERVICES)
        async with (
            an_answering_issuer() as issuer,
            park_of_processes(Path(home), urls=urls, amqp_url=amqp_url, issuer=issuer) as park,
        ):
            stage = await park.open()
            key = read_keys(Path(home) / "keys", PASS_KEY)[0]
            seconds = [await _one(stage, key=key) for _ in range(count)]
    p99 = percentile(seconds, 0.99) * 1000
    return [
        Figure("at_the_door.visits", count, "visits"),
        *spread("at_the_door.check_in_to_grant", seconds),
        Figure("at_the_door.p99_to_goal", p99 / GOAL_MS, "1"),
    ]


async def _one(stage: Stage, *, key: bytes) -> float:
    visits = f"{stage.at.visitors}/v1/visits"
    visit = await stage.person(HOST).post(visits, _wish(), expect=201, patient=True)
    read: dict[str, Any] = {"kind": "qr", "text": _token(visit, key=key)}
    await stage.expect(LOBBY, "in", read, outcome="denied", reason="not_checked_in")
    desk: Caller = stage.person(DESK)
    await desk.post(f"{visits}/{visit['visit_id']}/check-in", {})
    began = time.perf_counter()

    async def granted() -> bool | None:
        decision = await stage.read(LOBBY, "in", read)
        return True if decision["outcome"] == "granted" else None

    await until(granted, what="the door open for who was checked in")
    took = time.perf_counter() - began
    await desk.post(f"{visits}/{visit['visit_id']}/check-out", {})
    await asyncio.sleep(PAUSE)
    return took


def _wish() -> Json:
    now = datetime.now(UTC)
    return {
        "visitor": {"given_name": "Yassine", "family_name": "Amrani"},
        "starts_at": now.isoformat(),
        "ends_at": (now + timedelta(hours=1)).isoformat(),
    }


def _token(visit: Json, *, key: bytes) -> str:
    return token_of(UUID(visit["visit_id"]), rotation=0, key=key)
