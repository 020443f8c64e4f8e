"""Rooms change: what they offer and ask, for whom they are; never behind anybody's back."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.booking.park import Park

FATIMA, AMAL, DRISS = "fatima@landlord.example", "amal@acme.example", "driss@other.example"
NAMES = {"fr": "Atlas", "ar": "أطلس", "en": "Atlas"}
WHOLE: dict[str, Any] = {
    "names": NAMES,
    "capacity": 12,
    "layouts": [{"layout": "theatre", "capacity": 12}, {"layout": "u-shape", "capacity": 8}],
    "equipment": ["screen"],
    "accessibility": ["induction-loop", "step-free"],
    "picture_url": "https://pictures.example/atlas.jpg",
    "opening": [{"weekday": 1, "opens": "08:00", "closes": "24:00"}],
    "dated_opening": [
        {
            "from_day": "2027-02-08",
            "until_day": "2027-03-10",
            "priority": 1,
            "opening": [{"weekday": 1, "opens": "09:00", "closes": "15:00"}],
        }
    ],
    "follows_special_days": True,
    "special_opening": [
        {"group_id": str(uuid4()), "hours": [{"opens": "10:00", "closes": "12:00"}]}
    ],
    "buffer_before_minutes": 5,
    "buffer_after_minutes": 10,
    "minimum_notice_minutes": 30,
    "extras": [{"code": "coffee", "names": NAMES, "lead_minutes": 120}],
    "tenant_ids": [str(uuid4())],
    "person_ids": [str(uuid4())],
    "seen_by": {"park": True, "tenant_ids": [str(uuid4())], "person_ids": [str(uuid4())]},
    "approval": {"by": "people", "person_ids": [str(uuid4())]},
}


async def put(
    park: Park, room: dict[str, Any], said: dict[str, Any], *, by: str = FATIMA, **headers: str
) -> httpx.Response:
    known = {name.replace("_", "-"): value for name, value in headers.items()}
    return await park.http.put(
        f"/v1/rooms/{room['room_id']}",
        json={"names": NAMES, "capacity": 8, **said},
        headers=park.as_(by, "facility_manager") | known,
    )


async def seen(park: Park, room: dict[str, Any], email: str, *roles: str) -> httpx.Response:
    return await park.http.get(f"/v1/rooms/{room['room_id']}", headers=park.as_(email, *roles))


async def test_all_that_is_said_of_a_room_is_shown_again(park: Park) -> None:
    room = await park.a_room()
    changed = await put(park, room, WHOLE)
    assert changed.status_code == 200, changed.text
    assert {name: changed.json()[name] for name in WHOLE} == WHOLE
    again = await seen(park, room, FATIMA, "facility_manager")
    assert again.json() == changed.json()
    made = await park.a_room(**WHOLE)
    assert {name: made[name] for name in WHOLE} == WHOLE


async def test_a_change_is_of_what_was_read(park: Park) -> None:
    room = await park.a_room()
    tag = (await seen(park, room, FATIMA, "operator")).headers["etag"]
    first = await put(park, room, {"capacity": 9}, if_match=tag)
    assert first.status_code == 200, first.text
    second = await put(park, room, {"capacity": 10}, if_match=tag)
    assert (second.status_code, second.json()["code"]) == (412, "changed_since_you_read")
    assert (await seen(park, room, AMAL)).json()["capacity"] == 9
    third = await put(park, room, {"capacity": 10}, if_match=first.headers["etag"])
    assert third.status_code == 200


async def test_a_repeated_change_takes_effect_once(park: Park) -> None:
    room = await park.a_room()
    first = await put(park, room, {"capacity": 9}, idempotency_key="k")
    again = await put(park, room, {"capacity": 9}, idempotency_key="k")
    assert first.headers["etag"] == again.headers["etag"]
    assert again.headers["idempotent-replayed"] == "true"


async def test_only_those_who_run_the_park_change_rooms(park: Park) -> None:
    room = await park.a_room()
    answer = await put(park, room, {}, by=AMAL)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_your_role")
    nowhere = await put(park, {"room_id": str(uuid4())}, {})
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "no_such_room")


@pytest.mark.parametrize(
    "said",
    [
        {"picture_url": "http://pictures.example/atlas.jpg"},
        {"layouts": [{"layout": "u", "capacity": 8}, {"layout": "u", "capacity": 9}]},
        {"dated_opening": [{"from_day": "2027-02-08", "until_day": "2027-02-08", "opening": []}]},
        {
            "dated_opening": [
                {"from_day": "2027-02-01", "until_day": "2027-02-08", "opening": []},
                {"from_day": "2027-02-07", "until_day": "2027-02-09", "opening": "always"},
            ]
        },
        {"approval": {"by": "people"}},
        {"approval": {"by": "nobody", "person_ids": [str(uuid4())]}},
        {"spaces": ["another"]},
        {"zone_id": str(uuid4())},
        {"capacity": 0},
    ],
)
async def test_what_makes_no_sense_is_refused(park: Park, said: dict[str, Any]) -> None:
    room = await park.a_room()
    assert (await put(park, room, said)).status_code == 422


async def test_who_books_sees_and_who_sees_may_not_book(park: Park) -> None:
    amal = [str(park.person_id(AMAL))]
    shown = {"person_ids": amal, "seen_by": {"tenant_ids": [str(park.other_tenant_id)]}}
    room = await park.a_room(**shown)
    assert (await seen(park, room, AMAL)).json()["may_book"] is True
    assert (await seen(park, room, "badr@acme.example")).status_code == 404
    theirs = await seen(park, room, DRISS)
    assert (theirs.status_code, theirs.json()["may_book"]) == (200, False)
    refused = await park.book(room, by=DRISS)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_yours_to_book")
    hidden = await park.book(room, by="badr@acme.example")
    assert (hidden.status_code, hidden.json()["code"]) == (404, "no_such_room")
    assert (await park.book(room, by=AMAL)).status_code == 201


async def test_a_room_shows_its_parts_and_wholes_but_not_those_of_others(park: Park) -> None:
    whole = await park.a_room(code="whole", spaces=["left", "right"])
    left = await park.a_room(code="left-half", spaces=["left"])
    ours = await park.a_room(code="right-half", spaces=["right"], tenant_ids=[str(park.tenant_id)])
    to_amal, to_driss = await seen(park, whole, AMAL), await seen(park, whole, DRISS)
    assert [part["code"] for part in to_amal.json()["parts"]] == ["left-half", "right-half"]
    assert [part["code"] for part in to_driss.json()["parts"]] == ["left-half"]
    assert [of["code"] for of in (await seen(park, left, DRISS)).json()["wholes"]] == ["whole"]
    assert (await seen(park, ours, DRISS)).status_code == 404


async def test_a_room_says_where_people_find_it(park: Park) -> None:
    room = await park.a_room()
    assert room["link"].endswith(f"/v1/rooms/{room['room_id']}")
