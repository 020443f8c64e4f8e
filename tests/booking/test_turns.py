"""Long work in turns: how much is done before others whom the process serves have theirs.

Counted, not timed: what runs between two turns of the event loop is what nobody can interrupt.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import CodeType, FrameType
from typing import Any

from sqlmodel import SQLModel

from services.booking.bookings.domain import Booking
from services.booking.series.domain import Carried
from services.booking.series.views import occurrence_view
from services.booking.turns import AT_ONCE, in_turns
from tests.booking.park import Park
from tests.booking.series.asking import AMAL, BADR, a_series, ask_for

RULE = "FREQ=DAILY;COUNT=160"
PEOPLE = [{"email": BADR}, {"email": "guest@example.org"}]


@asynccontextmanager
async def most_in_one_turn(*functions: Callable[..., Any]) -> AsyncIterator[Counter[str]]:
    """How often each is called before the event loop comes round, at most."""
    watched: dict[CodeType, str] = {each.__code__: each.__qualname__ for each in functions}
    most, now = Counter[str](), Counter[str]()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code in watched:
            name = watched[frame.f_code]
            now[name] += 1
            most[name] = max(most[name], now[name])

    async def come_round() -> None:
        while True:
            now.clear()
            await asyncio.sleep(0)

    rounds = asyncio.create_task(come_round())
    sys.setprofile(note)
    try:
        yield most
    finally:
        sys.setprofile(None)
        rounds.cancel()


async def test_others_have_their_turn_after_so_many_rows() -> None:
    seen: list[str] = []

    async def somebody_else() -> None:
        while True:
            seen.append("else")
            await asyncio.sleep(0)

    other = asyncio.create_task(somebody_else())
    given: list[int] = []
    async for some in in_turns(range(2 * AT_ONCE + 1)):
        given += some
        seen.append(f"{len(some)}")
    other.cancel()
    assert given == list(range(2 * AT_ONCE + 1))
    assert [each for each in seen if each != "else"] == [f"{AT_ONCE}", f"{AT_ONCE}", "1"]
    assert seen[1::2] == ["else", "else"]


async def test_however_many_rows_each_comes_to_one_is_given_out() -> None:
    sizes = [len(some) async for some in in_turns("abc", rows=AT_ONCE * 2)]
    assert sizes == [1, 1, 1]
    assert [len(some) async for some in in_turns("abcde", rows=AT_ONCE // 2)] == [2, 2, 1]
    assert [some async for some in in_turns("")] == []


async def test_a_long_series_leaves_others_their_turns(park: Park) -> None:
    """As it is looked at, made, changed and called off."""
    room = await park.a_room()
    async with most_in_one_turn(SQLModel.__new__, occurrence_view) as most:
        for path in ("/v1/series/preview", "/v1/series"):
            answer = await ask_for(park, room, RULE, path=path, participants=PEOPLE)
            assert answer.status_code in (200, 201), answer.text
    assert 0 < most["SQLModel.__new__"] <= AT_ONCE
    assert 0 < most["occurrence_view"] <= AT_ONCE


async def test_a_change_of_a_long_series_leaves_others_their_turns(park: Park) -> None:
    made = await a_series(park, rule=RULE, participants=PEOPLE)
    path = f"/v1/series/{made['series']['series_id']}"
    async with most_in_one_turn(SQLModel.__new__, Carried.reach, Booking.cancel) as most:
        for action, body in (
            ("change", {"minutes": 50, "invite": [{"email": "new@example.org"}]}),
            ("cancel", None),
        ):
            answer = await park.http.post(f"{path}/{action}", json=body, headers=park.as_(AMAL))
            assert answer.status_code == 200, answer.text
    assert 0 < most["SQLModel.__new__"] <= AT_ONCE
    assert 0 < most["Carried.reach"] <= AT_ONCE // 4
    assert 0 < most["Booking.cancel"] <= AT_ONCE // 4
