"""What the gateway costs: the same requests through nginx, as compose configures it, and behind it.

nginx, the serving process, PostgreSQL and the load share the machine's cores, so that whatever
nginx uses is taken from the others.
"""

from __future__ import annotations

import itertools
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.figures import Figure, percentile
from benchmarks.load import Answered, Reply, Request, load, post
from benchmarks.phones.search import QUESTIONS, is_right, search_asked
from benchmarks.reference.booking.oracle import oracle_of
from benchmarks.reference.booking.park import SEED, Size
from benchmarks.rooms import Rooms, must_be, rooms
from benchmarks.turns import EMPTY
from tests.gateway.names import Names
from tests.support.nginx import DEPLOY, Nginx

FULL_SECONDS = 30.0
CONNECTIONS = 16
ALL_FROM_HERE = {"rate=500r/s": "rate=100000r/s"}
"""The whole load has one address."""


@dataclass(frozen=True)
class Asked:
    """What is asked for again and again."""

    name: str
    make: Callable[[str], Request]
    """The next request under an address."""
    is_right: Callable[[Reply], bool]


async def measure(scale: float) -> list[Figure]:
    """In turns, three times each."""
    seconds = max(FULL_SECONDS * scale, 3.0) / 3
    found: list[Figure] = []
    async with rooms(Size.of_bookings(round(Size.bookings * scale))) as stage:
        with _gateway(stage.url) as gateway:
            for asked in (_searches(stage), NOTHING):
                found += await _compared(asked, stage.url, gateway, seconds=seconds)
    return found


@contextmanager
def _gateway(direct: str) -> Iterator[str]:
    """The address under which the serving process is reached through a gateway."""
    names = Names()
    names.addresses["booking-api"] = "127.0.0.1"
    changes = {"-api:8000": f"-api:{urlsplit(direct).port}", **ALL_FROM_HERE}
    resolver = {"PARVIS_RESOLVER": f"127.0.0.1:{names.port}"}
    with tempfile.TemporaryDirectory() as home:
        nginx = Nginx(Path(home), DEPLOY / "compose/gateway", changes, resolver)
        nginx.start()
        try:
            yield f"{nginx.address}/booking"
        finally:
            nginx.end()
            names.close()


def _searches(stage: Rooms) -> Asked:
    oracle, chance = oracle_of(stage.park), random.Random(SEED)
    again = itertools.cycle([search_asked(stage, oracle, chance) for _ in range(QUESTIONS)])

    def make(url: str) -> Request:
        request = next(again)
        path = urlsplit(url).path.encode()
        return Request(request.wire.replace(b"GET ", b"GET " + path, 1), request.about)

    return Asked("search", make, is_right)


NOTHING = Asked("empty", lambda url: post(f"{url}/v1/empty", EMPTY, {}), lambda _: True)
"""A route that does nothing."""


async def _compared(asked: Asked, direct: str, through: str, *, seconds: float) -> list[Figure]:
    alone, behind = Answered(), Answered()
    await _loaded(asked, direct, seconds=1)
    for _ in range(3):
        alone += await _loaded(asked, direct, seconds=seconds)
        behind += await _loaded(asked, through, seconds=seconds)
    name = asked.name
    return [
        Figure(f"gateway.{name}.direct", alone.per_second, "requests/s"),
        Figure(f"gateway.{name}.through", behind.per_second, "requests/s"),
        Figure(f"gateway.{name}.through_to_direct", behind.per_second / alone.per_second, "1"),
        Figure(f"gateway.{name}.direct.p95", percentile(alone.seconds, 0.95) * 1000, "ms"),
        Figure(f"gateway.{name}.through.p95", percentile(behind.seconds, 0.95) * 1000, "ms"),
    ]


async def _loaded(asked: Asked, url: str, *, seconds: float) -> Answered:
    found = await load(url, partial(asked.make, url), connections=CONNECTIONS, seconds=seconds)
    must_be(found.replies, 200, check=asked.is_right)
    return found
