"""Groups over HTTP: who keeps which, who may be in them, and that nothing of them leaks."""

import asyncio
from uuid import uuid4

from tests.access.park import (
    ALICE,
    ATLAS_ADMIN,
    BAHIA_ADMIN,
    BASMA,
    OPERATOR,
    SECURITY,
    Park,
    Somebody,
)
from tests.access.rights.asking import every, form, grant, holding, reach

LINA = Somebody("lina@atlas.example")


async def test_an_admin_keeps_groups_of_their_own_people_alone(park: Park) -> None:
    atlas = {"name": "Night shift", "tenant_id": park.ids["atlas"]}
    made = await park.post(ATLAS_ADMIN, "/groups", atlas)
    assert made.status_code == 201
    path = f"/groups/{made.json()['group_id']}"
    mixed = {"add": [park.ids[ALICE.email], park.ids[BASMA.email]]}
    refused = await park.post(ATLAS_ADMIN, f"{path}/members", mixed)
    assert (refused.status_code, refused.json()["code"]) == (404, "no_such_person")
    assert await every(park, ATLAS_ADMIN, f"{path}/members") == []
    foreign = {"name": "Theirs", "tenant_id": park.ids["bahia"]}
    assert (await park.post(ATLAS_ADMIN, "/groups", foreign)).status_code == 404
    assert (await park.post(ATLAS_ADMIN, "/groups", {"name": "Park's"})).status_code == 403
    assert (await park.post(ALICE, "/groups", atlas)).status_code == 403


async def test_a_tenants_group_holds_no_others_people_whoever_puts_them_in(park: Park) -> None:
    await form(park, ATLAS_ADMIN, "ours", tenant_id=park.ids["atlas"])
    path = f"/groups/{park.ids['ours']}/members"
    refused = await park.post(OPERATOR, path, {"add": [park.ids[BASMA.email]]})
    assert refused.json()["code"] == "no_such_person"


async def test_the_parks_groups_hold_anybody(park: Park) -> None:
    await form(park, SECURITY, "wardens", ALICE, BASMA)
    rows = await every(park, OPERATOR, f"/groups/{park.ids['wardens']}/members", limit=1)
    assert {row["person_id"] for row in rows} == {park.ids[ALICE.email], park.ids[BASMA.email]}
    assert {row["added_by"] for row in rows} == {park.ids[SECURITY.email]}


async def test_no_tenant_sees_or_changes_anothers_groups_or_the_parks(park: Park) -> None:
    await form(park, ATLAS_ADMIN, "ours", ALICE, tenant_id=park.ids["atlas"])
    await form(park, OPERATOR, "the park's", ALICE, BASMA)
    assert [row["name"] for row in await every(park, ATLAS_ADMIN, "/groups")] == ["ours"]
    assert len(await every(park, OPERATOR, "/groups")) == 2
    for who, name in ((BAHIA_ADMIN, "ours"), (ALICE, "ours"), (ATLAS_ADMIN, "the park's")):
        path = f"/groups/{park.ids[name]}"
        member = f"{path}/members/{park.ids[BASMA.email]}"
        headers = park.headers(who)
        asked = [
            park.get(who, path),
            park.get(who, f"{path}/members"),
            park.post(who, f"{path}/members", {"add": []}),
            park.http.put(f"/v1{path}", headers=headers, json={"name": "mine"}),
            park.http.delete(f"/v1{path}", headers=headers),
            park.http.put(f"/v1{member}", headers=headers),
            park.http.delete(f"/v1{member}", headers=headers),
        ]
        assert {(await each).status_code for each in asked} == {404}
    assert await every(park, BAHIA_ADMIN, "/groups") == []


async def test_nobody_overwrites_what_they_have_not_seen(park: Park) -> None:
    await form(park, ATLAS_ADMIN, "ours", tenant_id=park.ids["atlas"])
    path = f"/groups/{park.ids['ours']}"
    seen = (await park.get(ATLAS_ADMIN, path)).headers["etag"]
    headers = park.headers(ATLAS_ADMIN) | {"If-Match": seen}
    first = await park.http.put(f"/v1{path}", headers=headers, json={"name": "renamed"})
    assert (first.status_code, first.json()["name"]) == (200, "renamed")
    second = await park.http.put(f"/v1{path}", headers=headers, json={"name": "again"})
    assert second.status_code == 412
    add = {"add": [park.ids[ALICE.email]]}
    late = await park.http.post(f"/v1{path}/members", headers=headers, json=add)
    assert late.status_code == 412
    known = park.headers(ATLAS_ADMIN) | {"If-None-Match": first.headers["etag"]}
    assert (await park.http.get(f"/v1{path}", headers=known)).status_code == 304


async def test_one_name_is_one_group_of_a_tenant(park: Park) -> None:
    await form(park, ATLAS_ADMIN, "shift", tenant_id=park.ids["atlas"])
    await form(park, BAHIA_ADMIN, "shift", tenant_id=park.ids["bahia"])
    twice = await park.post(
        ATLAS_ADMIN, "/groups", {"name": "shift", "tenant_id": park.ids["atlas"]}
    )
    assert (twice.status_code, twice.json()["code"]) == (409, "group_name_taken")


