"""Two bookings exchange rooms: both, or neither, whoever else wants them."""

import asyncio
from uuid import UUID

from tests.booking.bookings.test_rivals import deadlocks, overlaps
from tests.booking.park import ELEVEN, NINE, TEN, Park, minutes

BADR, DRISS, FATIMA = "badr@acme.example", "driss@other.example", "fatima@landlord.example"
FACILITY = ["facility_manager"]


async def test_two_bookings_exchange_rooms_each_at_its_own_time(park: Park) -> None:
    large, small = await park.a_room(capacity=20), await park.a_room(capacity=3)
    one = await park.a_booking(large)
    other = await park.a_booking(small, starts_at=NINE + minutes(30), ends_at=ELEVEN)
    answer = await park.do(one, "swap-room", booking_id=other["booking_id"])
    assert answer.status_code == 200, answer.text
    assert (answer.json()["room_id"], answer.json()["capacity"]) == (small["room_id"], 3)
    assert (await park.shown(other))["room_id"] == large["room_id"]
    assert await park.claims(one) == [(NINE, TEN)]
    assert await park.claims(other) == [(NINE + minutes(30), ELEVEN)]
    for booking in (one, other):
        assert await park.announced(booking) == ["confirmed", "rescheduled"]
    await park.a_booking(large, by=DRISS, ends_at=NINE + minutes(30))


async def test_neither_moves_where_one_of_them_cannot(park: Park) -> None:
    large, small = await park.a_room(capacity=20), await park.a_room(capacity=3)
    many = await park.a_booking(large, people=12)
    few = await park.a_booking(small, starts_at=NINE, ends_at=ELEVEN)
    answer = await park.do(few, "swap-room", booking_id=many["booking_id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "room_too_small")
    await park.do(many, "participants", method="PUT", participants=[])
    third = await park.a_booking(large, starts_at=TEN, ends_at=ELEVEN)
    lighter = await park.a_booking(await park.a_room())
    answer = await park.do(few, "swap-room", booking_id=lighter["booking_id"])
    assert answer.status_code == 200
    back = await park.do(few, "swap-room", booking_id=third["booking_id"])
    assert (back.status_code, back.json()["code"]) == (409, "room_taken")
    assert (await park.shown(third))["room_id"] == large["room_id"]
    assert await overlaps(park) == 0


async def test_both_are_the_callers_or_the_facility_manager_exchanges_them(park: Park) -> None:
    mine = await park.a_booking()
    colleagues = await park.a_booking(by=BADR, invited=["amal@acme.example"])
    strangers = await park.a_booking(by=DRISS)
    refused = await park.do(mine, "swap-room", booking_id=colleagues["booking_id"])
    assert (refused.status_code, refused.json()["code"]) == (403, "not_your_booking")
    unseen = await park.do(mine, "swap-room", booking_id=strangers["booking_id"])
    assert (unseen.status_code, unseen.json()["code"]) == (404, "no_such_booking")
    answer = await park.do(
        mine, "swap-room", by=FATIMA, roles=FACILITY, booking_id=strangers["booking_id"]
    )
    assert answer.status_code == 200
    assert (await park.shown(mine))["room_id"] == strangers["room_id"]


async def test_no_exchange_gives_somebody_a_room_that_is_not_for_them(park: Park) -> None:
    room = await park.a_room()
    mine = await park.a_booking(room)
    await park.query(
        "UPDATE rooms SET person_ids = :p WHERE id = :id RETURNING id",
        p=[park.person_id("amal@acme.example"), park.person_id(FATIMA)],
        id=UUID(room["room_id"]),
    )
    strangers = await park.a_booking(by=DRISS)
    answer = await park.do(
        mine, "swap-room", by=FATIMA, roles=FACILITY, booking_id=strangers["booking_id"]
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "not_their_room")
    assert (await park.shown(mine))["room_id"] == room["room_id"]


async def test_a_booking_is_not_exchanged_with_itself_or_within_its_room(park: Park) -> None:
    room = await park.a_room()
    one = await park.a_booking(room)
    other = await park.a_booking(room, starts_at=TEN, ends_at=ELEVEN)
    for booking_id in (one["booking_id"], other["booking_id"]):
        answer = await park.do(one, "swap-room", booking_id=booking_id)
        assert (answer.status_code, answer.json()["code"]) == (409, "same_room")


async def test_parts_and_wholes_are_exchanged_in_one_step(park: Park) -> None:
    whole = await park.a_room(spaces=["left", "right"])
    part, elsewhere = await park.a_room(spaces=["left"]), await park.a_room()
    meeting = await park.a_booking(whole)
    later = await park.a_booking(part, starts_at=TEN, ends_at=ELEVEN)
    answer = await park.do(meeting, "swap-room", booking_id=later["booking_id"])
    assert answer.status_code == 200
    assert len(await park.claims(meeting)) == 1
    assert len(await park.claims(later)) == 2
    assert (await park.do(later, "move", room_id=elsewhere["room_id"])).status_code == 200


async def test_swaps_there_and_back_at_once_wait_for_each_other(park: Park) -> None:
    bookings = [await park.a_booking() for _ in range(3)]
    pairs = [(0, 1), (1, 0), (1, 2), (2, 1), (2, 0), (0, 2)] * 3
    answers = await asyncio.gather(
        *(
            park.do(bookings[one], "swap-room", booking_id=bookings[other]["booking_id"])
            for one, other in pairs
        )
    )
    assert {answer.status_code for answer in answers} == {200}
    assert await deadlocks(park) == 0
    rooms = {(await park.shown(booking))["room_id"] for booking in bookings}
    assert rooms == {booking["room_id"] for booking in bookings}
    assert await overlaps(park) == 0
