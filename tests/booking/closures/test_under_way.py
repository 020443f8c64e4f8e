"""A room that goes, or is closed, under those who are about to have it."""

from typing import Any

import httpx

from tests.booking.closures.test_closures import AMAL, closed, take_out, why_not
from tests.booking.park import ELEVEN, NINE, NOON, TEN, Park, minutes
from tests.booking.phone import Phone


async def post(park: Park, path: str, *, by: str = AMAL, **body: Any) -> httpx.Response:
    return await park.http.post(path, json=body, headers=park.as_(by))


async def held(park: Park, room: dict[str, Any]) -> str:
    answer = await post(
        park, "/v1/holds", room_id=room["room_id"], starts_at=NINE.isoformat(), minutes=60
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["hold_id"])


async def test_what_was_held_is_not_booked_once_the_room_is_gone_or_closed(park: Park) -> None:
    gone, shut = await park.a_room(), await park.a_room()
    hold, other = await held(park, gone), await held(park, shut)
    assert (await take_out(park, gone)).status_code == 204
    await closed(park, room_id=shut["room_id"])
    refused = await post(park, "/v1/bookings", hold_id=hold)
    assert (refused.status_code, refused.json()["code"]) == (404, "no_such_room")
    refused = await post(park, "/v1/bookings", hold_id=other)
    assert (refused.status_code, refused.json()["code"]) == (409, "closure_stands")
    for each in (hold, other):
        let_go = await park.http.delete(f"/v1/holds/{each}", headers=park.as_(AMAL))
        assert let_go.status_code == 204


async def test_a_series_loses_its_room_whole_and_its_organiser_is_told(park: Park) -> None:
    room = await park.a_room()
    phone = Phone(park)
    await phone.read_all()
    made = await post(
        park,
        "/v1/series",
        room_id=room["room_id"],
        starts_wall="2027-03-01T09:00:00",
        minutes=60,
        rrule="FREQ=WEEKLY;COUNT=5",
    )
    assert made.status_code == 201, made.text
    series_id = made.json()["series"]["series_id"]
    assert (await take_out(park, room)).json()["code"] == "room_still_booked"
    assert (await take_out(park, room, cancels_bookings=True)).status_code == 204
    await phone.read_what_changed()
    assert sorted(phone.gone.values(), key=str) == ["cancelled"] * 5
    lists = (f"/v1/series/{series_id}", f"/v1/series/{series_id}/occurrences", "/v1/home")
    for path in lists:
        assert (await park.http.get(path, headers=park.as_(AMAL))).status_code == 200
    asked = {"change": {"starts": "10:00"}, "cancel-from": {"from": "2027-03-08T09:00:00"}}
    for action, body in asked.items():
        refused = await post(park, f"/v1/series/{series_id}/{action}", **body)
        assert (refused.status_code, refused.json()["code"]) == (409, "nothing_ahead")


async def test_a_closure_meets_what_overlaps_it_by_a_minute_and_nothing_that_only_touches(
    park: Park,
) -> None:
    room = await park.a_room()
    before = await park.a_booking(room, starts_at=NINE, ends_at=TEN)
    over = await park.a_booking(room, starts_at=TEN, ends_at=TEN + minutes(31))
    after = await park.a_booking(room, starts_at=ELEVEN, ends_at=NOON)
    closure = await closed(
        park,
        room_id=room["room_id"],
        starts_at=TEN + minutes(30),
        ends_at=ELEVEN,
        cancels_bookings=True,
    )
    assert closure["bookings_hit"] == 0
    statuses = [(await park.shown(each))["status"] for each in (before, over, after)]
    assert statuses == ["confirmed", "cancelled", "confirmed"]
    half = {"starts_at": TEN, "ends_at": TEN + minutes(30)}
    assert await why_not(park, room, **half) == "booked"
    late = {"starts_at": TEN + minutes(30), "ends_at": TEN + minutes(31)}
    assert await why_not(park, room, **late) == "closure_stands"


async def test_who_takes_over_what_overrode_a_closure_may_not_ask_for_more(park: Park) -> None:
    room, badr = await park.a_room(), "badr@acme.example"
    people = [str(park.person_id(AMAL))]
    await closed(park, room_id=room["room_id"], overridden_by="people", override_person_ids=people)
    booking = await park.a_booking(room)
    assert await why_not(park, room, by=badr) == "closure_stands"
    less, more = [(NINE + minutes(length)).isoformat() for length in (30, 45)]
    assert (await park.do(booking, "move", ends_at=less)).status_code == 200
    assert (await park.do(booking, "hand-over", email=badr)).status_code == 204
    refused = await park.do(booking, "extend", by=badr, ends_at=more)
    assert (refused.status_code, refused.json()["code"]) == (409, "closure_stands")
    assert (await park.shown(booking, to=badr))["status"] == "confirmed"
