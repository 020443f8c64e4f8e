"""The directory over HTTP: who is listed, who sees whom, who is recognised."""

import asyncio

import pytest

from services.access.cli import Bootstrap, bootstrap
from services.access.service import SERVICE
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

LISTED = "directory.person_listed.v1"


def a_newcomer(park: Park, company: str, email: str = "new@comer.example") -> dict[str, str]:
    return {
        "tenant_id": park.ids[company],
        "given_name": "New",
        "family_name": "Comer",
        "email": email,
    }


async def test_the_first_operator_is_listed_once_however_often_it_is_asked(bare: Park) -> None:
    wanted = Bootstrap("Landlord", "fr", OPERATOR.email, "Omar", "Operator")
    first = await bootstrap(bare.ground, wanted)
    again = await bootstrap(bare.ground, wanted)
    assert first.person_id == again.person_id
    assert len(await bare.announced("directory.tenant_listed.v1")) == 1
    assert len(await bare.announced(LISTED)) == 1
    me = (await bare.get(OPERATOR, "/me")).json()
    assert me["roles"] == ["employee", "operator"]
    assert me["display_name"] == "Omar Operator"


async def test_the_first_sign_in_ties_the_account_and_tells_the_others(park: Park) -> None:
    newcomer = Somebody("nadia@atlas.example")
    await park.list_person(newcomer)
    await park.forget_announcements()
    answers = await asyncio.gather(*(park.get(newcomer, "/me") for _ in range(4)))
    assert {answer.status_code for answer in answers} == {200}
    (told,) = await park.announced(LISTED)
    (account,) = told["person"]["sign_in"]
    assert account["issuer"] == park.issuer.address


async def test_a_park_wide_role_counts_only_for_the_landlords_people(park: Park) -> None:
    pretender = Somebody(ALICE.email, ("operator", "security", "auditor", "facility_manager"))
    assert (await park.get(pretender, "/me")).json()["roles"] == ["employee"]
    refused = await park.post(pretender, "/tenants", {"name": "Mine"})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_your_role")


async def test_who_is_in_no_directory_is_told_so(park: Park) -> None:
    refused = await park.get(Somebody("stranger@elsewhere.example"), "/me")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_listed")


async def test_a_leaver_is_refused_at_once_and_the_others_are_told(park: Park) -> None:
    assert (await park.get(ALICE, "/me")).status_code == 200
    body = {"reason": "left", "successor_id": park.ids[ATLAS_ADMIN.email]}
    path = f"/people/{park.ids[ALICE.email]}/delist"
    assert (await park.post(ATLAS_ADMIN, path, body)).status_code == 204
    assert (await park.get(ALICE, "/me")).status_code == 401
    (told,) = await park.announced("directory.person_delisted.v1")
    assert told["person"]["is_listed"] is False
    assert told["person"]["successor_id"] == park.ids[ATLAS_ADMIN.email]
    again = await park.post(ATLAS_ADMIN, path, body)
    assert (again.status_code, again.json()["code"]) == (409, "already_delisted")


async def test_a_successor_is_of_the_same_tenant(park: Park) -> None:
    path = f"/people/{park.ids[ALICE.email]}/delist"
    body = {"successor_id": park.ids[BASMA.email]}
    refused = await park.post(OPERATOR, path, body)
    assert (refused.status_code, refused.json()["code"]) == (409, "no_such_successor")
    assert (await park.post(ATLAS_ADMIN, path, body)).status_code == 404


async def test_an_address_belongs_to_one_listed_person(park: Park) -> None:
    taken = await park.post(OPERATOR, "/people", a_newcomer(park, "bahia", "Alice@Atlas.example"))
    assert (taken.status_code, taken.json()["code"]) == (409, "address_taken")
    await park.post(OPERATOR, f"/people/{park.ids[ALICE.email]}/delist", {})
    again = await park.post(OPERATOR, "/people", a_newcomer(park, "bahia", ALICE.email))
    assert again.status_code == 201


async def test_each_admin_lists_people_of_their_own_tenant_alone(park: Park) -> None:
    assert (await park.post(ATLAS_ADMIN, "/people", a_newcomer(park, "atlas"))).status_code == 201
    foreign = a_newcomer(park, "bahia", "other@comer.example")
    assert (await park.post(ATLAS_ADMIN, "/people", foreign)).status_code == 404
    assert (await park.post(ALICE, "/people", foreign)).status_code == 403


async def test_no_tenant_sees_anothers_people(park: Park) -> None:
    for who in (BASMA, BAHIA_ADMIN):
        found = (await park.get(who, "/people")).json()["items"]
        assert {person["tenant_id"] for person in found} == {park.ids["bahia"]}
        assert (await park.get(who, "/people", email=ALICE.email)).json()["items"] == []
        of_atlas = await park.get(who, "/people", tenant_id=park.ids["atlas"])
        assert of_atlas.json()["items"] == []
        assert (await park.get(who, f"/people/{park.ids[ALICE.email]}")).status_code == 404
        path = f"/people/{park.ids[ALICE.email]}/delist"
        assert (await park.post(who, path, {})).status_code == 404


async def test_no_tenant_sees_another_tenant(park: Park) -> None:
    found = (await park.get(BAHIA_ADMIN, "/tenants")).json()["items"]
    assert [tenant["tenant_id"] for tenant in found] == [park.ids["bahia"]]
    assert (await park.get(BAHIA_ADMIN, f"/tenants/{park.ids['atlas']}")).status_code == 404
    assert len((await park.get(SECURITY, "/tenants")).json()["items"]) == 3


async def test_pages_follow_each_other_and_belong_to_their_caller(park: Park) -> None:
    names: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await park.get(OPERATOR, "/people", limit=2, **cursor)).json()
        names += [person["email"] for person in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert len(names) == len(set(names)) == 6
    foreign = await park.get(SECURITY, "/people", limit=2, **cursor)
    assert (foreign.status_code, foreign.json()["code"]) == (422, "bad_cursor")


async def test_the_facts_of_all_that_lives_can_be_told_again(park: Park) -> None:
    await SERVICE.announce_again(park.ground.database)
    rows = await park.rows("SELECT name, is_replay, sequence FROM outbox ORDER BY position")
    assert all(row["is_replay"] for row in rows[:-1])
    assert rows[-1]["name"] == "access.announced_again.v1"
    told = [row["name"] for row in rows]
    assert told.count("directory.tenant_listed.v1") == 3
    assert told.count(LISTED) == 6
    assert told.count("premises.zone_listed.v1") == 6
    again = await park.rows("SELECT sequence FROM outbox WHERE name = $1", LISTED)
    known = await park.rows("SELECT sequence FROM subjects WHERE subject LIKE 'person/%'")
    assert sorted(r[0] for r in again) == sorted(r[0] for r in known)


@pytest.mark.parametrize("name", ["", " ", "a\x00b"])
async def test_a_name_is_a_line_of_text(park: Park, name: str) -> None:
    refused = await park.post(OPERATOR, "/tenants", {"name": name})
    assert (refused.status_code, refused.json()["code"]) == (422, "malformed_request")
