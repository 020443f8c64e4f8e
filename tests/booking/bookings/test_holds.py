"""A room kept for somebody for five minutes: theirs alone, until they book it or it expires."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx

from services.booking.service import SERVICE
from tests.booking.park import NINE, TEN, Park, minutes

FIVE = minutes(5)


async def hold(
    park: Park, room: dict[str, Any], *, by: str = "amal@acme.example", **wish: Any
) -> httpx.Response:
    body = {"room_id": room["room_id"], "starts_at": NINE.isoformat(), "ends_at": TEN.isoformat()}
    return await park.http.post("/v1/holds", json={**body, **wish}, headers=park.as_(by))


async def book_held(
    park: Park, held: httpx.Response, *, by: str = "amal@acme.example", **wish: Any
) -> httpx.Response:
    body = {"hold_id": held.json()["hold_id"], **wish}
    return await park.http.post("/v1/bookings", json=body, headers=park.as_(by))


async def at_holds(
    park: Park, held: httpx.Response, *, by: str = "amal@acme.example", method: str = "GET"
) -> httpx.Response:
    return await park.http.request(
        method, f"/v1/holds/{held.json()['hold_id']}", headers=park.as_(by)
    )


async def ring(park: Park, held: httpx.Response, *, at: datetime) -> None:
    """The timer of a hold goes off."""
    reaction = SERVICE.timers.reaction_to("hold.ends")
    assert reaction is not None
    async with park.ground.database.transaction() as session:
        await reaction(held.json()["hold_id"], session, at)


async def test_what_is_held_is_taken_for_everybody_else_and_becomes_a_booking(park: Park) -> None:
    room = await park.a_room()
    held = await hold(park, room, people=3)
    assert held.status_code == 201, held.text
    assert datetime.fromisoformat(held.json()["expires_at"]) == park.now + FIVE
    assert (await park.book(room, by="driss@other.example")).json()["code"] == "room_taken"
    assert await park.announced() == []
    booking = await book_held(park, held, title="Point", participants=[{"email": "g@x.example"}])
    assert booking.status_code == 201, booking.text
    assert booking.json()["booking_id"] == held.json()["hold_id"]
    assert (booking.json()["people"], booking.json()["title"]) == (3, "Point")
    assert await park.announced() == ["confirmed"]
    park.now += FIVE
    assert (await park.book(room, by="driss@other.example")).json()["code"] == "room_taken"
    assert (await at_holds(park, held)).json()["code"] == "no_such_hold"


async def test_of_many_who_want_to_hold_it_one_does(park: Park, rivals: int) -> None:
    room = await park.a_room(spaces=["left", "right"])
    people = ("amal@acme.example", "badr@acme.example", "driss@other.example")
    answers = await asyncio.gather(
        *(hold(park, room, by=people[n % 3]) for n in range(rivals // 2)),
        *(park.book(room, by=people[n % 3]) for n in range(rivals // 2)),
    )
    assert sum(answer.status_code == 201 for answer in answers) == 1
    assert {answer.status_code for answer in answers} == {201, 409}


async def test_a_hold_expires_by_itself(park: Park) -> None:
    room = await park.a_room()
    held = await hold(park, room)
    park.now += FIVE
    assert (await at_holds(park, held)).json()["has_expired"]
    late = await book_held(park, held)
    assert (late.status_code, late.json()["code"]) == (409, "hold_expired")
    await park.a_booking(room, by="driss@other.example")


async def test_an_expired_hold_takes_nothing_from_who_came_after_it(park: Park) -> None:
    room = await park.a_room()
    held = await hold(park, room)
    park.now += FIVE
    booking = await park.a_booking(room, by="driss@other.example")
    await ring(park, held, at=park.now)
    assert await park.claims(booking) == [(NINE, TEN)]
    assert (await at_holds(park, held)).status_code == 200
    await ring(park, held, at=park.now + minutes(24 * 60))
    assert (await at_holds(park, held)).status_code == 404


async def test_the_timer_of_a_hold_that_was_booked_takes_nothing(park: Park) -> None:
    held = await hold(park, await park.a_room())
    booking = (await book_held(park, held)).json()
    await ring(park, held, at=datetime.now(UTC))
    assert await park.claims(booking) == [(NINE, TEN)]
    assert await park.query("SELECT 1 FROM timers") == []


async def test_nobody_else_sees_a_hold_or_books_it(park: Park) -> None:
    held = await hold(park, await park.a_room())
    for by in ("badr@acme.example", "driss@other.example"):
        for answer in (
            await at_holds(park, held, by=by),
            await at_holds(park, held, by=by, method="DELETE"),
            await book_held(park, held, by=by),
        ):
            assert (answer.status_code, answer.json()["code"]) == (404, "no_such_hold")
    assert (await at_holds(park, held)).status_code == 200


async def test_what_is_let_go_is_free(park: Park) -> None:
    room = await park.a_room()
    held = await hold(park, room)
    assert (await at_holds(park, held, method="DELETE")).status_code == 204
    await park.a_booking(room, by="driss@other.example")
    assert (await at_holds(park, held, method="DELETE")).status_code == 404


async def test_nobody_holds_more_than_three_rooms(park: Park) -> None:
    rooms = [await park.a_room() for _ in range(6)]
    answers = await asyncio.gather(*(hold(park, room) for room in rooms))
    assert sorted(answer.status_code for answer in answers) == [201, 201, 201, 409, 409, 409]
    assert {a.json()["code"] for a in answers if a.status_code == 409} == {"too_many_holds"}
    assert (await hold(park, await park.a_room(), by="badr@acme.example")).status_code == 201
    park.now += FIVE
    assert (await hold(park, rooms[0])).status_code == 201


async def test_what_was_held_in_time_is_booked_as_long_as_it_is_held(park: Park) -> None:
    noticed = await hold(park, await park.a_room(minimum_notice_minutes=60))
    room = await park.a_room()
    now = {"starts_at": park.now.isoformat(), "ends_at": (park.now + minutes(30)).isoformat()}
    begun = await hold(park, room, **now)
    soon = {"ends_at": (park.now + minutes(3)).isoformat()}
    over = await hold(park, await park.a_room(), **now | soon)
    park.now += minutes(4)
    assert (await book_held(park, noticed)).status_code == 201
    assert (await book_held(park, begun)).status_code == 201
    assert (await book_held(park, over)).json()["code"] == "in_the_past"


async def test_one_finds_again_what_one_holds_and_nobody_else_does(park: Park) -> None:
    held = await hold(park, await park.a_room())
    for email, found in (("amal@acme.example", [held.json()]), ("badr@acme.example", [])):
        answer = await park.http.get("/v1/holds", headers=park.as_(email))
        assert answer.json() == {"items": found}
    park.now += FIVE
    answer = await park.http.get("/v1/holds", headers=park.as_("amal@acme.example"))
    assert answer.json() == {"items": []}
