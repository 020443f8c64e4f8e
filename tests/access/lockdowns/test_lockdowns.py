"""Security locks zones down and releases them; each act has its author."""

from typing import Any
from uuid import uuid4

import pytest

from tests.access.park import (
    ALICE,
    ATLAS_ADMIN,
    BAHIA_ADMIN,
    OPERATOR,
    SECURITY,
    Json,
    Park,
)


async def a_lockdown(park: Park, zone: str = "floor", **more: Any) -> Json:
    body = {"zone_id": park.ids[zone], "reason": "Drill", **more}
    answer = await park.post(SECURITY, "/lockdowns", body)
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


async def test_a_lockdown_is_told_and_journalled_without_naming_anybody(park: Park) -> None:
    made = await a_lockdown(
        park,
        exempt_person_ids=[park.ids[ALICE.email]],
        on_behalf_of=park.ids[OPERATOR.email],
    )
    (told,) = await park.announced("access.lockdown_started.v1")
    assert told == {
        "lockdown": {
            "lockdown_id": made["lockdown_id"],
            "zone_id": park.ids["floor"],
            "plan_id": None,
            "started_at": "2026-11-23T09:00:00Z",
            "ended_at": None,
        }
    }
    (act,) = await park.journalled("lockdown_started")
    assert (act["author_id"], act["to_zone_id"]) == (park.ids[SECURITY.email], park.ids["floor"])
    assert act["details"]["on_behalf_of"] == park.ids[OPERATOR.email]
    assert (act["details"]["reason"], act["details"]["rank"]) == ("Drill", 0)


async def test_it_stands_until_somebody_releases_it(park: Park) -> None:
    made = await a_lockdown(park)
    other = await a_lockdown(park)
    park.pass_time(hours=30)
    path = f"/lockdowns/{made['lockdown_id']}/release"
    ended = await park.post(OPERATOR, path, {"on_behalf_of": park.ids[SECURITY.email]})
    assert ended.json()["ended_by"] == park.ids[OPERATOR.email]
    (told,) = await park.announced("access.lockdown_ended.v1")
    assert told["lockdown"]["ended_at"] == "2026-11-24T15:00:00Z"
    (act,) = await park.journalled("lockdown_ended")
    assert act["details"]["on_behalf_of"] == park.ids[SECURITY.email]
    stand = (await park.get(SECURITY, "/lockdowns", open=True)).json()["items"]
    assert [each["lockdown_id"] for each in stand] == [other["lockdown_id"]]
    over = (await park.get(SECURITY, "/lockdowns", open=False)).json()["items"]
    assert [each["lockdown_id"] for each in over] == [made["lockdown_id"]]


async def test_of_many_who_release_it_at_once_one_does(park: Park) -> None:
    path = f"/lockdowns/{(await a_lockdown(park))['lockdown_id']}/release"
    answers = await park.queue("lockdowns", *[lambda: park.post(SECURITY, path)] * 4)
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {
        "lockdown_released"
    }
    assert len(await park.announced("access.lockdown_ended.v1")) == 1
    assert len(await park.journalled("lockdown_ended")) == 1


async def test_a_repeated_call_with_its_key_locks_down_once(park: Park) -> None:
    headers = park.headers(SECURITY) | {"Idempotency-Key": "once"}
    body = {"zone_id": park.ids["floor"], "reason": "Drill"}
    first, again = [
        await park.http.post("/v1/lockdowns", headers=headers, json=body) for _ in range(2)
    ]
    assert first.json() == again.json()
    assert len((await park.get(SECURITY, "/lockdowns")).json()["items"]) == 1


@pytest.mark.parametrize(
    ("unknown", "code"),
    [
        ("zone_id", "no_such_zone"),
        ("plan_id", "no_such_plan"),
        ("on_behalf_of", "no_such_person"),
        ("exempt_person_ids", "no_such_person"),
        ("exempt_tenant_ids", "no_such_tenant"),
    ],
)
async def test_whatever_it_names_must_be_known(park: Park, unknown: str, code: str) -> None:
    value: Any = [str(uuid4())] if unknown.endswith("ids") else str(uuid4())
    body = {"zone_id": park.ids["floor"], "reason": "Drill", unknown: value}
    refused = await park.post(SECURITY, "/lockdowns", body)
    assert (refused.status_code, refused.json()["code"]) == (404, code)


async def test_tenants_neither_lock_down_nor_see_who_did(park: Park) -> None:
    made = await a_lockdown(park, "suite b")
    for who in (ALICE, ATLAS_ADMIN, BAHIA_ADMIN):
        body = {"zone_id": park.ids["suite a"], "reason": "Drill"}
        assert (await park.post(who, "/lockdowns", body)).status_code == 403
        release = f"/lockdowns/{made['lockdown_id']}/release"
        assert (await park.post(who, release)).status_code == 403
        assert (await park.get(who, "/lockdowns")).status_code == 403
    assert (await park.get(BAHIA_ADMIN, "/journal")).json()["items"] == []


async def test_pages_of_lockdowns_are_stable(park: Park) -> None:
    made = []
    for _ in range(3):
        park.pass_time(hours=1)
        made.append((await a_lockdown(park))["lockdown_id"])
    first = (await park.get(SECURITY, "/lockdowns", limit=2)).json()
    await a_lockdown(park)
    second = (await park.get(SECURITY, "/lockdowns", limit=2, cursor=first["next"])).json()
    assert [each["lockdown_id"] for each in first["items"] + second["items"]] == made[::-1]
    stolen = await park.get(OPERATOR, "/lockdowns", cursor=first["next"])
    assert stolen.json()["code"] == "bad_cursor"
