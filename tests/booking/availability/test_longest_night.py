"""The night in which Morocco's clock was put back for good, as everybody who asks is told it.

By hand: on 2026-09-20 at 01:00 UTC the clock shows 02:00 (+01:00), and is put back to 01:00. From
01:00 until 05:00 by the wall that night are five hours: 00:00 until 05:00 UTC.
"""

from datetime import UTC, date, datetime
from typing import Any

from tests.booking.availability.looking import AMAL, day, get, looked_up
from tests.booking.park import Park, minutes

EVE = datetime(2026, 9, 19, 20, tzinfo=UTC)
NIGHT = date(2026, 9, 20)
MIDNIGHT = datetime(2026, 9, 20, tzinfo=UTC)
SUNDAY_NIGHTS = [{"weekday": 7, "opens": "01:00", "closes": "05:00"}]


async def a_room_at_night(park: Park) -> dict[str, Any]:
    park.now = EVE
    return await park.a_room(code="atlas", opening=SUNDAY_NIGHTS)


async def test_the_day_has_an_hour_more_and_each_slot_its_place(park: Park) -> None:
    room = await a_room_at_night(park)
    # From one until half past, the second time.
    await park.a_booking(room, starts_at=MIDNIGHT + minutes(60), ends_at=MIDNIGHT + minutes(90))
    found, rooms = await day(park, NIGHT, slot_minutes=30)
    assert (found["starts_at"], found["slots"]) == ("2026-09-20T00:00:00+01:00", 50)
    assert (found["ends_at"], found["ends_wall"]) == ("2026-09-21T00:00:00Z", "2026-09-21T00:00:00")
    assert rooms["atlas"] == "0" * 2 + "1" * 2 + "0" + "1" * 7 + "0" * 38


async def test_an_hour_that_comes_twice_is_two_hours_long_to_whoever_looks_for_one(
    park: Park,
) -> None:
    await a_room_at_night(park)
    between = {"from_wall": "01:00", "until_wall": "02:00"}
    for length, expected in {
        120: [("2026-09-20T01:00:00+01:00", "2026-09-20T02:00:00Z")],
        121: [],
    }.items():
        found = await looked_up(park, "/v1/rooms/first-free", minutes=length, days=8, **between)
        assert [(one["starts_at"], one["ends_at"]) for one in found["items"]] == expected


async def test_what_is_open_then_is_found_and_booked_for_all_of_it_and_no_more(park: Park) -> None:
    room = await a_room_at_night(park)
    for length, code in {301: "room_closed", 300: None}.items():
        found = await looked_up(park, "/v1/rooms/free", starts_at=MIDNIGHT, minutes=length)
        assert [one["code"] for one in found["items"]] == ([] if code else ["atlas"])
        answer = await park.book(room, starts_at=MIDNIGHT, ends_at=MIDNIGHT + minutes(length))
        assert answer.json().get("code") == code, answer.text
    home = (await get(park, "/v1/home", by=AMAL)).json()
    assert [(one["starts_at"], one["ends_wall"]) for one in home["week"]] == [
        ("2026-09-20T01:00:00+01:00", "2026-09-20T05:00:00")
    ]
    manager = park.as_("fatima@landlord.example", "facility_manager")
    asked = {"month": "2026-09", "by": "hour"}
    used = await park.http.get("/v1/utilisation", params=asked, headers=manager)
    hours = {line["hour"]: line for line in used.json()["items"]}
    assert [hours[hour]["booked_hours"] for hour in range(6)] == [0, 2, 1, 1, 1, 0]
    # Four Sundays: the 6th, 13th, 20th and 27th.
    assert [hours[hour]["open_hours"] for hour in range(6)] == [0, 5, 4, 4, 4, 0]


async def test_a_wall_time_that_comes_twice_is_the_one_that_the_fold_says(park: Park) -> None:
    room = await a_room_at_night(park)
    for fold, starts_at in {0: "2026-09-20T01:30:00+01:00", 1: "2026-09-20T01:30:00Z"}.items():
        answer = await park.http.post(
            "/v1/bookings",
            json={
                "room_id": room["room_id"],
                "starts_wall": "2026-09-20T01:30:00",
                "fold": fold,
                "minutes": 30,
            },
            headers=park.as_(AMAL),
        )
        assert (answer.status_code, answer.json().get("starts_at")) == (201, starts_at)
