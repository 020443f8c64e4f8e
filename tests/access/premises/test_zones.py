"""Zones are renamed, ruled and delisted; the others hear of it."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from services.access.premises.domain import AntiPassback, ZoneRules
from tests.access.park import (
    ALICE,
    ATLAS_ADMIN,
    BAHIA_ADMIN,
    OPERATOR,
    SECURITY,
    Park,
)

NAMES = {"fr": "Salle", "ar": "قاعة", "en": "Room"}
RULES = {
    "anti_passback": "timed",
    "anti_passback_minutes": 15,
    "max_people": 12,
    "min_people": 2,
    "is_escorted": True,
}


async def a_free_zone(park: Park, **more: Any) -> str:
    """A suite that nothing hangs on."""
    body = {"code": "suite c", "parent_id": park.ids["floor"], "kind": "suite", "names": NAMES}
    found: str = (await park.made("/zones", body | more))["zone_id"]
    return found


async def test_a_renamed_zone_is_told_to_the_others(park: Park) -> None:
    path = f"/zones/{park.ids['room']}"
    tag = (await park.get(OPERATOR, path)).headers["etag"]
    body = {"names": NAMES, "is_bookable": False}
    changed = await park.put(OPERATOR, path, body, if_match=tag)
    assert (changed.json()["names"], changed.json()["is_bookable"]) == (NAMES, False)
    (told,) = await park.announced("premises.zone_listed.v1")
    assert (told["zone"]["names"], told["zone"]["is_bookable"]) == (NAMES, False)
    late = await park.put(OPERATOR, path, body, if_match=tag)
    assert (late.status_code, late.json()["code"]) == (412, "changed_since_you_read")
    (act,) = await park.journalled("zone_changed")
    assert act["author_id"] == park.ids[OPERATOR.email]


async def test_security_sets_the_rules_of_a_zone(park: Park) -> None:
    path = f"/zones/{park.ids['suite a']}/rules"
    usual = await park.get(SECURITY, path)
    assert usual.json()["anti_passback"] == "none"
    tag = usual.headers["etag"]
    answers = await park.queue(
        f"zones WHERE zone_id = '{park.ids['suite a']}'",
        *[lambda: park.put(SECURITY, path, RULES, if_match=tag)] * 3,
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]
    assert (await park.get(ATLAS_ADMIN, path)).json() == RULES
    (act,) = await park.journalled("zone_rules_changed")
    assert (act["to_zone_id"], act["details"]) == (park.ids["suite a"], RULES)


@pytest.mark.parametrize(
    "rules",
    [
        {"anti_passback": "timed"},
        {"anti_passback": "hard", "anti_passback_minutes": 5},
        {"max_people": 0},
        {"max_people": 1, "min_people": 2},
        {"min_people": 3},
    ],
)
async def test_rules_that_do_not_fit_together_are_malformed(
    park: Park, rules: dict[str, Any]
) -> None:
    refused = await park.put(SECURITY, f"/zones/{park.ids['room']}/rules", rules)
    assert (refused.status_code, refused.json()["code"]) == (422, "malformed_request")


def test_timed_rules_say_how_long_they_remember() -> None:
    timed = ZoneRules(anti_passback=AntiPassback.TIMED, anti_passback_minutes=15)
    assert timed.forgets_after is not None
    assert timed.forgets_after.total_seconds() == 900
    assert ZoneRules().forgets_after is None


async def test_no_tenant_sees_or_sets_anothers_rules_and_zones(park: Park) -> None:
    path = f"/zones/{park.ids['suite a']}"
    assert (await park.get(BAHIA_ADMIN, f"{path}/rules")).status_code == 404
    assert (await park.get(ALICE, f"{path}/rules")).status_code == 403
    for who in (ALICE, ATLAS_ADMIN, BAHIA_ADMIN):
        assert (await park.put(who, f"{path}/rules", RULES)).status_code == 403
        body = {"names": NAMES, "is_bookable": True}
        assert (await park.put(who, path, body)).status_code == 403
        assert (await park.post(who, f"{path}/delist")).status_code == 403
    assert (await park.post(SECURITY, f"{path}/delist")).status_code == 403


async def test_a_delisted_zone_is_no_more(park: Park) -> None:
    zone_id = await a_free_zone(park, tenant_id=park.ids["atlas"])
    await park.forget_announcements()
    assert (await park.post(OPERATOR, f"/zones/{zone_id}/delist")).status_code == 204
    (told,) = await park.announced("premises.zone_delisted.v1")
    assert (told["zone"]["zone_id"], told["zone"]["is_listed"]) == (zone_id, False)
    (tenant,) = await park.announced("directory.tenant_listed.v1")
    assert tenant["tenant"]["zone_ids"] == [park.ids["suite a"]]
    assert (await park.get(OPERATOR, "/zones", code="suite c")).json()["items"] == []
    again = await park.post(OPERATOR, f"/zones/{zone_id}/delist")
    assert (again.status_code, again.json()["code"]) == (409, "zone_is_gone")
    (act,) = await park.journalled("zone_delisted")
    assert act["to_zone_id"] == zone_id


async def test_nothing_is_built_on_a_delisted_zone(park: Park) -> None:
    zone_id = await a_free_zone(park)
    await park.post(OPERATOR, f"/zones/{zone_id}/delist")
    room = {"code": "x", "parent_id": zone_id, "kind": "room", "names": NAMES}
    door = {
        "code": "x",
        "names": NAMES,
        "to_zone_id": zone_id,
        "controller_id": park.ids["floor controller"],
    }
    right = {"holder": {"kind": "person", "id": park.ids[ALICE.email]}, "zone_id": zone_id}
    answers = [
        await park.post(OPERATOR, "/zones", room),
        await park.post(OPERATOR, "/doors", door),
        await park.post(OPERATOR, "/rights", right),
        await park.post(SECURITY, "/lockdowns", {"zone_id": zone_id, "reason": "Drill"}),
        await park.post(SECURITY, "/evacuations", {"zone_id": zone_id, "reason": "Drill"}),
        await park.put(SECURITY, f"/zones/{zone_id}/rules", RULES),
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {
        (409, "zone_is_gone")
    }


async def test_a_zone_that_something_hangs_on_is_not_delisted(park: Park) -> None:
    async def refusal(zone_id: str) -> Any:
        answer = await park.post(OPERATOR, f"/zones/{zone_id}/delist")
        return (answer.status_code, answer.json()["code"])

    assert await refusal(park.ids["floor"]) == (409, "zone_has_zones")
    assert await refusal(park.ids["room"]) == (409, "zone_has_doors")
    park.ids["free"] = await a_free_zone(park)
    right = await park.let_in(ALICE, "free")
    assert await refusal(park.ids["free"]) == (409, "zone_has_rights")
    await park.post(OPERATOR, f"/rights/{right['right_id']}/end")
    path = f"/controllers/{park.ids['floor controller']}/inputs"
    await park.put(OPERATOR, path, {"inputs": {"fire": park.ids["free"]}})
    assert await refusal(park.ids["free"]) == (409, "zone_has_inputs")
    await park.put(OPERATOR, path, {"inputs": {}})
    drill = {"zone_id": park.ids["free"], "reason": "Drill"}
    lockdown = (await park.post(SECURITY, "/lockdowns", drill)).json()
    assert await refusal(park.ids["free"]) == (409, "zone_in_emergency")
    await park.post(SECURITY, f"/lockdowns/{lockdown['lockdown_id']}/release")
    assert (await park.post(OPERATOR, f"/zones/{park.ids['free']}/delist")).status_code == 204


async def test_a_door_and_a_delisting_at_once_leave_no_door_into_nowhere(park: Park) -> None:
    for turn in range(5):
        zone_id = await a_free_zone(park, code=f"free {turn}")
        door = {
            "code": f"door {turn}",
            "names": NAMES,
            "to_zone_id": zone_id,
            "controller_id": park.ids["floor controller"],
        }
        built, delisted = await asyncio.gather(
            park.post(OPERATOR, "/doors", door),
            park.post(OPERATOR, f"/zones/{zone_id}/delist"),
        )
        assert (built.status_code, delisted.status_code) in {(201, 409), (409, 204)}
    assert (await park.post(OPERATOR, f"/zones/{uuid4()}/delist")).status_code == 404
