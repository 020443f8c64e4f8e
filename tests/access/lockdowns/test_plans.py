"""Plans: zones that are locked down together, in one call."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.access.park import ALICE, ATLAS_ADMIN, OPERATOR, SECURITY, Json, Park

NAMES = {"fr": "Intrusion", "ar": "تسلل", "en": "Intruder"}
START = {"reason": "Drill"}


def a_plan(park: Park, **more: Any) -> Json:
    zones = [park.ids["suite a"], park.ids["suite b"]]
    return {"names": NAMES, "rank": 5, "zone_ids": zones, **more}


@pytest.fixture
async def path(park: Park) -> str:
    """Of a plan for both suites that exempts Atlas."""
    body = a_plan(park, exempt_tenant_ids=[park.ids["atlas"]])
    made = await park.post(SECURITY, "/lockdown-plans", body)
    assert made.status_code == 201, made.text
    return f"/lockdown-plans/{made.json()['plan_id']}"


async def standing(park: Park) -> list[Json]:
    found: list[Json] = (await park.get(SECURITY, "/lockdowns", open=True)).json()["items"]
    return found


async def test_a_plan_locks_all_its_zones_down_in_one_call(park: Park, path: str) -> None:
    started = await park.post(SECURITY, f"{path}/start", START)
    assert started.status_code == 201
    made = started.json()["lockdowns"]
    assert {each["zone_id"] for each in made} == {park.ids["suite a"], park.ids["suite b"]}
    assert {each["rank"] for each in made} == {5}
    assert all(each["exempt_tenant_ids"] == [park.ids["atlas"]] for each in made)
    assert len(await park.announced("access.lockdown_started.v1")) == 2
    assert {act["to_zone_id"] for act in await park.journalled("lockdown_started")} == {
        park.ids["suite a"],
        park.ids["suite b"],
    }


async def test_releasing_one_leaves_the_others_and_starting_again_brings_it_back(
    park: Park, path: str
) -> None:
    one, other = (await park.post(SECURITY, f"{path}/start", START)).json()["lockdowns"]
    await park.post(SECURITY, f"/lockdowns/{one['lockdown_id']}/release")
    assert [each["lockdown_id"] for each in await standing(park)] == [other["lockdown_id"]]
    again = (await park.post(SECURITY, f"{path}/start", START)).json()["lockdowns"]
    assert other["lockdown_id"] in {each["lockdown_id"] for each in again}
    assert len(again) == len(await standing(park)) == 2
    assert len(await park.announced("access.lockdown_started.v1")) == 3


async def test_many_who_start_it_at_once_start_it_once(park: Park, path: str) -> None:
    zone = f"zones WHERE zone_id = '{park.ids['suite b']}'"
    answers = await park.queue(zone, *[lambda: park.post(SECURITY, f"{path}/start", START)] * 6)
    assert {answer.status_code for answer in answers} == {201}
    assert len({str(answer.json()) for answer in answers}) == 1
    assert len(await standing(park)) == 2


async def test_started_while_it_is_released_it_is_either(park: Park, path: str) -> None:
    for _ in range(5):
        await park.post(SECURITY, f"{path}/start", START)
        released, started = await asyncio.gather(
            park.post(SECURITY, f"{path}/release"), park.post(SECURITY, f"{path}/start", START)
        )
        assert (released.status_code, started.status_code) == (200, 201)
        assert len(await standing(park)) in {0, 2}
    rows = await park.rows("SELECT count(*) FROM lockdowns")
    assert rows[0][0] == len(await park.announced("access.lockdown_started.v1"))


async def test_all_of_a_plan_is_released_in_one_call(park: Park, path: str) -> None:
    by_hand = await park.post(
        SECURITY, "/lockdowns", {"zone_id": park.ids["suite a"], "reason": "Drill"}
    )
    await park.post(SECURITY, f"{path}/start", START)
    released = await park.post(SECURITY, f"{path}/release")
    assert len(released.json()["lockdowns"]) == 2
    assert [each["lockdown_id"] for each in await standing(park)] == [by_hand.json()["lockdown_id"]]
    again = await park.post(SECURITY, f"{path}/release")
    assert (again.status_code, again.json()["code"]) == (409, "plan_not_started")


async def test_a_lockdown_by_hand_may_be_a_part_of_a_plan(park: Park, path: str) -> None:
    body = {
        "zone_id": park.ids["room"],
        "reason": "Drill",
        "plan_id": path.rpartition("/")[2],
        "rank": 1,
        "exempt_person_ids": [park.ids[ALICE.email]],
    }
    made = (await park.post(SECURITY, "/lockdowns", body)).json()
    assert (made["rank"], made["exempt_tenant_ids"]) == (5, [park.ids["atlas"]])
    assert made["exempt_person_ids"] == [park.ids[ALICE.email]]
    again = await park.post(SECURITY, "/lockdowns", body)
    assert (again.status_code, again.json()["code"]) == (409, "plan_stands_there")


async def test_a_changed_plan_leaves_alone_what_stands(park: Park, path: str) -> None:
    await park.post(SECURITY, f"{path}/start", START)
    before = await park.get(SECURITY, path)
    body = a_plan(park, rank=9, zone_ids=[park.ids["room"]])
    changed = await park.put(SECURITY, path, body, if_match=before.headers["etag"])
    assert (changed.json()["rank"], changed.json()["exempt_tenant_ids"]) == (9, [])
    late = await park.put(SECURITY, path, body, if_match=before.headers["etag"])
    assert late.status_code == 412
    assert {each["rank"] for each in await standing(park)} == {5}
    (act,) = await park.journalled("lockdown_plan_changed")
    assert (act["author_id"], act["details"]["rank"]) == (park.ids[SECURITY.email], 9)


async def test_a_delisted_plan_starts_nothing_more(park: Park, path: str) -> None:
    await park.post(SECURITY, f"{path}/start", START)
    assert (await park.post(SECURITY, f"{path}/delist")).status_code == 204
    assert (await park.post(SECURITY, f"{path}/start", START)).status_code == 404
    assert (await park.get(SECURITY, "/lockdown-plans")).json()["items"] == []
    assert (await park.post(SECURITY, f"{path}/release")).status_code == 200


async def test_a_plan_whose_zones_are_gone_says_so(park: Park) -> None:
    zone = {"code": "x", "parent_id": park.ids["floor"], "kind": "room", "names": NAMES}
    zone_id = (await park.made("/zones", zone))["zone_id"]
    made = await park.post(SECURITY, "/lockdown-plans", a_plan(park, zone_ids=[zone_id]))
    await park.post(OPERATOR, f"/zones/{zone_id}/delist")
    start = f"/lockdown-plans/{made.json()['plan_id']}/start"
    refused = await park.post(SECURITY, start, START)
    assert (refused.status_code, refused.json()["code"]) == (409, "plan_has_no_zones")
    lost = await park.post(SECURITY, "/lockdown-plans", a_plan(park, zone_ids=[str(uuid4())]))
    assert (lost.status_code, lost.json()["code"]) == (404, "no_such_zone")


async def test_plans_are_listed_by_rank_and_page(park: Park) -> None:
    for rank in (3, 9, 7):
        await park.post(SECURITY, "/lockdown-plans", a_plan(park, rank=rank))
    first = (await park.get(OPERATOR, "/lockdown-plans", limit=2)).json()
    second = (await park.get(OPERATOR, "/lockdown-plans", limit=2, cursor=first["next"])).json()
    assert [each["rank"] for each in first["items"] + second["items"]] == [9, 7, 3]


async def test_tenants_know_nothing_of_plans(park: Park, path: str) -> None:
    for who in (ALICE, ATLAS_ADMIN):
        answers = [
            await park.get(who, "/lockdown-plans"),
            await park.get(who, path),
            await park.post(who, "/lockdown-plans", a_plan(park)),
            await park.put(who, path, a_plan(park)),
            *[await park.post(who, f"{path}/{act}", START) for act in ("start",)],
            *[await park.post(who, f"{path}/{act}") for act in ("release", "delist")],
        ]
        assert {answer.status_code for answer in answers} == {403}
