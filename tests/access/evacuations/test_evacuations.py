"""A zone is evacuated by a person's word, and only by a person's word is it over."""

from typing import Any
from uuid import uuid4

from services.access.evacuations.domain import StandingEvacuations
from services.access.service import SERVICE
from tests.access.park import (
    ALICE,
    ATLAS_ADMIN,
    BAHIA_ADMIN,
    OPERATOR,
    SECURITY,
    Json,
    Park,
)


async def an_evacuation(park: Park, zone: str = "floor", **more: Any) -> Json:
    body = {"zone_id": park.ids[zone], "reason": "Smoke", **more}
    answer = await park.post(SECURITY, "/evacuations", body)
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


def test_an_evacuation_covers_its_zone_and_everything_within() -> None:
    park, floor, room = uuid4(), uuid4(), uuid4()
    stand = StandingEvacuations(frozenset({floor}))
    assert stand.is_evacuated((park, floor))
    assert stand.is_evacuated((park, floor, room))
    assert not stand.is_evacuated((park,))
    assert not StandingEvacuations(frozenset()).is_evacuated((park, floor))


async def test_an_evacuation_is_told_and_journalled_without_naming_anybody(park: Park) -> None:
    made = await an_evacuation(park, on_behalf_of=park.ids[OPERATOR.email])
    (told,) = await park.announced("access.evacuation_started.v1")
    assert told == {
        "evacuation": {
            "evacuation_id": made["evacuation_id"],
            "zone_id": park.ids["floor"],
            "started_at": "2026-11-23T09:00:00Z",
            "ended_at": None,
        }
    }
    (act,) = await park.journalled("evacuation_started")
    assert (act["author_id"], act["to_zone_id"]) == (park.ids[SECURITY.email], park.ids["floor"])
    assert act["details"]["on_behalf_of"] == park.ids[OPERATOR.email]


async def test_of_many_who_start_and_end_it_at_once_one_does(park: Park) -> None:
    assert (await park.get(SECURITY, "/me")).status_code == 200
    body = {"zone_id": park.ids["floor"], "reason": "Smoke"}
    zone = f"zones WHERE zone_id = '{park.ids['floor']}'"
    answers = await park.queue(zone, *[lambda: park.post(SECURITY, "/evacuations", body)] * 4)
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    (stands,) = (await park.get(SECURITY, "/evacuations", open=True)).json()["items"]
    path = f"/evacuations/{stands['evacuation_id']}/end"
    assert (await park.get(OPERATOR, "/me")).status_code == 200
    answers = await park.queue("evacuations", *[lambda: park.post(OPERATOR, path)] * 4)
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert len(await park.announced("access.evacuation_ended.v1")) == 1
    (act,) = await park.journalled("evacuation_ended")
    assert act["author_id"] == park.ids[OPERATOR.email]


async def test_a_zone_is_evacuated_again_and_those_around_it_beside_it(park: Park) -> None:
    made = await an_evacuation(park)
    await an_evacuation(park, "park")
    await park.post(SECURITY, f"/evacuations/{made['evacuation_id']}/end")
    await an_evacuation(park)
    stand = (await park.get(SECURITY, "/evacuations", open=True)).json()["items"]
    assert {each["zone_id"] for each in stand} == {park.ids["park"], park.ids["floor"]}
    unknown = await park.post(
        SECURITY, "/evacuations", {"zone_id": str(uuid4()), "reason": "Smoke"}
    )
    assert (unknown.status_code, unknown.json()["code"]) == (404, "no_such_zone")


async def test_tenants_neither_evacuate_nor_see_who_did(park: Park) -> None:
    made = await an_evacuation(park, "suite b")
    for who in (ALICE, ATLAS_ADMIN, BAHIA_ADMIN):
        body = {"zone_id": park.ids["suite a"], "reason": "Smoke"}
        assert (await park.post(who, "/evacuations", body)).status_code == 403
        end = f"/evacuations/{made['evacuation_id']}/end"
        assert (await park.post(who, end)).status_code == 403
        assert (await park.get(who, "/evacuations")).status_code == 403


async def test_pages_of_evacuations_are_stable(park: Park) -> None:
    made = []
    for zone in ("room", "suite a", "suite b"):
        park.pass_time(minutes=1)
        made.append((await an_evacuation(park, zone))["evacuation_id"])
    first = (await park.get(SECURITY, "/evacuations", limit=2)).json()
    park.pass_time(minutes=1)
    await an_evacuation(park, "park")
    second = (await park.get(SECURITY, "/evacuations", limit=2, cursor=first["next"])).json()
    assert [each["evacuation_id"] for each in first["items"] + second["items"]] == made[::-1]


async def test_what_stands_is_announced_again_when_asked(park: Park) -> None:
    over = await an_evacuation(park, "room")
    await park.post(SECURITY, f"/evacuations/{over['evacuation_id']}/end")
    stands = await an_evacuation(park)
    await park.post(SECURITY, "/lockdowns", {"zone_id": park.ids["room"], "reason": "Drill"})
    await park.forget_announcements()
    await SERVICE.announce_again(park.ground.database)
    (told,) = await park.announced("access.evacuation_started.v1")
    assert told["evacuation"]["evacuation_id"] == stands["evacuation_id"]
    assert len(await park.announced("access.lockdown_started.v1")) == 1
