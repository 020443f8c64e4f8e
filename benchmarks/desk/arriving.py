"""What one visitor and a coachload cost a desk: requests, the host's notice, a pile of badges."""

from __future__ import annotations

import time
from collections.abc import Sequence
from uuid import UUID

import asyncpg
import orjson

from benchmarks.desk.stage import Desk
from benchmarks.figures import Figure, spread
from benchmarks.load import Request, Wire, connected, post

TOGETHER_MS, NOTICE_SECONDS = 2_000.0, 1.0
_CODE = "SELECT desk_code FROM visits WHERE id = $1"
_QUEUED = "SELECT count(*) FROM notices WHERE visit_id = $1 AND kind = 'host_told'"


async def arrivals(desk: Desk, visit_ids: Sequence[UUID]) -> list[Figure]:
    """Each scans the code of the invitation and is checked in; the notice is there by then."""
    database = await asyncpg.connect(desk.database_url)
    seconds: list[float] = []
    queued: list[float] = []
    requests = 0
    try:
        async with connected(desk.url, connections=1) as (wire,):
            for visit_id in visit_ids:
                code = await database.fetchval(_CODE, visit_id)
                began = time.perf_counter()
                requests += 2
                scanned = await _asked(
                    wire, post(f"{desk.url}/v1/desk/scan", {"text": code}, desk.landlords)
                )
                said = orjson.loads(scanned)
                (meant,) = said["visits"]
                if said["next_action"] != "check_in" or meant["visit_id"] != str(visit_id):
                    raise RuntimeError(f"the code of {visit_id} was answered {scanned[:300]!r}")
                checking_in = time.perf_counter()
                url = f"{desk.url}/v1/visits/{visit_id}/check-in"
                await _asked(wire, post(url, {}, desk.landlords))
                seconds.append(time.perf_counter() - began)
                if await database.fetchval(_QUEUED, visit_id) != 1:
                    raise RuntimeError(f"nobody is told of {visit_id}")
                queued.append(time.perf_counter() - checking_in)
    finally:
        await database.close()
    return [
        Figure("desk.arrival.requests", requests / len(visit_ids), "requests"),
        *spread("desk.arrival", seconds),
        *spread("desk.notice_queued", queued),
        Figure("desk.notice_queued.worst_to_goal", max(queued) / NOTICE_SECONDS, "1"),
    ]


async def badges(desk: Desk, visit_ids: Sequence[UUID]) -> list[Figure]:
    """As many in one request as a reception prints at once."""
    ids = [str(visit_id) for visit_id in visit_ids]
    async with connected(desk.url, connections=1) as (wire,):
        began = time.perf_counter()
        answer = await _asked(
            wire, post(f"{desk.url}/v1/desk/badges", {"visit_ids": ids}, desk.landlords)
        )
        took = (time.perf_counter() - began) * 1000
    if orjson.loads(answer)["pdf"] is None:
        raise RuntimeError(f"no badge was printed: {answer[:300]!r}")
    return [
        Figure("desk.batch.badges", took, "ms"),
        Figure("desk.batch.badges.to_goal", took / TOGETHER_MS, "1"),
    ]


async def _asked(wire: Wire, request: Request) -> bytes:
    reply = await wire.ask(request)
    if reply.status != 200:
        raise RuntimeError(f"was answered {reply.status}: {reply.body[:500]!r}")
    return reply.body
