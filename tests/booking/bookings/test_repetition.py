"""A phone that repeats its booking gets one booking, and the same answer."""

import asyncio

from tests.booking.park import TEN, Park, minutes

KEY = {"idempotency-key": "phone-1"}


async def test_the_same_request_again_gets_the_same_answer(park: Park) -> None:
    room = await park.a_room()
    first = await park.book(room, headers=KEY, invited=["guest@x.example"])
    again = await park.book(room, headers=KEY, invited=["guest@x.example"])
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["etag"] == first.headers["etag"]
    assert await park.announced() == ["confirmed"]


async def test_the_same_request_twice_at_once_books_once(park: Park) -> None:
    room = await park.a_room()
    answers = await asyncio.gather(*(park.book(room, headers=KEY) for _ in range(6)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= {
        "request_in_flight"
    }
    ids = {answer.json()["booking_id"] for answer in answers if answer.status_code == 201}
    assert len(ids) == 1
    assert (await park.book(room, headers=KEY)).json()["booking_id"] in ids
    assert await park.announced() == ["confirmed"]


async def test_another_body_under_the_same_key_is_refused(park: Park) -> None:
    room = await park.a_room()
    await park.book(room, headers=KEY)
    other = await park.book(room, headers=KEY, starts_at=TEN, ends_at=TEN + minutes(5))
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert await park.announced() == ["confirmed"]


async def test_a_refused_request_is_judged_anew_when_repeated(park: Park) -> None:
    room = await park.a_room()
    standing = await park.a_booking(room)
    assert (await park.book(room, headers=KEY)).status_code == 409
    await park.do(standing, "cancel")
    assert (await park.book(room, headers=KEY)).status_code == 201


async def test_the_same_key_of_somebody_else_is_another_request(park: Park) -> None:
    room = await park.a_room()
    await park.book(room, headers=KEY)
    theirs = await park.book(
        room, by="badr@acme.example", headers=KEY, starts_at=TEN, ends_at=TEN + minutes(5)
    )
    assert theirs.status_code == 201
