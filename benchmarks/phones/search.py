"""Which rooms are free: over all 1,000 rooms, each answer compared with the park's own oracle."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from urllib.parse import urlencode

import orjson

from benchmarks.figures import Figure
from benchmarks.load import Reply, Request
from benchmarks.phones.asking import ask
from benchmarks.reference.booking.oracle import Need, Oracle, days_ahead
from benchmarks.reference.booking.park import EQUIPMENT, SEED, Park
from benchmarks.rooms import Rooms

PATH = "/v1/rooms/free"
QUESTIONS = 200
SHOWN = 20
GOAL_MS = 50.0


@dataclass(frozen=True)
class Question:
    """What is asked, and the codes that must be answered."""

    need: Need
    codes: list[str]


async def measure(stage: Rooms, oracle: Oracle, name: str, *, seconds: float) -> list[Figure]:
    chance = random.Random(SEED)
    requests = [search_asked(stage, oracle, chance) for _ in range(QUESTIONS)]
    return await ask(stage, name, requests, check=is_right, seconds=seconds, goal_ms=GOAL_MS)


def search_asked(stage: Rooms, oracle: Oracle, chance: random.Random) -> Request:
    """A question that somebody asks, with what must be answered."""
    viewer = chance.choice(stage.park.people[-QUESTIONS:])
    need = _need(stage.park, chance)
    codes = [room.code for room in oracle.free(need, viewer=viewer)[:SHOWN]]
    asked: dict[str, object] = {
        "starts_at": need.starts_at.isoformat(),
        "ends_at": need.ends_at.isoformat(),
        "people": need.people,
        "limit": SHOWN,
    }
    if need.equipment is not None:
        asked["equipment"] = need.equipment
    if need.building is not None:
        asked["building_zone_id"] = need.building.zone_id
    return stage.asking(viewer, f"{PATH}?{urlencode(asked)}", about=Question(need, codes))


def _need(park: Park, chance: random.Random) -> Need:
    """Half an hour or more in one of the next working days."""
    day = chance.choice(days_ahead(park))
    hours = timedelta(minutes=15 * chance.randrange(8 * 4, 17 * 4))
    starts_at = datetime.combine(day, time(), UTC) + hours
    return Need(
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30 * chance.randint(1, 4)),
        people=chance.choice((2, 4, 4, 6, 8, 12, 20)),
        equipment=chance.choice((None, None, *EQUIPMENT)),
        building=chance.choice((None, *park.buildings)),
    )


def is_right(reply: Reply) -> bool:
    question = reply.request.about
    assert isinstance(question, Question)
    return [room["code"] for room in orjson.loads(reply.body)["items"]] == question.codes
