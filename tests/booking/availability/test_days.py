"""A day of all rooms as bitmaps: which bit is which slot, also when the clock is changed."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.booking.availability.domain import Day
from shared.clock import day_starts, local
from tests.booking.availability.looking import day, get
from tests.booking.park import ELEVEN, NINE, NOON, TEN, Park, minutes

MONDAY = NINE.date()
TEN_THEN = datetime(2026, 2, 15, 10, tzinfo=UTC)
HOURS = [{"weekday": 1, "opens": "08:00", "closes": "18:00"}]


async def test_the_first_slot_is_the_highest_bit_and_what_is_held_or_closed_is_zero(
    park: Park,
) -> None:
    park.now = NINE - timedelta(days=1)
    room = await park.a_room(code="atlas", opening=HOURS)
    await park.a_booking(room, starts_at=NOON, ends_at=NOON + minutes(120))
    found, rooms = await day(park, MONDAY, slot_minutes=30)
    assert found["rooms"]["atlas"] == "AAD/D/AA"
    assert found["starts_at"] == "2027-03-01T00:00:00Z"
    assert (found["starts_wall"], found["timezone"]) == ("2027-03-01T00:00:00", "Africa/Casablanca")
    assert rooms["atlas"] == "0" * 16 + "1" * 8 + "0" * 4 + "1" * 8 + "0" * 12


@pytest.mark.parametrize(("slot", "count"), [(5, 288), (10, 144), (15, 96), (30, 48)])
async def test_a_slot_is_free_only_if_all_of_it_can_be_had(
    park: Park, slot: int, count: int
) -> None:
    park.now = NINE - timedelta(days=1)
    room = await park.a_room(code="atlas", buffer_before_minutes=5, buffer_after_minutes=10)
    await park.a_booking(room, starts_at=TEN, ends_at=ELEVEN)
    _, rooms = await day(park, MONDAY, slot_minutes=slot)
    taken = range((9 * 60 + 45) // slot, -(-(11 * 60 + 15) // slot))
    assert rooms["atlas"] == "".join("0" if n in taken else "1" for n in range(count))


async def test_what_is_past_or_too_soon_for_the_notice_cannot_be_had(park: Park) -> None:
    park.now = NINE + minutes(7)
    await park.a_room(code="quick")
    await park.a_room(code="slow", minimum_notice_minutes=60)
    _, rooms = await day(park, MONDAY)
    assert rooms == {"quick": "0" * 37 + "1" * 59, "slow": "0" * 41 + "1" * 55}


async def test_only_rooms_that_one_may_book_and_that_would_do_are_there(park: Park) -> None:
    await park.a_room(code="ours", tenant_ids=[str(park.tenant_id)], capacity=4)
    await park.a_room(code="theirs", tenant_ids=[str(park.other_tenant_id)])
    await park.a_room(code="park", equipment=["screen"])
    assert list((await day(park, MONDAY))[1]) == ["ours", "park"]
    assert list((await day(park, MONDAY, by="driss@other.example"))[1]) == ["park", "theirs"]
    assert list((await day(park, MONDAY, people=5))[1]) == ["park"]
    assert list((await day(park, MONDAY, equipment=["screen"]))[1]) == ["park"]


async def test_ones_own_booking_and_anothers_hold_are_just_not_free(park: Park) -> None:
    room = await park.a_room(code="atlas")
    await park.a_booking(room)
    mine = (await day(park, MONDAY))[0]
    assert mine == (await day(park, MONDAY, by="driss@other.example"))[0]


async def test_a_day_that_has_not_changed_is_304(park: Park) -> None:
    room = await park.a_room(code="atlas")
    first = await get(park, "/v1/rooms/day", date=MONDAY)
    known = {"if-none-match": first.headers["etag"]}
    assert (await get(park, "/v1/rooms/day", date=MONDAY, headers=known)).status_code == 304
    await park.a_booking(room)
    assert (await get(park, "/v1/rooms/day", date=MONDAY, headers=known)).status_code == 200


async def test_a_day_on_which_the_clock_is_put_back_has_an_hour_more(park: Park) -> None:
    park.now = datetime(2026, 2, 1, tzinfo=UTC)
    room = await park.a_room(code="atlas", opening=[{**HOURS[0], "weekday": 7}])
    await park.a_booking(room, starts_at=datetime(2026, 2, 15, 9, tzinfo=UTC), ends_at=TEN_THEN)
    found, rooms = await day(park, date(2026, 2, 15), slot_minutes=30)
    assert (found["starts_at"], found["slots"]) == ("2026-02-15T00:00:00+01:00", 50)
    assert (found["ends_at"], found["ends_wall"]) == ("2026-02-16T00:00:00Z", "2026-02-16T00:00:00")
    # At three the clock shows two again: eight is nine hours after midnight.
    assert rooms["atlas"] == "0" * 18 + "1" * 2 + "0" * 2 + "1" * 16 + "0" * 12


async def test_a_day_on_which_the_clock_is_put_forward_has_an_hour_less(park: Park) -> None:
    park.now = datetime(2026, 2, 1, tzinfo=UTC)
    await park.a_room(code="atlas", opening=[{**HOURS[0], "weekday": 7}])
    found, rooms = await day(park, date(2026, 3, 22), slot_minutes=30)
    assert (found["starts_at"], found["slots"]) == ("2026-03-22T00:00:00Z", 46)
    assert found["ends_at"] == "2026-03-23T00:00:00+01:00"
    assert rooms["atlas"] == "0" * 14 + "1" * 20 + "0" * 12


@pytest.mark.parametrize(
    ("on", "timezone", "hours", "offset"),
    [
        (date(2026, 3, 29), "Europe/Paris", 23, "+01:00"),
        (date(2026, 10, 25), "Europe/Paris", 25, "+02:00"),
        (date(2026, 2, 15), "Africa/Casablanca", 25, "+01:00"),
        (date(2026, 3, 22), "Africa/Casablanca", 23, "+00:00"),
        (date(2026, 9, 20), "Africa/Casablanca", 25, "+01:00"),
        (date(2026, 11, 26), "Africa/Casablanca", 24, "+00:00"),
        (date(2026, 4, 24), "Africa/Cairo", 23, "+03:00"),
    ],
)
def test_a_day_has_as_many_slots_as_it_lasts(
    on: date, timezone: str, hours: int, offset: str
) -> None:
    made = Day(date=on, timezone=timezone, slot=minutes(15))
    assert made.slots == hours * 4
    assert made.ends_at == day_starts(on + timedelta(days=1), timezone=timezone)
    assert local(made.starts_at, timezone=timezone).isoformat().endswith(offset)