async def test_who_is_put_in_twice_is_in_once_and_is_journalled_once(park: Park) -> None:
    await form(park, ATLAS_ADMIN, "ours", tenant_id=park.ids["atlas"])
    path = f"/groups/{park.ids['ours']}/members"
    one = f"/v1{path}/{park.ids[ALICE.email]}"
    for _ in range(2):
        assert (await park.http.put(one, headers=park.headers(ATLAS_ADMIN))).status_code == 204
    assert len(await every(park, ATLAS_ADMIN, path)) == 1
    for _ in range(2):
        assert (await park.http.delete(one, headers=park.headers(ATLAS_ADMIN))).status_code == 204
    entries = await every(park, SECURITY, "/journal", person_id=park.ids[ALICE.email])
    acts = [(each["reason"], each["author_id"]) for each in entries if each["kind"] == "act"]
    author = park.ids[ATLAS_ADMIN.email]
    assert acts == [("group_member_removed", author), ("group_member_added", author)]


async def test_a_bulk_change_is_bounded_and_all_or_nothing(park: Park) -> None:
    await form(park, OPERATOR, "wardens", ALICE)
    path = f"/groups/{park.ids['wardens']}/members"
    many = {"add": [str(uuid4()) for _ in range(201)]}
    assert (await park.post(OPERATOR, path, many)).status_code == 422
    swap = {"add": [park.ids[BASMA.email]], "remove": [park.ids[ALICE.email], str(uuid4())]}
    unknown = {**swap, "add": [*swap["add"], str(uuid4())]}
    assert (await park.post(OPERATOR, path, unknown)).status_code == 404
    answer = (await park.post(OPERATOR, path, swap)).json()
    assert answer == {"added": [park.ids[BASMA.email]], "removed": [park.ids[ALICE.email]]}


async def test_a_disbanded_group_opens_nothing_and_is_not_found(park: Park) -> None:
    await form(park, ATLAS_ADMIN, "ours", ALICE, tenant_id=park.ids["atlas"])
    await grant(park, ATLAS_ADMIN, holding(park, "group", "ours"), zone="suite a")
    assert await reach(park, ALICE) == {park.ids["suite a"]}
    path = f"/v1/groups/{park.ids['ours']}"
    gone = await park.http.delete(path, headers=park.headers(ATLAS_ADMIN))
    assert gone.status_code == 204
    assert await reach(park, ALICE) == set()
    body = {"holder": holding(park, "group", "ours"), "zone_id": park.ids["suite a"]}
    assert (await park.post(ATLAS_ADMIN, "/rights", body)).json()["code"] == "no_such_group"


async def test_a_leaver_is_put_into_no_group(park: Park) -> None:
    await park.list_person(LINA)
    leaving = f"/people/{park.ids[LINA.email]}/delist"
    assert (await park.post(OPERATOR, leaving, {"reason": "left"})).status_code == 204
    await form(park, OPERATOR, "wardens")
    path = f"/groups/{park.ids['wardens']}/members"
    refused = await park.post(OPERATOR, path, {"add": [park.ids[LINA.email]]})
    assert refused.json()["code"] == "no_such_person"


async def test_rival_changes_of_one_group_lose_nobody(park: Park) -> None:
    people = [Somebody(f"p{number}@atlas.example") for number in range(6)]
    for each in people:
        await park.list_person(each)
    await form(park, ATLAS_ADMIN, "ours", tenant_id=park.ids["atlas"])
    path = f"/groups/{park.ids['ours']}/members"
    answers = await asyncio.gather(
        *(park.post(ATLAS_ADMIN, path, {"add": [park.ids[each.email]]}) for each in people)
    )
    assert {answer.status_code for answer in answers} == {200}
    assert len(await every(park, ATLAS_ADMIN, path)) == len(people)
    assert len({answer.headers["etag"] for answer in answers}) == len(people)


async def test_no_answer_after_a_removal_counts_the_removed_among_the_able(park: Park) -> None:
    """Looks race the removal; whatever is asked after its answer does not find them."""
    await form(park, ATLAS_ADMIN, "ours", tenant_id=park.ids["atlas"])
    await grant(park, ATLAS_ADMIN, holding(park, "group", "ours"), zone="suite a")
    member = f"/v1/groups/{park.ids['ours']}/members/{park.ids[ALICE.email]}"
    headers = park.headers(ATLAS_ADMIN)
    for _ in range(4):
        assert (await park.http.put(member, headers=headers)).status_code == 204
        looks = [asyncio.create_task(reach(park, ALICE)) for _ in range(3)]
        assert (await park.http.delete(member, headers=headers)).status_code == 204
        late = await asyncio.gather(*(reach(park, ALICE) for _ in range(3)))
        assert late == [set()] * 3
        assert all(found <= {park.ids["suite a"]} for found in await asyncio.gather(*looks))
