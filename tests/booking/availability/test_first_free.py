"""The first time that each room can be had, within its hours and those somebody wishes for."""

from datetime import timedelta

from tests.booking.availability.looking import first_free, get, looked_up, parsed
from tests.booking.park import ELEVEN, NINE, NOON, TEN, Park, minutes

WEEKDAYS = [{"weekday": day, "opens": "08:00", "closes": "18:00"} for day in range(1, 6)]


async def test_the_first_slot_of_each_room_comes_the_earliest_first(park: Park) -> None:
    taken = await park.a_room(code="taken", buffer_after_minutes=7)
    await park.a_booking(taken, starts_at=NINE, ends_at=TEN)
    await park.a_room(code="large", capacity=20)
    await park.a_room(code="small", capacity=4)
    park.now = NINE + minutes(1)
    found = await first_free(park, minutes=30)
    assert found == [
        ("small", "2027-03-01T09:05:00"),
        ("large", "2027-03-01T09:05:00"),
        ("taken", "2027-03-01T10:10:00"),
    ]
    assert await first_free(park, minutes=30, people=5, limit=1) == [found[1]]


async def test_a_gap_that_is_too_short_is_passed_over(park: Park) -> None:
    room = await park.a_room(code="atlas", buffer_before_minutes=10)
    await park.a_booking(room, starts_at=NINE, ends_at=TEN)
    await park.a_booking(room, starts_at=ELEVEN, ends_at=NOON)
    asked = {"starts_at": NINE, "minutes": 45}
    assert await first_free(park, **asked) == [("atlas", "2027-03-01T12:10:00")]
    assert await first_free(park, **(asked | {"minutes": 40})) == [("atlas", "2027-03-01T10:10:00")]


async def test_slots_lie_within_the_hours_of_the_room_and_those_wished_for(park: Park) -> None:
    room = await park.a_room(code="atlas", opening=WEEKDAYS)
    await park.a_booking(room, starts_at=NINE, ends_at=NINE + timedelta(hours=8))
    park.now = NINE
    assert await first_free(park, minutes=60) == [("atlas", "2027-03-01T17:00:00")]
    afternoons = {"from_wall": "14:00", "until_wall": "17:30", "minutes": 60}
    assert await first_free(park, **afternoons) == [("atlas", "2027-03-02T14:00:00")]
    assert await first_free(park, **(afternoons | {"minutes": 211})) == []
    assert await first_free(park, **afternoons, days=1) == []


async def test_a_weekend_is_looked_over_and_the_search_has_an_end(park: Park) -> None:
    await park.a_room(code="atlas", opening=WEEKDAYS)
    friday_evening = NINE + timedelta(days=4, hours=9)
    asked = {"starts_at": friday_evening, "minutes": 30}
    assert await first_free(park, **asked) == [("atlas", "2027-03-08T08:00:00")]
    assert await first_free(park, **asked, days=2) == []


async def test_a_slot_may_go_on_over_midnight_where_the_room_does(park: Park) -> None:
    room = await park.a_room(code="atlas")
    until_late = NINE + timedelta(hours=14, minutes=30)
    await park.a_booking(room, starts_at=NINE, ends_at=until_late)
    assert await first_free(park, starts_at=NINE, minutes=60) == [("atlas", "2027-03-01T23:30:00")]


async def test_notice_and_extras_in_time_put_the_first_slot_off(park: Park) -> None:
    await park.a_room(code="slow", minimum_notice_minutes=90)
    assert await first_free(park, minutes=30) == [("slow", "2027-03-01T09:30:00")]


async def test_what_is_shown_can_be_booked_and_is_then_gone(park: Park) -> None:
    await park.a_room(code="atlas")
    first = (await looked_up(park, "/v1/rooms/first-free", minutes=30))["items"][0]
    starts_at, ends_at = parsed(first["starts_at"]), parsed(first["ends_at"])
    room = {"room_id": first["room_id"]}
    answer = await park.book(room, starts_at=starts_at, ends_at=ends_at)
    assert answer.status_code == 201, answer.text
    assert first["starts_at"] == "2027-03-01T08:00:00Z"
    assert await first_free(park, minutes=30) == [("atlas", "2027-03-01T08:30:00")]


async def test_hours_without_length_and_too_many_days_are_refused(park: Park) -> None:
    for asked in (
        {"minutes": 30, "from_wall": "12:00", "until_wall": "12:00"},
        {"minutes": 30, "days": 32},
        {"minutes": 1},
        {"minutes": 30, "limit": 51},
        {},
    ):
        answer = await get(park, "/v1/rooms/first-free", **asked)
        assert answer.status_code == 422, asked
