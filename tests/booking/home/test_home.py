"""The first screen of a phone: one request, everything somebody needs to see, nothing of others."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from shared.events.premises import ZoneKind
from tests.booking.bookings.requests import a_request, a_room_on_request
from tests.booking.park import NINE, NOON, TEN, Park, a_zone, minutes

AMAL, BADR, DRISS = "amal@acme.example", "badr@acme.example", "driss@other.example"
FATIMA = "fatima@landlord.example"
FLAG = """
UPDATE bookings SET attention = jsonb_build_object(
    'code', 'taken_at_its_wall_time', 'booked_starts_wall', starts_wall,
    'booked_ends_wall', ends_wall, 'noticed_at', created_at)
"""


async def home(park: Park, email: str = AMAL, *roles: str, **params: Any) -> Any:
    answer = await park.http.get("/v1/home", params=params, headers=park.as_(email, *roles))
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(shown: list[dict[str, Any]]) -> list[str]:
    return [one["booking_id"] for one in shown]


async def a_building(park: Park) -> UUID:
    zone = a_zone(is_bookable=False)
    return await park.list_zone(zone.model_copy(update={"kind": ZoneKind.BUILDING}))


async def test_the_next_booking_says_where_and_from_when_one_can_check_in(park: Park) -> None:
    room = await park.a_room()
    booking = await park.a_booking(room, title="Point projet")
    shown = (await home(park))["next"]
    assert (shown["booking_id"], shown["title"], shown["status"]) == (
        booking["booking_id"],
        "Point projet",
        "confirmed",
    )
    assert (shown["room"]["code"], shown["room"]["link"]) == (room["code"], room["link"])
    assert shown["link"] == booking["link"]
    assert (shown["starts_wall"], shown["timezone"]) == ("2027-03-01T09:00:00", "Africa/Casablanca")
    assert shown["check_in_from"] == "2027-03-01T08:50:00Z"
    assert shown["check_in_from_wall"] == "2027-03-01T08:50:00"
    assert shown["check_in_until"] == "2027-03-01T10:00:00Z"
    assert shown["may"] == ["cancel", "extend", "hand_over", "move"]


async def test_what_can_be_done_is_what_would_not_be_refused(park: Park) -> None:
    booking = await park.a_booking(invited=[BADR])
    park.now = NINE - minutes(10)
    assert "check_in" in (await home(park))["next"]["may"]
    assert (await home(park, BADR))["next"]["may"] == ["check_in"]
    park.now = NINE + minutes(5)
    shown = await home(park)
    assert (shown["next"], ids(shown["running"])) == (None, [booking["booking_id"]])
    assert shown["running"][0]["may"] == ["check_in", "end_early", "extend", "hand_over"]
    assert (await park.do(booking, "check-in", by=BADR)).status_code == 200
    assert (await home(park, BADR))["running"][0]["may"] == []
    park.now = TEN
    over = await home(park)
    assert (over["running"], over["next"], over["week"]) == ([], None, [])


async def test_the_week_holds_what_i_lead_and_attend_and_what_stands(park: Park) -> None:
    room = await park.a_room()
    later = await park.a_booking(room, starts_at=TEN, ends_at=NOON)
    invited = await park.a_booking(
        room, by=BADR, invited=[AMAL], is_private=True, title="Augmentations"
    )
    off = await park.a_booking(await park.a_room())
    await park.do(off, "cancel")
    week = minutes(7 * 24 * 60)
    far = await park.a_booking(room, starts_at=NINE + week, ends_at=TEN + week)
    shown = await home(park)
    assert ids(shown["week"]) == [invited["booking_id"], later["booking_id"]]
    assert [one["is_mine"] for one in shown["week"]] == [False, True]
    assert shown["week"][0]["title"] == "Augmentations"
    park.now = NOON
    assert (await home(park))["next"]["booking_id"] == far["booking_id"]


async def test_another_tenant_sees_nothing_of_it(park: Park) -> None:
    await park.a_booking(invited=[BADR])
    shown = await home(park, DRISS)
    assert (shown["next"], shown["week"], shown["attention"]) == (None, [], [])
    assert shown["near_zone_id"] is None


async def test_free_rooms_are_those_near_my_next_booking_or_a_zone_i_name(park: Park) -> None:
    building, other = await a_building(park), await a_building(park)
    rooms = [
        await park.a_room(zone_id=await park.list_zone(a_zone(parent_id=within)), capacity=seats)
        for within, seats in ((building, 8), (building, 4), (other, 2))
    ]
    mine, beside, away = (room["code"] for room in rooms)
    await park.a_booking(rooms[0], starts_at=NINE, ends_at=TEN)
    shown = await home(park)
    assert shown["near_zone_id"] == str(building)
    assert [room["code"] for room in shown["free_rooms"]] == [beside, mine]
    named = await home(park, near=str(other))
    assert [room["code"] for room in named["free_rooms"]] == [away]
    park.now = NINE
    assert [room["code"] for room in (await home(park))["free_rooms"]] == [beside]
    park.now = NOON
    assert (await home(park))["near_zone_id"] == str(building)


async def test_requests_that_wait_for_my_word_are_counted(park: Park) -> None:
    await a_request(park, await a_room_on_request(park))
    assert (await home(park))["to_approve"] == 0
    assert (await home(park, FATIMA, "facility_manager"))["to_approve"] == 1
    assert (await home(park))["next"]["status"] == "requested"


async def test_what_needs_attention_is_said_to_its_organiser(park: Park) -> None:
    booking = await park.a_booking(invited=[BADR])
    async with park.ground.database.transaction() as session:
        await session.execute(text(FLAG))
    (shown,) = (await home(park))["attention"]
    assert (shown["booking_id"], shown["attention"]["code"]) == (
        booking["booking_id"],
        "taken_at_its_wall_time",
    )
    assert (await home(park, BADR))["attention"] == []


async def test_who_has_it_already_is_told_so_until_something_changes(park: Park) -> None:
    await park.a_booking()
    headers = park.as_(AMAL)
    first = await park.http.get("/v1/home", headers=headers)
    headers |= {"if-none-match": first.headers["etag"]}
    assert (await park.http.get("/v1/home", headers=headers)).status_code == 304
    await park.a_booking()
    assert (await park.http.get("/v1/home", headers=headers)).status_code == 200
