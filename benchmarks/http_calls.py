"""The decision and the booking over HTTP, against an empty FastAPI route on the same server.

One serving process and its database work while it is measured. What its events make others do is
measured in `throughput` and `latency`.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from benchmarks.figures import Figure, spread
from benchmarks.load import Answered, MakeRequest, Request, load, post
from benchmarks.rig import a_park
from deploy.local.callers import Json
from deploy.local.day import Stage
from tests.support.processes import ParkOfProcesses

FULL_SECONDS = 30.0
CONNECTIONS = (8, 32)
ROOMS = 40
HOUR = timedelta(hours=1)


async def measure(scale: float) -> list[Figure]:
    """At 8 and 32 connections; every answer must be the good one."""
    seconds = max(FULL_SECONDS * scale, 3.0)
    figures: list[Figure] = []
    async with a_park() as park:
        stage = await park.open()
        calls: dict[str, tuple[str, MakeRequest, int]] = {
            "decision": (stage.at.access, _decisions(stage), 200),
            "booking": (stage.at.booking, await _bookings(stage), 201),
        }
        for (name, (url, make, status)), connections in itertools.product(
            calls.items(), CONNECTIONS
        ):
            await _serve_alone(park, url)
            body = {"text": "nothing"}
            empty_request = post(f"{url}/v1/empty", body, {})
            await load(url, make, connections=connections, seconds=1)  # caches, connections
            empty = await load(url, lambda: empty_request, connections=connections, seconds=seconds)  # noqa: B023 - used at once
            found = await load(url, make, connections=connections, seconds=seconds)
            _must_be(found.statuses, status)
            figures += _figures(f"http.{name}.at_{connections}", found, empty=empty)
    return figures


async def _serve_alone(park: ParkOfProcesses, url: str) -> None:
    for service in park.services.values():
        service.stop()
    alone = next(service for service in park.services.values() if service.url == url)
    alone.start("serve")
    await alone.is_ready()


def _must_be(statuses: Counter[int], wanted: int) -> None:
    if set(statuses) != {wanted}:
        raise RuntimeError(f"expected {wanted} alone, got {dict(statuses)}")


def _figures(name: str, found: Answered, *, empty: Answered) -> list[Figure]:
    return [
        Figure(name, found.per_second, "requests/s"),
        Figure(f"{name}.empty_route", empty.per_second, "requests/s"),
        Figure(f"{name}.to_empty_route", found.per_second / empty.per_second, "1"),
        *spread(name, found.seconds),
    ]


def _decisions(stage: Stage) -> MakeRequest:
    """The badge of an employee at the lobby of their building, again and again."""
    park = stage.listed.park
    door = next(iter(park.doors))
    way = stage.listed.way(door.code, "in")
    controller = stage.listed.controller_of(door.code)
    url = f"{stage.at.access}/v1/access-points/{way}/decisions"
    headers = {"x-device-key": stage.keys[controller["code"]]}
    read = stage.badge(park.examples["employee"].email)
    epoch, at = controller["epoch"], datetime.now(UTC).isoformat()

    def make() -> Request:
        number = stage.reads.next()
        body: Json = {"epoch": epoch, "sequence": number, "read_at": at, "read": read}
        return post(url, body, headers)

    return make


async def _bookings(stage: Stage) -> MakeRequest:
    """An hour of some room that nobody has taken, each time."""
    park = stage.listed.park
    facility_manager = stage.person(park.examples["facility_manager"].email)
    zone_id = stage.listed.zones[park.rooms[0].zone]
    rooms = []
    for number in range(ROOMS):
        names = dict.fromkeys(("fr", "ar", "en"), f"Bench {number}")
        room = {"code": f"BENCH-{number}", "names": names, "zone_id": zone_id, "capacity": 8}
        body = {**room, "equipment": [], "opening": "always"}
        made = await facility_manager.post(f"{stage.at.booking}/v1/rooms", body, expect=201)
        rooms.append(made["room_id"])
    employee = stage.person(park.examples["employee"].email)
    slots = _slots(rooms)
    url = f"{stage.at.booking}/v1/bookings"

    def make() -> Request:
        room_id, starts_at = next(slots)
        body = {
            "room_id": room_id,
            "starts_at": starts_at.isoformat(),
            "ends_at": (starts_at + HOUR).isoformat(),
            "participants": [],
        }
        return post(url, body, {**employee.headers, "idempotency-key": str(uuid4())})

    return make


def _slots(rooms: list[str]) -> Iterator[tuple[str, datetime]]:
    first = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + 24 * HOUR
    for number in itertools.count():
        for room_id in rooms:
            yield room_id, first + number * HOUR
