"""Bookings, series, holds, moves and extensions at one moment, in wholes and parts: no space is
held twice.
"""

import asyncio
import itertools
from datetime import datetime, timedelta
from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.booking.bookings.test_rivals import deadlocks, overlaps
from tests.booking.park import NINE, Park, minutes

ROOMS = (["a", "b", "c"], ["a", "b"], ["b", "c"], ["a"], ["b"], ["c"])
PEOPLE = ("amal@acme.example", "badr@acme.example", "chadia@acme.example", "driss@other.example")
FIT = {200, 201, 409}

actions = st.tuples(
    st.sampled_from(["book", "hold", "any", "series", "move", "extend", "cancel"]),
    st.integers(0, len(ROOMS) - 1),
    st.integers(0, 8).map(lambda steps: minutes(10 * steps)),
    st.sampled_from([minutes(10), minutes(30), minutes(60)]),
)
_weeks = itertools.count()


class Contest:
    """One day, on which a few bookings stand, and many act at once."""

    def __init__(self, park: Park, rooms: list[dict[str, Any]], day: datetime) -> None:
        self.park, self.rooms, self.day = park, rooms, day
        self.standing: list[dict[str, Any]] = []

    async def act(self, nth: int, what: str, room: int, after: timedelta, length: timedelta) -> int:
        by = PEOPLE[nth % len(PEOPLE)]
        starts = self.day + after
        when = {"starts_at": starts.isoformat(), "ends_at": (starts + length).isoformat()}
        where = {"room_id": self.rooms[room]["room_id"]}
        if what == "series":
            wall = starts.replace(tzinfo=None).isoformat()  # Casablanca is at UTC
            every = {"minutes": length // minutes(1), "rrule": "FREQ=DAILY;COUNT=3"}
            return await self._post("/v1/series", {**where, "starts_wall": wall, **every}, by)
        if what in {"book", "any", "hold"}:
            path = "/v1/holds" if what == "hold" else "/v1/bookings"
            body = {**({"any": {}} if what == "any" else where), **when}
            return await self._post(path, body, by)
        booking = self.standing[nth % len(self.standing)]
        path = f"/v1/bookings/{booking['booking_id']}/{what}"
        bodies = {"move": {**where, **when}, "extend": {"ends_at": when["ends_at"]}, "cancel": None}
        return await self._post(path, bodies[what], PEOPLE[0])

    async def _post(self, path: str, body: dict[str, Any] | None, by: str) -> int:
        answer: httpx.Response = await self.park.http.post(
            path, json=body, headers=self.park.as_(by)
        )
        return answer.status_code


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(actions, min_size=8, max_size=32))
async def test_whatever_is_done_at_once_no_space_is_held_twice(
    park: Park, acts: list[tuple[str, int, timedelta, timedelta]]
) -> None:
    rooms = await rooms_of(park)
    contest = Contest(park, rooms, NINE + timedelta(weeks=next(_weeks)))
    for nth, code in enumerate((3, 4, 5)):
        starts = contest.day + minutes(20 * nth)
        made = await park.a_booking(rooms[code], starts_at=starts, ends_at=starts + minutes(10))
        contest.standing.append(made)
    loop = asyncio.get_running_loop()
    began = loop.time()
    statuses = await asyncio.gather(*(contest.act(nth, *act) for nth, act in enumerate(acts)))
    assert set(statuses) <= FIT | {204}, statuses
    assert loop.time() - began < 20
    assert await overlaps(park) == 0
    await park.query("DELETE FROM holds RETURNING 1")


async def rooms_of(park: Park) -> list[dict[str, Any]]:
    """Wholes and parts of three spaces; made once in each park."""
    rows = await park.query("SELECT id FROM rooms WHERE code LIKE 'MIX-%' ORDER BY code")
    if rows:
        return [{"room_id": str(row.id)} for row in rows]
    return [await park.a_room(code=f"MIX-{n}", spaces=spaces) for n, spaces in enumerate(ROOMS)]


async def test_mixed_rivals_see_no_deadlock(park: Park, rivals: int) -> None:
    rooms = await rooms_of(park)
    contest = Contest(park, rooms, NINE)
    contest.standing = [
        await park.a_booking(
            rooms[n], starts_at=NINE - minutes(10 * n), ends_at=NINE - minutes(10 * n - 10)
        )
        for n in (3, 4, 5)
    ]
    kinds = ("book", "hold", "any", "move", "series")
    statuses = await asyncio.gather(
        *(contest.act(n, kinds[n % 5], n % 6, minutes(30), minutes(30)) for n in range(rivals))
    )
    assert set(statuses) <= FIT, statuses
    assert await overlaps(park) == 0
    assert await deadlocks(park) == 0
