"""Which room, when, and for whom: the ways to ask, and what comes of each."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.booking.park import NINE, TEN, Park, minutes

WHEN = {"starts_at": NINE.isoformat(), "ends_at": TEN.isoformat()}


async def ask(park: Park, *, by: str = "amal@acme.example", **body: Any) -> httpx.Response:
    return await park.http.post("/v1/bookings", json=body, headers=park.as_(by))


async def test_of_the_rooms_that_fit_the_smallest_free_one_is_taken(park: Park) -> None:
    large = await park.a_room(capacity=20, equipment=["screen"])
    small = await park.a_room(capacity=4, equipment=["screen"])
    await park.a_room(capacity=4)
    wish = {"people": 3, "equipment": ["screen"]}
    found = [(await ask(park, any=wish, **WHEN)).json() for _ in range(2)]
    assert [each["room_id"] for each in found] == [small["room_id"], large["room_id"]]
    assert [each["people"] for each in found] == [3, 3]
    taken = await ask(park, any=wish, **WHEN)
    assert (taken.status_code, taken.json()["code"]) == (409, "room_taken")


async def test_where_no_room_fits_that_is_said(park: Park) -> None:
    await park.a_room(capacity=4)
    answer = await ask(park, any={"people": 5}, **WHEN)
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_fits")


async def test_any_room_is_none_that_only_others_see(park: Park) -> None:
    await park.a_room(tenant_ids=[str(park.other_tenant_id)])
    assert (await ask(park, any={}, **WHEN)).json()["code"] == "nothing_fits"
    assert (await ask(park, by="driss@other.example", any={}, **WHEN)).status_code == 201


async def test_a_room_is_had_now_for_some_minutes(park: Park) -> None:
    room = await park.a_room()
    booking = (await ask(park, room_id=room["room_id"], minutes=25)).json()
    assert datetime.fromisoformat(booking["starts_at"]) == park.now
    assert datetime.fromisoformat(booking["ends_at"]) == park.now + minutes(25)


async def test_the_clock_on_the_wall_says_when(park: Park) -> None:
    room = await park.a_room()
    booking = await ask(
        park,
        room_id=room["room_id"],
        starts_wall="2027-03-01T10:00",
        ends_wall="2027-03-01T11:30",
        timezone="Europe/Paris",
    )
    assert booking.status_code == 201, booking.text
    assert booking.json()["starts_at"] == "2027-03-01T10:00:00+01:00"
    assert datetime.fromisoformat(booking.json()["ends_at"]) == NINE + minutes(90)


async def test_a_wall_time_that_the_clock_jumps_over_is_refused(park: Park) -> None:
    room = await park.a_room()
    answer = await ask(
        park,
        room_id=room["room_id"],
        starts_wall="2027-03-28T02:30",
        minutes=30,
        timezone="Europe/Paris",
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "no_such_local_time")


@pytest.mark.parametrize(("fold", "offset"), [(0, "+02:00"), (1, "+01:00")])
async def test_a_wall_time_shown_twice_is_the_one_that_is_meant(
    park: Park, fold: int, offset: str
) -> None:
    room = await park.a_room()
    answer = await ask(
        park,
        room_id=room["room_id"],
        starts_wall="2027-10-31T02:30",
        minutes=15,
        fold=fold,
        timezone="Europe/Paris",
    )
    assert answer.status_code == 201, answer.text
    assert answer.json()["starts_at"] == f"2027-10-31T02:30:00{offset}"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"room_id": "x"},
        {"any": {}, "minutes": 5, "people": 3},
        {"any": {"colour": "red"}, "minutes": 5},
        {"any": {}, **WHEN, "minutes": 5},
        {"any": {}, "starts_at": NINE.isoformat()},
        {"any": {}, "ends_at": TEN.isoformat()},
        {"any": {}, "starts_at": NINE.isoformat(), "ends_wall": "2027-03-01T10:00"},
        {"any": {}, "hold_id": "0b0f9c3e-3b8e-4c61-9a52-0e6a2b1d7c55", **WHEN},
        {"hold_id": "0b0f9c3e-3b8e-4c61-9a52-0e6a2b1d7c55", **WHEN},
        {"token": "abc", "title": "Point"},
        {"any": {}, "minutes": 5, "colour": "red"},
    ],
)
async def test_what_cannot_be_meant_is_malformed(park: Park, body: dict[str, Any]) -> None:
    answer = await ask(park, **body)
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed_request")


async def test_what_is_had_with_the_room_is_kept_with_the_booking(park: Park) -> None:
    room = await park.a_room()
    booking = (await park.book(room, title="Entretien", is_private=True)).json()
    assert (booking["title"], booking["is_private"]) == ("Entretien", True)
    refused = await park.book(
        room, starts_at=TEN, ends_at=TEN + timedelta(hours=1), extras=[{"code": "coffee"}]
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "extra_not_offered")
    odd = await park.book(room, starts_at=TEN, ends_at=TEN + timedelta(hours=1), layout="round")
    assert (odd.status_code, odd.json()["code"]) == (409, "no_such_layout")
