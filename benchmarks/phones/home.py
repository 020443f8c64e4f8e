"""The first screen: what comes next, the week, rooms that are free near by, in one request."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from benchmarks.figures import Figure
from benchmarks.load import Reply, Request
from benchmarks.phones.asking import ask
from benchmarks.reference.booking.oracle import Oracle
from benchmarks.reference.booking.park import SEED, Person
from benchmarks.reference.booking.year import BUSY_PEOPLE
from benchmarks.rooms import Rooms

PATH = "/v1/home"
VIEWERS, BUSY = 150, 50
"""People at random, and so many of those who book for others all day."""
WEEK, HOUR = timedelta(days=7), timedelta(hours=1)
GOAL_MS = 30.0


@dataclass(frozen=True)
class Question:
    """What must be shown of what begins from an hour after the park's instant until an hour before
    a week after it: nothing of that begins or ends, or comes into sight, while it is asked.
    """

    since: datetime
    until: datetime
    week: list[str]


async def measure(stage: Rooms, oracle: Oracle, name: str, *, seconds: float) -> list[Figure]:
    chance, people = random.Random(SEED), stage.park.people
    viewers = chance.sample(people, VIEWERS) + chance.sample(people[:BUSY_PEOPLE], BUSY)
    chance.shuffle(viewers)
    requests = [_asked(stage, oracle, viewer) for viewer in viewers]
    return await ask(stage, name, requests, check=is_right, seconds=seconds, goal_ms=GOAL_MS)


def _asked(stage: Rooms, oracle: Oracle, viewer: Person) -> Request:
    since, until = stage.park.at + HOUR, stage.park.at + WEEK - HOUR
    theirs = [
        str(one.booking_id)
        for one in oracle.bookings_of(viewer)
        if one.holds and since < one.starts_at < until
    ]
    return stage.asking(viewer, PATH, about=Question(since, until, theirs))


def is_right(reply: Reply) -> bool:
    question, home = reply.request.about, orjson.loads(reply.body)
    assert isinstance(question, Question)
    starts = {one["booking_id"]: datetime.fromisoformat(one["starts_at"]) for one in home["week"]}
    week = [found for found, at in starts.items() if question.since < at < question.until]
    coming = home["next"] and home["next"]["booking_id"]
    is_next = not week or coming == week[0] or starts[coming] <= question.since
    return sorted(week) == sorted(question.week) and is_next
