"""Which rooms are free, for whom; and that busy says no more than busy."""

from datetime import datetime
from typing import Any

from tests.booking.park import ELEVEN, NINE, TEN, Park, a_zone, minutes


async def free(park: Park, *, by: str = "amal@acme.example", **asked: Any) -> list[str]:
    wanted = {"starts_at": NINE.isoformat(), "ends_at": TEN.isoformat(), **asked}
    answer = await park.http.get("/v1/rooms/free", params=wanted, headers=park.as_(by))
    assert answer.status_code == 200, answer.text
    return [room["code"] for room in answer.json()["items"]]


async def test_free_rooms_fit_and_the_smallest_comes_first(park: Park) -> None:
    await park.a_room(code="large", capacity=40, equipment=["screen", "phone"])
    await park.a_room(code="small", capacity=4, equipment=["screen"])
    await park.a_room(code="bare", capacity=12)
    assert await free(park) == ["small", "bare", "large"]
    assert await free(park, people=5) == ["bare", "large"]
    assert await free(park, equipment=["screen"]) == ["small", "large"]
    assert await free(park, equipment=["screen", "phone"], people=5) == ["large"]


async def test_a_taken_room_is_not_free_its_buffers_and_its_parts_included(park: Park) -> None:
    whole = await park.a_room(code="whole", spaces=["left", "right"], capacity=20)
    await park.a_room(code="left", capacity=10, buffer_before_minutes=10)
    await park.a_room(code="right", capacity=10)
    booking = await park.a_booking(whole)
    assert await free(park) == []
    after = {"starts_at": TEN.isoformat(), "ends_at": ELEVEN.isoformat()}
    assert await free(park, **after) == ["right", "whole"]
    await park.do(booking, "cancel")
    assert await free(park) == ["left", "right", "whole"]


async def test_rooms_of_unknown_or_unbookable_zones_are_not_offered(park: Park) -> None:
    await park.a_room(code="unknown", zone_id=a_zone().zone_id)
    await park.a_room(code="closed", zone_id=await park.list_zone(a_zone(is_bookable=False)))
    await park.a_room(code="open")
    assert await free(park) == ["open"]


async def test_only_rooms_of_ones_own_tenant_and_of_the_park_are_offered(park: Park) -> None:
    await park.a_room(code="ours", tenant_ids=[str(park.tenant_id)])
    await park.a_room(code="theirs", tenant_ids=[str(park.other_tenant_id)])
    await park.a_room(code="park")
    assert await free(park) == ["ours", "park"]
    assert await free(park, by="driss@other.example") == ["park", "theirs"]


async def test_rooms_are_found_by_their_building(park: Park) -> None:
    building = await park.list_zone(a_zone())
    floor = await park.list_zone(a_zone(parent_id=building))
    await park.a_room(code="inside", zone_id=await park.list_zone(a_zone(parent_id=floor)))
    await park.a_room(code="outside")
    assert await free(park, building_zone_id=str(building)) == ["inside"]


async def test_a_closed_room_is_not_free(park: Park) -> None:
    hours = [{"weekday": 1, "opens": "09:00", "closes": "10:00"}]
    until_midnight = [{"weekday": 1, "opens": "20:00", "closes": "24:00"}]
    await park.a_room(code="mornings", opening=hours)
    await park.a_room(code="nights", opening=until_midnight)
    assert await free(park) == ["mornings"]
    assert await free(park, ends_at=(TEN + minutes(1)).isoformat()) == []
    night = {"starts_at": "2027-03-01T22:00:00Z", "ends_at": "2027-03-02T00:00:00Z"}
    assert await free(park, **night) == ["nights"]
    assert await free(park, **(night | {"ends_at": "2027-03-02T00:01:00Z"})) == []


async def test_hours_that_meet_are_open_throughout_also_at_midnight(park: Park) -> None:
    hours = [
        {"weekday": 1, "opens": "08:00", "closes": "12:00"},
        {"weekday": 1, "opens": "12:00", "closes": "15:00"},
        {"weekday": 1, "opens": "20:00", "closes": "24:00"},
        {"weekday": 2, "opens": "00:00", "closes": "02:00"},
    ]
    room = await park.a_room(code="evenings", opening=hours)
    asked = {"2027-03-01T11:30", "2027-03-01T14:00", "2027-03-01T14:30", "2027-03-01T23:30"}
    asked |= {"2027-03-02T01:00", "2027-03-02T01:01", "2027-03-01T07:59", "2027-03-08T01:00"}
    offered = set()
    for start in asked:
        starts_at = datetime.fromisoformat(start + ":00+00:00")
        times = {"starts_at": starts_at, "ends_at": starts_at + minutes(60)}
        is_offered = await free(park, **{name: at.isoformat() for name, at in times.items()})
        answer = await park.book(room, starts_at=times["starts_at"], ends_at=times["ends_at"])
        assert (answer.status_code == 201) == bool(is_offered), start
        offered |= {start} if is_offered else set()
    assert offered == {
        "2027-03-01T11:30",
        "2027-03-01T14:00",
        "2027-03-01T23:30",
        "2027-03-02T01:00",
    }


async def test_notice_counts_for_free_rooms_too(park: Park) -> None:
    await park.a_room(code="slow", minimum_notice_minutes=61)
    await park.a_room(code="quick", minimum_notice_minutes=60)
    assert await free(park) == ["quick"]


async def test_what_is_offered_can_be_booked_page_by_page(park: Park) -> None:
    made = [await park.a_room(capacity=2 + n // 2) for n in range(5)]
    seen, cursor = [], None
    while True:
        params: dict[str, Any] = {
            "starts_at": NINE.isoformat(),
            "ends_at": TEN.isoformat(),
            "limit": 2,
        }
        answer = await park.http.get(
            "/v1/rooms/free",
            params=params | ({"cursor": cursor} if cursor else {}),
            headers=park.as_("amal@acme.example"),
        )
        seen += answer.json()["items"]
        cursor = answer.json()["next"]
        if cursor is None:
            break
    assert [room["room_id"] for room in seen] == [
        room["room_id"] for room in sorted(made, key=lambda room: (room["capacity"], room["code"]))
    ]
    for room in seen:
        await park.a_booking(room)


async def test_busy_says_when_and_never_by_whom(park: Park) -> None:
    room = await park.a_room(buffer_after_minutes=10)
    await park.a_booking(room, title="Secret")
    answer = await park.http.get(
        f"/v1/rooms/{room['room_id']}/busy",
        params={
            "starts_at": (NINE - minutes(30)).isoformat(),
            "ends_at": (TEN + minutes(5)).isoformat(),
        },
        headers=park.as_("driss@other.example"),
    )
    assert answer.json() == {
        "timezone": "Africa/Casablanca",
        "items": [
            {
                "starts_at": "2027-03-01T09:00:00Z",
                "ends_at": "2027-03-01T10:05:00Z",
                "starts_wall": "2027-03-01T09:00:00",
                "ends_wall": "2027-03-01T10:05:00",
                "state": "busy",
            }
        ],
        "closed": [],
    }


async def test_the_busy_times_of_a_room_one_may_not_see_are_not_there(park: Park) -> None:
    room = await park.a_room(tenant_ids=[str(park.other_tenant_id)])
    answer = await park.http.get(
        f"/v1/rooms/{room['room_id']}/busy",
        params={"starts_at": NINE.isoformat(), "ends_at": TEN.isoformat()},
        headers=park.as_("amal@acme.example"),
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_room")
