"""Two decide on requests that want the same spaces, at the same moment."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from tests.booking.bookings.requests import a_request, a_room_on_request
from tests.booking.bookings.test_holds import hold
from tests.booking.bookings.test_locks import somebody_waits
from tests.booking.bookings.test_rivals import deadlocks, overlaps
from tests.booking.park import ELEVEN, NINE, TEN, Park, a_person, minutes
from tests.support.eventually import eventually

AMAL, BADR, DRISS = "amal@acme.example", "badr@acme.example", "driss@other.example"
FATIMA, GHITA = "fatima@landlord.example", "ghita@landlord.example"
FACILITY = ["facility_manager"]


async def approved_at_once(
    park: Park, *requests: tuple[dict[str, Any], str, list[str]]
) -> list[httpx.Response]:
    """Each by one person, on a connection of its own: they meet where the spaces are held."""
    rival = await asyncpg.connect(park.ground.database.url)
    try:
        async with rival.transaction():
            await rival.execute("SELECT FROM spaces FOR UPDATE")
            answers = [
                asyncio.create_task(park.do(request, "approve", by=email, roles=roles))
                for request, email, roles in requests
            ]
            await eventually(lambda: somebody_waits(park, how_many=len(requests)))
    finally:
        await rival.close()
    return list(await asyncio.gather(*answers))


async def two_managers(park: Park) -> None:
    await park.list_person(a_person(park.landlord_id, email=GHITA))


async def stands(park: Park, request: dict[str, Any]) -> bool:
    rows = await park.query(
        "SELECT status FROM bookings WHERE id = :b", b=UUID(request["booking_id"])
    )
    assert rows[0].status in {"confirmed", "requested"}
    return bool(rows[0].status == "confirmed")


async def test_of_two_that_overlap_one_stands_and_the_other_is_told_by_what(park: Park) -> None:
    await two_managers(park)
    room = await a_room_on_request(park, buffer_after_minutes=10)
    first = await a_request(park, room)
    second = await a_request(park, room, by=DRISS, starts_at=TEN, ends_at=ELEVEN)
    answers = await approved_at_once(park, (first, FATIMA, FACILITY), (second, GHITA, FACILITY))
    (won,) = [answer for answer in answers if answer.status_code == 200]
    (lost,) = [answer for answer in answers if answer.status_code == 409]
    assert lost.json()["code"] == "room_taken"
    (there,) = lost.json()["in_the_way"]
    assert there["booking"]["booking_id"] == won.json()["booking_id"]
    assert there["booking"]["organiser_id"] == won.json()["organiser_id"]
    assert there["starts_wall"] == won.json()["starts_wall"]
    assert there["ends_wall"] > won.json()["ends_wall"], "with its buffer"
    assert await stands(park, first) != await stands(park, second)
    assert await park.announced() == ["confirmed"]
    assert await overlaps(park) == 0
    assert await deadlocks(park) == 0


async def test_a_whole_and_its_part_never_both_stand(park: Park) -> None:
    await two_managers(park)
    whole = await a_room_on_request(park, spaces=["left", "right"])
    part = await a_room_on_request(park, spaces=["right"])
    for day in range(6):
        starts = NINE + minutes(24 * 60 * day)
        one = await a_request(park, whole, starts_at=starts, ends_at=starts + minutes(60))
        other = await a_request(
            park, part, starts_at=starts + minutes(45), ends_at=starts + minutes(90)
        )
        pair = [(one, FATIMA, FACILITY), (other, GHITA, FACILITY)]
        answers = await approved_at_once(park, *(pair if day % 2 else pair[::-1]))
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        assert await stands(park, one) != await stands(park, other)
    assert await overlaps(park) == 0
    assert await deadlocks(park) == 0


async def test_two_parts_both_stand(park: Park) -> None:
    await two_managers(park)
    left = await a_request(park, await a_room_on_request(park, spaces=["left"]))
    right = await a_request(park, await a_room_on_request(park, spaces=["right"]))
    answers = await approved_at_once(park, (left, FATIMA, FACILITY), (right, GHITA, FACILITY))
    assert [answer.status_code for answer in answers] == [200, 200]


async def test_who_may_not_look_up_what_is_in_the_way_is_told_when_and_not_what(
    park: Park,
) -> None:
    """Of a room that shares a space; and of a hold nobody is told that it is one."""
    whole = await park.a_room(spaces=["left", "right"])
    on_request = await a_room_on_request(park, by="people", people=(DRISS,), spaces=["left"])
    taken = await park.a_booking(whole, title="Fusion", ends_at=NINE + minutes(30))
    held = await hold(park, whole, starts_at=(NINE + minutes(30)).isoformat())
    assert held.status_code == 201, held.text
    request = await a_request(park, on_request, by=DRISS)
    answer = await park.do(request, "approve", by=DRISS)
    assert (answer.status_code, answer.json()["code"]) == (409, "room_taken")
    in_the_way = answer.json()["in_the_way"]
    assert [one["booking"] for one in in_the_way] == [None, None]
    assert [one["starts_wall"][-8:] for one in in_the_way] == ["09:00:00", "09:30:00"]
    for secret in (taken["booking_id"], held.json()["hold_id"], "Fusion", str(park.tenant_id)):
        assert secret not in answer.text
    seen = await park.do(request, "approve", by=FATIMA, roles=FACILITY)
    assert [bool(one["booking"]) for one in seen.json()["in_the_way"]] == [True, False]
