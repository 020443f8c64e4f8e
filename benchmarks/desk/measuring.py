"""The desk at its reference scale; every answer is compared with what was put in."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable

import orjson

from benchmarks.desk.arriving import arrivals, badges
from benchmarks.desk.inviting import invitations
from benchmarks.desk.stage import Desk, a_desk
from benchmarks.figures import Figure, percentile, spread
from benchmarks.load import Answered, Reply, Request, get, load, load_steadily, post
from benchmarks.reference.booking.park import SEED
from benchmarks.reference.visits.names import FAMILY, GIVEN
from benchmarks.turns import processor_seconds

FULL_SECONDS = 20.0
LEAST_SECONDS = 5.0
PER_SECOND = 20.0
CHECK_INS_PER_SECOND = 10.0
BOARD_MS, SEARCH_MS, CHECK_IN_MS, BADGE_MS, BATCH_MS = 50.0, 100.0, 30.0, 50.0, 2_000.0
TOGETHER, ARRIVING = 200, 50


async def measure(scale: float) -> list[Figure]:
    """Board, search, check-in, batch and badge, one after the other on one process."""
    seconds = max(FULL_SECONDS * scale, LEAST_SECONDS)
    async with a_desk(scale) as desk:
        figures = [
            Figure("desk.visits", desk.history.visits, "visits"),
            Figure("desk.visitors", desk.history.visitors, "visitors"),
        ]
        for name, requests, goal in (
            ("desk.board", _boards(desk), BOARD_MS),
            ("desk.board_of_a_tenant", _tenants_boards(desk), BOARD_MS),
            ("desk.search", _searches(desk), SEARCH_MS),
            ("desk.badge", _badges(desk), BADGE_MS),
        ):
            figures += await _asked(desk, name, requests, seconds=seconds, goal_ms=goal)
        figures += await _check_ins(desk, seconds=seconds)
        figures += await arrivals(
            desk, [visit_id for visit_id, _ in desk.history.today[-ARRIVING:]]
        )
        figures += await badges(desk, [visit_id for visit_id, _ in desk.history.today[:TOGETHER]])
        figures += await invitations(desk)
        return figures + await _batch(desk)


async def _asked(
    desk: Desk, name: str, requests: list[Request], *, seconds: float, goal_ms: float
) -> list[Figure]:
    again = itertools.cycle(requests)
    await load(desk.url, lambda: next(again), connections=2, seconds=1)
    used = processor_seconds(desk.running)
    found = await load_steadily(
        desk.url, lambda: next(again), per_second=PER_SECOND, seconds=seconds
    )
    used = processor_seconds(desk.running) - used
    return _figures(name, found, goal_ms=goal_ms, used=used)


def _figures(name: str, found: Answered, *, goal_ms: float, used: float) -> list[Figure]:
    """`used`: seconds that the serving process needed of the processors for all of them."""
    _must_be(found, name, lambda reply: reply.status == 200)
    p95 = percentile(found.seconds, 0.95) * 1000
    sizes = [len(reply.body) for reply in found.replies]
    return [
        *spread(name, found.seconds),
        Figure(f"{name}.p95_to_goal", p95 / goal_ms, "1"),
        Figure(f"{name}.processor", used / len(found.replies) * 1000, "ms"),
        Figure(f"{name}.bytes", max(sizes), "bytes"),
    ]


def _must_be(found: Answered, name: str, check: Callable[[Reply], bool]) -> None:
    for reply in found.replies:
        if not check(reply):
            raise RuntimeError(f"{name} was answered {reply.status}: {reply.body[:500]!r}")


def _boards(desk: Desk) -> list[Request]:
    return [get(f"{desk.url}/v1/desk/board", desk.landlords)]


def _tenants_boards(desk: Desk) -> list[Request]:
    return [
        get(f"{desk.url}/v1/desk/board", desk.of_tenant(number))
        for number in range(1, len(desk.history.park.tenants))
    ]


def _searches(desk: Desk) -> list[Request]:
    """A few letters of a name, as people type: the beginning of one, or of both."""
    chance = random.Random(SEED)
    asked = []
    for number in range(400):
        given, family = chance.choice(GIVEN), chance.choice(FAMILY)
        typed = family[: chance.randint(3, 6)] if number % 3 else f"{given} {family[:3]}"
        headers = desk.landlords if number % 2 else desk.of_tenant(1 + number % 39)
        url = f"{desk.url}/v1/desk/search?q={_quoted(typed)}"
        asked.append(get(url, headers))
    return asked


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def _badges(desk: Desk) -> list[Request]:
    return [
        get(f"{desk.url}/v1/visits/{visit_id}/badge", desk.landlords)
        for visit_id, _ in desk.history.today[:100]
    ]


async def _check_ins(desk: Desk, *, seconds: float) -> list[Figure]:
    """Each visitor of today once, one every tenth of a second."""
    waiting = iter(desk.history.today[TOGETHER:-ARRIVING])

    def next_one() -> Request:
        visit_id, _ = next(waiting)
        return post(f"{desk.url}/v1/visits/{visit_id}/check-in", {}, desk.landlords)

    used = processor_seconds(desk.running)
    found = await load_steadily(
        desk.url, next_one, per_second=CHECK_INS_PER_SECOND, seconds=min(seconds, 60)
    )
    used = processor_seconds(desk.running) - used
    return _figures("desk.check_in", found, goal_ms=CHECK_IN_MS, used=used)


async def _batch(desk: Desk) -> list[Figure]:
    """200 who are expected today, in one request; then all of them out again."""
    ids = [str(visit_id) for visit_id, _ in desk.history.today[:TOGETHER]]
    figures = []
    for action in ("check_in", "check_out"):
        body = {"action": action, "visit_ids": ids}
        request = post(f"{desk.url}/v1/desk/batch", body, desk.landlords)
        began = time.perf_counter()
        found = await load(desk.url, _once(request), connections=1, seconds=0.001)
        took = (time.perf_counter() - began) * 1000
        done = orjson.loads(found.replies[0].body)["done"]
        if done != len(ids):
            raise RuntimeError(f"{action}: {done} of {len(ids)} done")
        figures += [
            Figure(f"desk.batch.{action}", took, "ms"),
            Figure(f"desk.batch.{action}.to_goal", took / BATCH_MS, "1"),
        ]
    return figures


def _once(request: Request) -> Callable[[], Request]:
    return lambda: request
