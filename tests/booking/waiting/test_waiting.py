"""Story D: who waits for a room is offered it when it is given back, the first first."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from services.booking.service import SERVICE
from tests.booking.park import ELEVEN, NINE, TEN, Park, minutes
from tests.booking.waiting.queueing import (
    AMAL,
    BADR,
    CHADIA,
    DRISS,
    accept,
    listed,
    turns,
    wait_for,
    waits,
    work,
)


async def test_what_is_cancelled_is_held_for_the_first_who_waits(park: Park) -> None:
    room = await park.a_room()
    booking = await park.a_booking(room)
    await waits(park, room, by=BADR)
    await waits(park, room, by=DRISS)
    await work(park)
    assert await turns(park, BADR, DRISS) == ["waiting", "waiting"]
    await park.do(booking, "cancel")
    await work(park)
    await work(park)
    assert await turns(park, BADR, DRISS) == ["offered", "waiting"]
    for rival in (AMAL, DRISS):
        assert (await park.book(room, by=rival)).json()["code"] == "room_taken"
    (mine,) = await listed(park, BADR)
    made = await accept(park, mine, by=BADR)
    assert (made.status_code, made.json()["booking_id"]) == (201, mine["offer"]["booking_id"])
    await work(park)
    assert await turns(park, BADR, DRISS) == ["booked", "waiting"]


async def test_what_is_let_go_by_is_offered_to_the_next(park: Park) -> None:
    room = await park.a_room()
    for person in (BADR, DRISS):
        await waits(park, room, by=person)
    await work(park)
    (gone,) = await listed(park, BADR)
    park.now += minutes(5)
    await work(park)
    assert await turns(park, BADR, DRISS) == ["lapsed", "offered"]
    assert (await accept(park, gone, by=BADR)).json()["code"] == "hold_expired"
    (mine,) = await listed(park, DRISS)
    assert (await accept(park, mine, by=DRISS)).status_code == 201


async def test_who_accepts_and_their_rivals_never_have_it_both(park: Park, rivals: int) -> None:
    room = await park.a_room()
    await waits(park, room, by=BADR)
    await waits(park, room, by=DRISS)
    await work(park)
    (mine,) = await listed(park, BADR)
    answers = await asyncio.gather(
        *(accept(park, mine, by=BADR) for _ in range(3)),
        *(park.book(room, by=AMAL) for _ in range(rivals // 2)),
        *(work(park) for _ in range(2)),
    )
    codes = [each.status_code for each in answers if each is not None]
    assert codes.count(201) == 1
    assert [each is not None and each.status_code for each in answers[:3]].count(201) == 1
    await work(park)
    assert await turns(park, BADR, DRISS) == ["booked", "waiting"]


async def test_workers_that_look_at_once_offer_it_once(park: Park) -> None:
    room = await park.a_room()
    for person in (BADR, DRISS, CHADIA):
        await waits(park, room, by=person)
    await asyncio.gather(*(work(park) for _ in range(4)))
    assert await turns(park, BADR, DRISS, CHADIA) == ["offered", "waiting", "waiting"]
    assert len(await park.query("SELECT 1 FROM holds")) == 1


async def _cancelled(park: Park, booking: Any) -> None:
    await park.do(booking, "cancel")


async def _moved(park: Park, booking: Any) -> None:
    moved = await park.do(booking, "move", starts_at=ELEVEN.isoformat())
    assert moved.is_success, moved.text


async def _released(park: Park, _: Any) -> None:
    park.now = NINE + minutes(15)
    for loop in SERVICE.loops(park.ground):
        if loop.name == "bookings.release":
            await loop.round()


async def _swapped(park: Park, booking: Any) -> None:
    early = await park.a_booking(ends_at=NINE + minutes(30))
    swapped = await park.do(booking, "swap-room", booking_id=early["booking_id"])
    assert swapped.is_success, swapped.text


async def _moved_to_another_room(park: Park, booking: Any) -> None:
    moved = await park.do(booking, "move", room_id=(await park.a_room())["room_id"])
    assert moved.is_success, moved.text


async def _ended(park: Park, booking: Any) -> None:
    park.now = NINE + minutes(15)
    assert (await park.do(booking, "end-early")).is_success


@pytest.mark.parametrize(
    "given_back", [_cancelled, _moved, _moved_to_another_room, _swapped, _released, _ended]
)
async def test_however_it_is_given_back(park: Park, given_back: Callable[..., Any]) -> None:
    room = await park.a_room()
    booking = await park.a_booking(room)
    half = {"starts_at": (NINE + minutes(30)).isoformat(), "ends_at": TEN.isoformat()}
    await waits(park, room, by=BADR, **half)
    await given_back(park, booking)
    await work(park)
    assert await turns(park, BADR) == ["offered"]


async def test_any_room_that_fits_will_do(park: Park) -> None:
    room, small = await park.a_room(capacity=9), await park.a_room(capacity=2)
    booking = await park.a_booking(room)
    assert (await wait_for(park, by=BADR, any={"people": 5})).status_code == 201
    await work(park)
    assert await turns(park, BADR) == ["waiting"]
    await park.do(booking, "cancel")
    await work(park)
    (mine,) = await listed(park, BADR)
    assert mine["offer"]["room_id"] == room["room_id"] != small["room_id"]


async def test_as_many_as_there_are_rooms_are_offered_one_at_once(park: Park) -> None:
    for _ in range(2):
        await park.a_room()
    for person in (BADR, DRISS, CHADIA):
        assert (await wait_for(park, by=person, any={"people": 2})).status_code == 201
    await work(park)
    assert await turns(park, BADR, DRISS, CHADIA) == ["offered", "offered", "waiting"]
    assert len({row.room_id for row in await park.query("SELECT room_id FROM holds")}) == 2


async def test_who_holds_too_much_is_passed_over_until_they_hold_less(park: Park) -> None:
    room = await park.a_room()
    held = [await _holds_another_room(park, by=BADR) for _ in range(3)]
    for person in (BADR, DRISS):
        await waits(park, room, by=person)
    await work(park)
    assert await turns(park, BADR, DRISS) == ["waiting", "offered"]
    await park.http.delete(f"/v1/holds/{held[0]}", headers=park.as_(BADR))
    (driss,) = await listed(park, DRISS)
    await park.http.delete(f"/v1/waiting/{driss['waiting_id']}", headers=park.as_(DRISS))
    await work(park)
    assert await turns(park, BADR) == ["offered"]


async def _holds_another_room(park: Park, *, by: str) -> str:
    body = {"room_id": (await park.a_room())["room_id"], "starts_at": NINE.isoformat()}
    answer = await park.http.post("/v1/holds", json=body | {"minutes": 30}, headers=park.as_(by))
    held: str = answer.json()["hold_id"]
    return held


async def test_nobody_waits_for_what_has_begun_or_could_never_be(park: Park) -> None:
    room = await park.a_room()
    await waits(park, room, by=BADR)
    too_many = await wait_for(park, by=BADR, room_id=room["room_id"], people=99)
    assert too_many.json()["code"] == "room_too_small"
    assert (await wait_for(park, by=BADR, any={"people": 99})).json()["code"] == "nothing_fits"
    park.now = NINE
    assert (await wait_for(park, by=BADR, room_id=room["room_id"])).json()["code"] == "in_the_past"
    assert await listed(park, BADR) == []
    await work(park)
    assert await park.query("SELECT 1 FROM waiting UNION ALL SELECT 1 FROM holds") == []


async def test_who_stops_waiting_lets_go_of_the_offer(park: Park) -> None:
    room = await park.a_room()
    mine = await waits(park, room, by=BADR)
    await waits(park, room, by=DRISS)
    await work(park)
    path = f"/v1/waiting/{mine['waiting_id']}"
    assert (await park.http.delete(path, headers=park.as_(DRISS))).status_code == 404
    assert (await park.http.delete(path, headers=park.as_(BADR))).status_code == 204
    await work(park)
    assert await turns(park, BADR, DRISS) == ["offered"]


async def test_who_has_left_waits_no_more(park: Park) -> None:
    room = await park.a_room()
    await waits(park, room, by=BADR)
    await waits(park, room, by=DRISS)
    await park.delist(BADR)
    await work(park)
    assert await turns(park, DRISS) == ["offered"]
    assert len(await park.query("SELECT 1 FROM waiting")) == 1


async def test_one_waits_for_ten_at_most_and_reads_them_in_pages(park: Park) -> None:
    room = await park.a_room()
    made = [(await waits(park, room, by=BADR))["waiting_id"] for _ in range(10)]
    answer = await wait_for(park, by=BADR, room_id=room["room_id"])
    assert answer.json()["code"] == "too_many_waiting"
    seen, cursor = [], None
    while True:
        params = {"limit": 4} | ({"cursor": cursor} if cursor else {})
        answer = await park.http.get("/v1/waiting", params=params, headers=park.as_(BADR))
        seen += [each["waiting_id"] for each in answer.json()["items"]]
        cursor = answer.json()["next"]
        if cursor is None:
            break
    assert seen == made
