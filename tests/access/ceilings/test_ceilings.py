"""Ceilings: the landlord lets a tenant grant on a shared zone, and nobody else sees it."""

from datetime import timedelta

from tests.access.park import (
    ALICE,
    ATLAS_ADMIN,
    BAHIA_ADMIN,
    NINE,
    OPERATOR,
    SECURITY,
    Park,
    Somebody,
)
from tests.access.rights.asking import cap, every, grant, holding, who, why

FACILITY_MANAGER = Somebody("facility@landlord.example", ("facility_manager",))
AUDITOR = Somebody("auditor@landlord.example", ("auditor",))


async def test_on_a_shared_zone_a_tenants_word_counts_under_the_landlords_alone(park: Park) -> None:
    alice = holding(park, "person", ALICE.email)
    given = await grant(park, ATLAS_ADMIN, alice, zone="building")
    assert (given["standing"], given["ceiling"]) == ("outside_ceiling", None)
    assert (await why(park, ALICE, "lobby in"))["reason"] == "outside_ceiling"
    assert await who(park, "lobby in") == set()

    ceiling = await cap(park, "atlas", "building", by=SECURITY)
    found = await why(park, ALICE, "lobby in")
    assert (found["reason"], found["may_pass"]) == ("right", True)
    assert await who(park, "lobby in") == {park.ids[ALICE.email]}
    (right,) = found["rights"]
    assert right["author_id"] == park.ids[ATLAS_ADMIN.email]
    assert right["ceiling"]["ceiling_id"] == ceiling["ceiling_id"]
    assert right["ceiling"]["author_id"] == park.ids[SECURITY.email]

    ended = await park.post(OPERATOR, f"/ceilings/{ceiling['ceiling_id']}/end")
    assert ended.status_code == 204
    assert (await why(park, ALICE, "lobby in"))["reason"] == "outside_ceiling"
    assert await who(park, "lobby in") == set()


async def test_a_ceiling_is_of_one_tenant_on_exactly_one_zone(park: Park) -> None:
    alice = holding(park, "person", ALICE.email)
    await grant(park, ATLAS_ADMIN, alice, zone="floor")
    await cap(park, "bahia", "floor")
    await cap(park, "atlas", "building")
    assert (await why(park, ALICE, "stairs in"))["reason"] == "outside_ceiling"
    await cap(park, "atlas", "floor")
    assert (await why(park, ALICE, "stairs in"))["reason"] == "right"


async def test_the_landlords_own_word_needs_no_ceiling(park: Park) -> None:
    given = await grant(park, OPERATOR, holding(park, "person", ALICE.email), zone="building")
    assert (given["standing"], given["ceiling"]) == ("counts", None)


async def test_through_one_access_point_the_ceiling_of_its_zone_counts(park: Park) -> None:
    alice = holding(park, "person", ALICE.email)
    await grant(park, ATLAS_ADMIN, alice, access_point_id=park.ids["lobby in"])
    assert (await why(park, ALICE, "lobby in"))["reason"] == "outside_ceiling"
    await cap(park, "atlas", "building")
    assert (await why(park, ALICE, "lobby in"))["reason"] == "right"


async def test_a_ceiling_counts_from_its_start_until_before_its_end(park: Park) -> None:
    await grant(park, ATLAS_ADMIN, holding(park, "person", ALICE.email), zone="building")
    end = NINE + timedelta(hours=1)
    await cap(park, "atlas", "building", valid_from=NINE.isoformat(), valid_until=end.isoformat())
    reasons = [
        (await why(park, ALICE, "lobby in", at=NINE + timedelta(minutes=minutes)))["reason"]
        for minutes in (-1, 0, 59, 60)
    ]
    assert reasons == ["outside_ceiling", "right", "right", "outside_ceiling"]


async def test_only_the_landlords_staff_set_change_and_end_ceilings(park: Park) -> None:
    for each in (FACILITY_MANAGER, AUDITOR):
        await park.list_person(each)
    body = {"tenant_id": park.ids["atlas"], "zone_id": park.ids["building"]}
    for each in (ALICE, ATLAS_ADMIN, BAHIA_ADMIN, AUDITOR):
        assert (await park.post(each, "/ceilings", body)).status_code == 403
    made = await cap(park, "atlas", "building", by=FACILITY_MANAGER)
    path = f"/ceilings/{made['ceiling_id']}"
    for each, status in ((ATLAS_ADMIN, 403), (AUDITOR, 403), (BAHIA_ADMIN, 404), (ALICE, 404)):
        assert (await park.post(each, f"{path}/end")).status_code == status
        changed = await park.http.put(f"/v1{path}", headers=park.headers(each), json={})
        assert changed.status_code == status


async def test_a_tenant_sees_its_own_ceilings_alone(park: Park) -> None:
    own = await cap(park, "atlas", "building")
    foreign = await cap(park, "bahia", "building")
    found = await every(park, ATLAS_ADMIN, "/ceilings", zone_id=park.ids["building"])
    assert [row["ceiling_id"] for row in found] == [own["ceiling_id"]]
    other = await every(park, ATLAS_ADMIN, "/ceilings", tenant_id=park.ids["bahia"])
    assert other == []
    assert (await park.get(ATLAS_ADMIN, f"/ceilings/{foreign['ceiling_id']}")).status_code == 404
    assert await every(park, ALICE, "/ceilings") == []
    assert len(await every(park, SECURITY, "/ceilings", limit=1)) == 2


async def test_nobody_overwrites_a_ceiling_that_they_have_not_seen(park: Park) -> None:
    made = await cap(park, "atlas", "building")
    path = f"/v1/ceilings/{made['ceiling_id']}"
    seen = (await park.http.get(path, headers=park.headers(OPERATOR))).headers["etag"]
    headers = park.headers(OPERATOR) | {"If-Match": seen}
    until = {"valid_until": (NINE + timedelta(days=1)).isoformat()}
    assert (await park.http.put(path, headers=headers, json=until)).status_code == 200
    assert (await park.http.put(path, headers=headers, json={})).status_code == 412


async def test_a_ceiling_is_over_a_shared_zone_and_lasts_a_while(park: Park) -> None:
    let = {"tenant_id": park.ids["atlas"], "zone_id": park.ids["suite a"]}
    refused = await park.post(OPERATOR, "/ceilings", let)
    assert (refused.status_code, refused.json()["code"]) == (409, "zone_is_not_shared")
    at = NINE.isoformat()
    empty = {**let, "zone_id": park.ids["floor"], "valid_from": at, "valid_until": at}
    refused = await park.post(OPERATOR, "/ceilings", empty)
    assert (refused.status_code, refused.json()["code"]) == (422, "ends_before_it_begins")


async def test_an_ended_ceiling_ends_once_and_is_not_changed_any_more(park: Park) -> None:
    made = await cap(park, "atlas", "building")
    path = f"/ceilings/{made['ceiling_id']}"
    assert (await park.post(OPERATOR, f"{path}/end")).status_code == 204
    assert (await park.post(OPERATOR, f"{path}/end")).json()["code"] == "ceiling_has_ended"
    changed = await park.http.put(f"/v1{path}", headers=park.headers(OPERATOR), json={})
    assert changed.status_code == 409
    entries = await every(park, SECURITY, "/journal", zone_id=park.ids["building"])
    acts = [each["reason"] for each in entries if each["kind"] == "act"]
    assert acts == ["ceiling_ended", "ceiling_set"]
