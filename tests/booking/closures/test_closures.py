"""Closures: what is closed cannot be had, whoever stands there is told, and nobody slips past."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.booking.rooms.store import hold_spaces
from tests.booking.bookings.requests import a_request, a_room_on_request
from tests.booking.park import NINE, NOON, TEN, Park, a_zone, minutes
from tests.support.eventually import eventually

FATIMA, AMAL, DRISS = "fatima@landlord.example", "amal@acme.example", "driss@other.example"


async def close(
    park: Park,
    *,
    by: str = FATIMA,
    role: str = "facility_manager",
    starts_at: datetime = NINE,
    ends_at: datetime = TEN,
    headers: dict[str, str] | None = None,
    **said: Any,
) -> httpx.Response:
    body = {
        "starts_at": starts_at.isoformat(),
        "ends_at": ends_at.isoformat(),
        "reason": "New carpet",
    }
    return await park.http.post(
        "/v1/closures", json={**body, **said}, headers=park.as_(by, role) | (headers or {})
    )


async def closed(park: Park, **said: Any) -> Any:
    answer = await close(park, **said)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def why_not(park: Park, room: dict[str, Any], **wish: Any) -> str:
    answer = await park.book(room, **wish)
    return "booked" if answer.status_code == 201 else str(answer.json()["code"])


async def shown_closed(park: Park, room: dict[str, Any], *who: str) -> list[Any]:
    """What is closed of it that morning, with its reason, and whether they may book it then."""
    answer = await park.http.get(
        f"/v1/rooms/{room['room_id']}/busy",
        params={"starts_at": NINE.isoformat(), "ends_at": NOON.isoformat()},
        headers=park.as_(*who),
    )
    assert answer.status_code == 200, answer.text
    names = ("starts_wall", "ends_wall", "reason", "may_book")
    return [[one[name] for name in names] for one in answer.json()["closed"]]


async def take_out(park: Park, room: dict[str, Any], **asked: Any) -> httpx.Response:
    headers = asked.pop("headers", {})
    return await park.http.delete(
        f"/v1/rooms/{room['room_id']}",
        params=asked,
        headers=park.as_(FATIMA, "facility_manager") | headers,
    )


async def test_a_closed_room_cannot_be_had_and_says_why_until_it_is_opened_again(
    park: Park,
) -> None:
    room = await park.a_room()
    closure = await closed(park, room_id=room["room_id"])
    assert closure["starts_wall"] == "2027-03-01T09:00:00"
    assert closure["starts_at"] == "2027-03-01T09:00:00Z"
    answer = await park.book(room)
    assert (answer.status_code, answer.json()["code"]) == (409, "closure_stands")
    assert "New carpet" in answer.json()["detail"]
    assert await why_not(park, room, starts_at=TEN, ends_at=NOON) == "booked"
    path = f"/v1/closures/{closure['closure_id']}"
    manager = park.as_(FATIMA, "operator")
    assert (await park.http.delete(path, headers=manager)).status_code == 204
    assert (await park.http.delete(path, headers=manager)).status_code == 404
    assert await why_not(park, room) == "booked"


async def test_a_closed_zone_closes_every_room_within_it(park: Park) -> None:
    building_id = await park.list_zone(a_zone())
    floor_id = await park.list_zone(a_zone(parent_id=building_id))
    room = await park.a_room(zone_id=await park.list_zone(a_zone(parent_id=floor_id)))
    elsewhere = await park.a_room()
    await closed(park, zone_id=str(building_id))
    assert await why_not(park, room) == "closure_stands"
    assert await why_not(park, elsewhere) == "booked"


async def test_closing_a_part_closes_the_whole_and_leaves_the_other_part(park: Park) -> None:
    whole = await park.a_room(spaces=["left", "right"])
    left, right = await park.a_room(spaces=["left"]), await park.a_room(spaces=["right"])
    await closed(park, room_id=left["room_id"])
    assert await why_not(park, whole) == "closure_stands"
    assert await why_not(park, right) == "booked"


async def test_only_those_named_book_what_is_closed(park: Park) -> None:
    room = await park.a_room()
    badr = str(park.person_id("badr@acme.example"))
    await closed(park, room_id=room["room_id"], overridden_by="people", override_person_ids=[badr])
    assert await why_not(park, room, by=AMAL) == "closure_stands"
    assert await why_not(park, room, by="badr@acme.example") == "booked"


async def test_a_closure_lists_what_stands_there_and_leaves_it(park: Park) -> None:
    room = await park.a_room()
    booking = await park.a_booking(room)
    await park.a_booking(room, starts_at=TEN, ends_at=NOON)
    closure = await closed(park, room_id=room["room_id"])
    assert closure["bookings_hit"] == 1
    assert [hit["booking_id"] for hit in closure["bookings"]] == [booking["booking_id"]]
    assert (await park.shown(booking))["status"] == "confirmed"
    path = f"/v1/closures/{closure['closure_id']}"
    again = await park.http.get(path, headers=park.as_(FATIMA, "operator"))
    assert again.json() == closure


async def test_a_closure_may_cancel_what_stands_there_and_everybody_is_told(park: Park) -> None:
    room = await park.a_room()
    booking, other = await park.a_booking(room), await park.a_booking()
    closure = await closed(park, room_id=room["room_id"], cancels_bookings=True)
    assert (closure["bookings_hit"], closure["bookings"]) == (0, [])
    assert await park.announced(booking) == ["confirmed", "cancelled"]
    assert (await park.last_facts(booking))["reason"] == "by_facility"
    assert await park.claims(booking) == []
    assert (await park.shown(other))["status"] == "confirmed"


async def test_a_closure_that_cancels_declines_what_was_only_asked_for_and_says_why(
    park: Park,
) -> None:
    room = await a_room_on_request(park)
    asked = await a_request(park, room)
    later = await a_request(park, room, starts_at=TEN, ends_at=NOON)
    left = await closed(park, room_id=room["room_id"])
    assert (await park.shown(asked))["status"] == "requested"
    await closed(park, room_id=room["room_id"], cancels_bookings=True)
    shown = await park.shown(asked)
    assert (shown["status"], shown["decision_note"]) == ("declined", "New carpet")
    assert (await park.shown(later))["status"] == "requested"
    assert left["bookings_hit"] == 0
    assert await park.announced(asked) == []


@pytest.mark.parametrize("cancels", [True, False])
async def test_nobody_waits_for_a_room_that_was_taken_out(park: Park, *, cancels: bool) -> None:
    room = await a_room_on_request(park)
    asked = await a_request(park, room)
    assert (await take_out(park, room, cancels_bookings=cancels)).status_code == 204
    assert (await park.shown(asked))["status"] == "declined"
    assert await park.announced(asked) == []


@pytest.mark.parametrize("role", ["employee", "tenant_admin", "facility_manager"])
async def test_tenants_neither_close_nor_see_closures(park: Park, role: str) -> None:
    room = await park.a_room()
    closure = await closed(park, room_id=room["room_id"])
    headers = park.as_(AMAL, role)
    path = f"/v1/closures/{closure['closure_id']}"
    answers = [
        await close(park, by=AMAL, role=role, room_id=room["room_id"]),
        await park.http.get("/v1/closures", headers=headers),
        await park.http.get(path, headers=headers),
        await park.http.delete(path, headers=headers),
        await park.http.delete(f"/v1/rooms/{room['room_id']}", headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [403] * 5


async def test_closures_come_page_by_page_by_their_start(park: Park) -> None:
    room = await park.a_room()
    starts = [NINE + minutes(10 * nth) for nth in (2, 0, 1)]
    made = [await closed(park, room_id=room["room_id"], starts_at=at) for at in starts]
    found: list[str] = []
    asked: dict[str, Any] = {"limit": 2}
    while True:
        answer = await park.http.get(
            "/v1/closures", params=asked, headers=park.as_(FATIMA, "operator")
        )
        page = answer.json()
        found += [each["closure_id"] for each in page["items"]]
        if page["next"] is None:
            break
        asked["cursor"] = page["next"]
    assert found == [made[nth]["closure_id"] for nth in (1, 2, 0)]


async def test_what_is_not_there_or_over_is_not_closed(park: Park) -> None:
    nowhere: list[dict[str, Any]] = [{"room_id": str(uuid4())}, {"zone_id": str(uuid4())}]
    for said in nowhere:
        answer = await close(park, **said)
        assert (answer.status_code, answer.json()["code"]) == (404, "nothing_to_close")
    room = await park.a_room()
    late = await close(
        park, room_id=room["room_id"], starts_at=NINE - minutes(90), ends_at=park.now
    )
    assert (late.status_code, late.json()["code"]) == (409, "in_the_past")


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"room_id": str(uuid4()), "zone_id": str(uuid4())},
        {"room_id": str(uuid4()), "overridden_by": "people"},
        {"room_id": str(uuid4()), "ends_at": NINE.isoformat()},
    ],
)
async def test_a_closure_that_makes_no_sense_is_refused(park: Park, said: dict[str, Any]) -> None:
    said = {**said, **({"ends_at": NINE} if "ends_at" in said else {})}
    assert (await close(park, **said)).status_code == 422


async def test_a_repeated_closure_takes_effect_once(park: Park) -> None:
    room = await park.a_room()
    key = {"idempotency-key": "k"}
    first = await close(park, room_id=room["room_id"], headers=key)
    again = await close(park, room_id=room["room_id"], headers=key)
    assert first.json() == again.json()


async def test_no_booking_slips_past_a_closure_made_at_the_same_moment(park: Park) -> None:
    """Either the closure finds the booking and cancels it, or the booking is refused."""
    for _ in range(8):
        room = await park.a_room()
        rivals = [park.book(room, starts_at=NINE + minutes(5 * n), ends_at=TEN) for n in range(6)]
        _, *answers = await asyncio.gather(
            close(park, room_id=room["room_id"], cancels_bookings=True), *rivals
        )
        for answer in answers:
            assert answer.status_code in (201, 409), answer.text
            if answer.status_code == 201:
                assert (await park.shown(answer.json()))["status"] == "cancelled"
    assert await park.query("SELECT * FROM claims") == []


async def test_a_booking_that_waits_for_a_closure_is_refused_by_it(park: Park) -> None:
    room = await park.a_room()
    await park.a_booking()  # the rules are in memory
    async with park.ground.database.transaction() as session:
        await hold_spaces(session, room_ids=[UUID(room["room_id"])])
        await park.query("SELECT 1")
        booking = asyncio.create_task(park.book(room))
        await eventually(lambda: somebody_waits(park))
        closure = asyncio.create_task(close(park, room_id=room["room_id"]))
        await eventually(lambda: somebody_waits(park, count=2))
    answers = await asyncio.gather(booking, closure)
    assert answers[1].status_code == 201
    if answers[0].status_code == 201:
        assert answers[1].json()["bookings_hit"] == 1
    else:
        assert answers[0].json()["code"] == "closure_stands"


async def somebody_waits(park: Park, *, count: int = 1) -> bool:
    rows = await park.query(
        "SELECT count(*) AS n FROM pg_stat_activity "
        "WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    return bool(rows[0].n >= count)


async def test_a_room_is_not_taken_out_under_a_booking(park: Park) -> None:
    room = await park.a_room()
    booking = await park.a_booking(room)
    answer = await take_out(park, room)
    assert (answer.status_code, answer.json()["code"]) == (409, "room_still_booked")
    assert "(1)" in answer.json()["detail"]
    assert (await park.shown(booking))["status"] == "confirmed"
    assert (await take_out(park, room, cancels_bookings=True)).status_code == 204
    assert (await park.shown(booking))["status"] == "cancelled"
    assert (await park.last_facts(booking))["reason"] == "by_facility"
    assert await why_not(park, room) == "no_such_room"
    assert (await take_out(park, room)).status_code == 404


async def test_what_is_over_keeps_no_room(park: Park) -> None:
    room = await park.a_room()
    booking = await park.a_booking(room)
    park.now = TEN
    assert (await take_out(park, room)).status_code == 204
    assert (await park.shown(booking))["room_id"] == room["room_id"]


async def test_a_room_is_taken_out_as_it_was_read(park: Park) -> None:
    room = await park.a_room()
    stale = await take_out(park, room, headers={"if-match": '"7"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "changed_since_you_read")
    fresh = await take_out(park, room, headers={"if-match": '"1"'})
    assert fresh.status_code == 204


async def test_who_looks_at_a_room_sees_when_it_is_closed_and_why(park: Park) -> None:
    room, other = await park.a_room(), await park.a_room()
    made = await closed(park, room_id=room["room_id"], overridden_by="facility_managers")
    await closed(park, zone_id=room["zone_id"], starts_at=TEN, ends_at=NOON, reason="Ménage")
    await closed(park, room_id=room["room_id"], starts_at=NOON, ends_at=NOON + minutes(60))
    nine, ten, noon = (f"2027-03-01T{hour:02}:00:00" for hour in (9, 10, 12))
    cleaning = [ten, noon, "Ménage", False]
    assert await shown_closed(park, room, AMAL) == [[nine, ten, "New carpet", False], cleaning]
    manager = await shown_closed(park, room, FATIMA, "facility_manager")
    assert manager == [[nine, ten, "New carpet", True], cleaning]
    assert await shown_closed(park, other, AMAL) == []
    await park.http.delete(
        f"/v1/closures/{made['closure_id']}", headers=park.as_(FATIMA, "facility_manager")
    )
    assert await shown_closed(park, room, AMAL) == [cleaning]
