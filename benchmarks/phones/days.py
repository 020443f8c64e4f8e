"""A day of all rooms: how long it takes, and how many bytes it is on the wire."""

from __future__ import annotations

import base64
import gzip
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import brotli
import orjson

from benchmarks.figures import Figure
from benchmarks.load import Reply, Request, connected
from benchmarks.phones.asking import ask
from benchmarks.reference.booking.oracle import QUARTERS, Oracle, days_ahead, is_for
from benchmarks.rooms import Rooms, must_be

PATH = "/v1/rooms/day"
VIEWERS = 20
GOAL_MS = 50.0
GOAL_BYTES = 20_000
CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "identity": lambda body: body,
    "gzip": gzip.decompress,
    "br": brotli.decompress,
}


@dataclass(frozen=True)
class Question:
    """In which coding it is asked, and the bits that must be answered, by the codes of rooms."""

    coding: str
    bits: dict[str, str]


async def measure(stage: Rooms, oracle: Oracle, name: str, *, seconds: float) -> list[Figure]:
    days = {day: oracle.day(day) for day in days_ahead(stage.park)}
    asked = {
        coding: [_asked(stage, number, days, coding=coding) for number in range(VIEWERS * 5)]
        for coding in CODINGS
    }
    return [
        *await ask(stage, name, asked["br"], check=is_right, seconds=seconds, goal_ms=GOAL_MS),
        *await _sizes(stage, name, asked),
    ]


def _asked(stage: Rooms, number: int, days: dict[date, dict[str, str]], *, coding: str) -> Request:
    day = list(days)[number % len(days)]
    viewer = stage.park.people[-1 - number % VIEWERS]
    theirs = {room.code: days[day][room.code] for room in stage.park.rooms if is_for(room, viewer)}
    return stage.asking(
        viewer,
        f"{PATH}?date={day.isoformat()}",
        about=Question(coding, theirs),
        headers={"accept-encoding": coding},
    )


async def _sizes(stage: Rooms, name: str, asked: dict[str, list[Request]]) -> list[Figure]:
    """The largest answer in each coding."""
    figures = []
    async with connected(stage.url, connections=1) as (wire,):
        for coding, requests in asked.items():
            replies = [await wire.ask(request) for request in itertools.islice(requests, VIEWERS)]
            must_be(replies, 200, check=is_right)
            largest = max(len(reply.body) for reply in replies)
            figures.append(Figure(f"{name}.{coding}", largest, "bytes"))
    return [*figures, Figure(f"{name}.br_to_goal", figures[-1].value / GOAL_BYTES, "1")]


def is_right(reply: Reply) -> bool:
    question = reply.request.about
    assert isinstance(question, Question)
    rooms = orjson.loads(CODINGS[question.coding](reply.body))["rooms"]
    return {code: _bits(packed) for code, packed in rooms.items()} == question.bits


def _bits(packed: str) -> str:
    data = base64.b64decode(packed)
    return f"{int.from_bytes(data):0{8 * len(data)}b}"[:QUARTERS]
