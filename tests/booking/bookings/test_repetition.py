"""A phone that repeats its booking gets one booking, and the same answer."""

import asyncio
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import text

from services.booking.bookings.commands.making import book_room
from shared.once import Answer, RepeatableRequest, answer_once
from tests.booking.bookings.test_locks import somebody_waits
from tests.booking.park import ELEVEN, NINE, TEN, Park, a_wish, minutes
from tests.support.eventually import eventually

KEY = {"idempotency-key": "phone-1"}
JSON = {"content-type": "application/json"}


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


async def test_a_repetition_that_waits_for_the_first_is_not_told_that_the_room_is_taken(
    park: Park,
) -> None:
    """It has looked for an answer before there was one, and wants the room after it was given."""
    room = await park.a_room()
    await park.a_booking(room, starts_at=TEN, ends_at=ELEVEN)  # now the process knows all it needs
    body = {"room_id": room["room_id"], "starts_at": NINE.isoformat(), "ends_at": TEN.isoformat()}
    caller = park.caller()
    request = RepeatableRequest(
        str(caller.person_id), "POST", "/v1/bookings", KEY["idempotency-key"], orjson.dumps(body)
    )

    async with park.ground.database.transaction() as session:
        held = "SELECT FROM known_people WHERE person_id = :p FOR UPDATE"
        await session.execute(text(held), {"p": caller.person_id})
        headers = park.as_("amal@acme.example") | KEY | JSON
        repetition = asyncio.create_task(
            park.http.post("/v1/bookings", content=request.body, headers=headers)
        )
        await eventually(lambda: somebody_waits(park))

        async def book() -> Answer:
            await book_room(session, UUID(room["room_id"]), a_wish(), by=caller, at=park.now)
            return Answer(201, b'{"as": "answered"}')

        await answer_once(session, request, book)
    answer = await repetition
    assert (answer.status_code, answer.json()) == (201, {"as": "answered"})
    assert answer.headers["idempotent-replayed"] == "true"


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


@pytest.mark.parametrize(
    ("action", "body", "event"),
    [
        ("cancel", {}, "cancelled"),
        ("check-in", {}, "checked_in"),
        ("extend", {"ends_at": ELEVEN.isoformat()}, "rescheduled"),
        ("move", {"starts_at": TEN.isoformat()}, "rescheduled"),
        ("hand-over", {"email": "badr@acme.example"}, "handed_over"),
    ],
)
async def test_a_repeated_change_takes_effect_once_and_gets_the_same_answer(
    park: Park, action: str, body: dict[str, Any], event: str
) -> None:
    booking = await park.a_booking()
    park.now = NINE - minutes(5)
    headers = KEY | {"if-match": '"1"'}
    first = await park.do(booking, action, headers=headers, **body)
    again = await park.do(booking, action, headers=headers, **body)
    assert first.is_success, first.text
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["etag"] == first.headers["etag"] == '"2"'
    assert await park.announced(booking) == ["confirmed", event]


async def test_the_same_key_at_another_booking_is_another_request(park: Park) -> None:
    room = await park.a_room()
    first = await park.a_booking(room)
    second = await park.a_booking(room, starts_at=TEN, ends_at=ELEVEN)
    for booking in (first, second):
        assert (await park.do(booking, "cancel", headers=KEY)).status_code == 204
    assert await park.announced() == ["confirmed", "confirmed", "cancelled", "cancelled"]
