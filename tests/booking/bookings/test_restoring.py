"""A cancellation is taken back, where the room is still to be had."""

import asyncio

from tests.booking.park import ELEVEN, NINE, NOON, TEN, Park, minutes

BADR, CHADIA, DRISS = "badr@acme.example", "chadia@acme.example", "driss@other.example"


async def test_a_cancelled_booking_stands_again_with_all_that_it_had(park: Park) -> None:
    room = await park.a_room(buffer_after_minutes=10)
    booking = await park.a_booking(room, title="Point", invited=[BADR, "guest@x.example"])
    await park.do(booking, "cancel")
    answer = await park.do(booking, "restore")
    assert answer.status_code == 200, answer.text
    kept = ("title", "participants", "starts_at", "ends_at", "status", "reason")
    assert {key: answer.json()[key] for key in kept} == {key: booking[key] for key in kept}
    assert await park.claims(booking) == [(NINE, TEN + minutes(10))]
    assert await park.announced(booking) == ["confirmed", "cancelled", "confirmed"]
    facts = await park.last_facts(booking)
    assert (facts["status"], facts["reason"], len(facts["participants"])) == ("confirmed", None, 2)


async def test_a_room_that_another_has_taken_is_not_given_back(park: Park) -> None:
    room = await park.a_room()
    booking = await park.a_booking(room)
    await park.do(booking, "cancel")
    await park.a_booking(room, by=DRISS, starts_at=TEN - minutes(10), ends_at=ELEVEN)
    answer = await park.do(booking, "restore")
    assert (answer.status_code, answer.json()["code"]) == (409, "room_taken")
    assert (await park.shown(booking))["status"] == "cancelled"


async def test_only_ones_own_cancellation_is_taken_back_and_only_before_the_start(
    park: Park,
) -> None:
    by_facility = await park.a_booking(invited=[BADR])
    await park.do(by_facility, "cancel", by="fatima@landlord.example", roles=["facility_manager"])
    own = await park.a_booking(invited=[BADR])
    standing = await park.a_booking()
    await park.do(own, "cancel")
    for booking in (by_facility, standing):
        answer = await park.do(booking, "restore")
        assert (answer.status_code, answer.json()["code"]) == (409, "not_restorable")
    assert (await park.do(own, "restore", by=BADR)).json()["code"] == "not_your_booking"
    assert (await park.do(own, "restore", by=DRISS)).json()["code"] == "no_such_booking"
    park.now = NINE
    assert (await park.do(own, "restore")).json()["code"] == "not_restorable"


async def test_who_has_left_meanwhile_does_not_come_back_with_the_booking(park: Park) -> None:
    booking = await park.a_booking(invited=[BADR, CHADIA, "guest@x.example"])
    await park.do(booking, "cancel")
    await park.delist(BADR)
    answer = await park.do(booking, "restore")
    emails = [one["email"] for one in answer.json()["participants"]]
    assert emails == [CHADIA, "guest@x.example"]


async def test_restored_twice_with_one_key_it_stands_once(park: Park) -> None:
    booking = await park.a_booking()
    await park.do(booking, "cancel")
    key = {"idempotency-key": "again"}
    first, second = [await park.do(booking, "restore", headers=key) for _ in range(2)]
    assert first.json() == second.json()
    assert await park.announced(booking) == ["confirmed", "cancelled", "confirmed"]


async def test_of_rivals_and_the_former_organiser_one_gets_the_room(park: Park) -> None:
    room = await park.a_room()
    booking = await park.a_booking(room, starts_at=ELEVEN, ends_at=NOON)
    await park.do(booking, "cancel")
    answers = await asyncio.gather(
        *(park.book(room, by=DRISS, starts_at=ELEVEN, ends_at=NOON) for _ in range(8)),
        *(park.do(booking, "restore") for _ in range(4)),
    )
    assert sum(answer.is_success for answer in answers) == 1
    assert {answer.json()["code"] for answer in answers if not answer.is_success} <= {
        "room_taken",
        "not_restorable",
    }
