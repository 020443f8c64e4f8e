"""Whoever loses a room is told what they can have instead, and has it in one more call."""

import asyncio
from datetime import datetime
from typing import Any

import httpx

from services.booking.bookings.domain.offers import OFFER_KEY
from shared.keys import drop_old_keys, rotate_key
from tests.booking.park import NINE, TEN, Park, minutes


async def lose(park: Park, room: dict[str, Any], **wish: Any) -> list[Any]:
    """The alternatives of somebody who wants a room that is taken."""
    answer = await park.book(room, **wish)
    assert (answer.status_code, answer.json()["code"]) == (409, "room_taken")
    alternatives: list[Any] = answer.json()["alternatives"]
    return alternatives


async def take(park: Park, offer: Any, *, by: str = "amal@acme.example") -> httpx.Response:
    return await park.http.post(
        "/v1/bookings", json={"token": offer["token"]}, headers=park.as_(by)
    )


async def test_the_same_room_is_offered_where_it_is_free_nearby(park: Park) -> None:
    room = await park.a_room()
    await park.a_booking(room, by="driss@other.example", ends_at=NINE + minutes(20))
    found = await lose(park, room, ends_at=NINE + minutes(30))
    starts = [datetime.fromisoformat(each["starts_at"]) for each in found]
    assert starts == [NINE + minutes(30), NINE - minutes(30)]
    assert found[0]["room"]["code"] == room["code"]
    assert found[0]["starts_wall"] == "2027-03-01T09:30:00"


async def test_parts_of_the_room_and_rooms_beside_it_are_offered(park: Park) -> None:
    whole = await park.a_room(spaces=["left", "right"], capacity=20)
    left = await park.a_room(spaces=["left"], capacity=10)
    beside = await park.a_room(capacity=20)
    await park.a_room(capacity=2)
    hidden = await park.a_room(capacity=20, tenant_ids=[str(park.other_tenant_id)])
    right = await park.a_room(spaces=["right"], capacity=10)
    await park.a_booking(right, by="driss@other.example")
    offered = {each["room"]["room_id"] for each in await lose(park, whole, people=9)}
    assert {left["room_id"], beside["room_id"]} <= offered
    assert hidden["room_id"] not in offered


async def test_an_offer_books_all_that_was_wished_for(park: Park) -> None:
    room = await park.a_room()
    await park.a_booking(room)
    other = await park.a_room()
    found = await lose(
        park, room, title="Point", is_private=True, people=4, invited=["badr@acme.example"]
    )
    offer = next(each for each in found if each["room"]["room_id"] == other["room_id"])
    booking = (await take(park, offer)).json()
    assert (booking["room_id"], booking["title"], booking["people"]) == (
        other["room_id"],
        "Point",
        4,
    )
    assert booking["is_private"]
    assert booking["starts_at"] == offer["starts_at"]
    assert [one["email"] for one in booking["participants"]] == ["badr@acme.example"]


async def test_an_offer_stands_while_the_key_that_signed_it_is_there(park: Park) -> None:
    keys = park.ground.settings.keys_dir
    room, *_ = [await park.a_room() for _ in range(4)]
    await park.a_booking(room)
    (old, lost, *_) = await lose(park, room)
    rotate_key(keys, OFFER_KEY)
    assert (await take(park, old)).status_code == 201
    drop_old_keys(keys, OFFER_KEY)
    refused = await take(park, lost)
    assert (refused.status_code, refused.json()["code"]) == (404, "no_such_offer")
    assert (await take(park, (await lose(park, room))[0])).status_code == 201


async def test_an_offer_counts_once(park: Park) -> None:
    room, _ = await park.a_room(), await park.a_room()
    await park.a_booking(room)
    offer = (await lose(park, room))[0]
    answers = await asyncio.gather(*(take(park, offer) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    codes = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    assert codes == {"offer_used"}
    booked = next(answer.json() for answer in answers if answer.status_code == 201)
    await park.do(booked, "cancel")
    assert (await take(park, offer)).json()["code"] == "offer_used"


async def test_an_offer_is_nothing_to_anybody_else(park: Park) -> None:
    room, _ = await park.a_room(), await park.a_room()
    await park.a_booking(room)
    offer = (await lose(park, room))[0]
    for by in ("badr@acme.example", "driss@other.example"):
        answer = await take(park, offer, by=by)
        assert (answer.status_code, answer.json()["code"]) == (404, "no_such_offer")
    for text in ("x", offer["token"][:-3], "é" + offer["token"], offer["token"] + "AAAA"):
        answer = await take(park, {"token": text})
        assert (answer.status_code, answer.json()["code"]) == (404, "no_such_offer")


async def test_an_offer_stands_for_ten_minutes(park: Park) -> None:
    room, _ = await park.a_room(), await park.a_room()
    await park.a_booking(room)
    offer = (await lose(park, room))[0]
    park.now += minutes(10)
    assert (await take(park, offer)).json()["code"] == "offer_expired"


async def test_an_offer_is_judged_anew(park: Park) -> None:
    room, other = await park.a_room(), await park.a_room()
    await park.a_booking(room)
    found = await lose(park, room)
    offer = next(each for each in found if each["room"]["room_id"] == other["room_id"])
    await park.a_booking(other, by="driss@other.example")
    again = await take(park, offer)
    assert (again.status_code, again.json()["code"]) == (409, "room_taken")
    assert again.json()["alternatives"] == []
    await park.query(
        "UPDATE rooms SET is_listed = false WHERE id = :r RETURNING 1", r=other["room_id"]
    )
    assert (await take(park, offer)).json()["code"] == "no_such_room"


async def test_what_passed_already_is_not_offered(park: Park) -> None:
    room = await park.a_room()
    park.now = NINE
    await park.a_booking(room, ends_at=TEN)
    for each in await lose(park, room, ends_at=NINE + minutes(45)):
        assert datetime.fromisoformat(each["starts_at"]) >= NINE


async def test_an_offer_for_now_still_counts_some_minutes_later(park: Park) -> None:
    room = await park.a_room()
    end = park.now + minutes(30)
    await park.a_booking(room, starts_at=park.now, ends_at=end)
    other = await park.a_room()
    found = await lose(park, room, starts_at=park.now, ends_at=end)
    offer = next(each for each in found if each["room"]["room_id"] == other["room_id"])
    park.now += minutes(4)
    assert (await take(park, offer)).status_code == 201
