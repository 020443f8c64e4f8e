"""People and companies change: nobody overwrites the unseen, and only news is announced."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.access.park import (
    ALICE,
    ATLAS_ADMIN,
    BAHIA_ADMIN,
    BASMA,
    OPERATOR,
    SECURITY,
    Json,
    Park,
    Somebody,
)

PERSON, TENANT = "directory.person_listed.v1", "directory.tenant_listed.v1"


async def put(
    park: Park, who: Somebody, path: str, body: Json, *, if_match: str | None = None
) -> httpx.Response:
    headers = park.headers(who) | ({"If-Match": if_match} if if_match else {})
    return await park.http.put(f"/v1{path}", headers=headers, json=body)


def alice(**changes: Any) -> Json:
    return {
        "given_name": "Alice",
        "family_name": "Example",
        "email": ALICE.email,
        **changes,
    }


def her(park: Park) -> str:
    return f"/people/{park.ids[ALICE.email]}"


async def told_of_alice(park: Park) -> list[Json]:
    told = [each["person"] for each in await park.announced(PERSON)]
    return [person for person in told if person["person_id"] == park.ids[ALICE.email]]


async def test_an_edit_is_told_as_whole_facts_and_only_where_something_changed(park: Park) -> None:
    assert (await put(park, ATLAS_ADMIN, her(park), alice())).status_code == 200
    assert await told_of_alice(park) == []
    body = alice(phone="+212 600 00 00 00", language="ar", email="Alice.New@Atlas.example")
    changed = await put(park, ATLAS_ADMIN, her(park), body)
    assert changed.json()["email"] == "alice.new@atlas.example"
    await put(park, OPERATOR, her(park), body)
    (told,) = await told_of_alice(park)
    assert told["phone"] == "+212 600 00 00 00"
    assert told["language"] == "ar"


async def test_the_companys_own_number_is_no_news_to_others(park: Park) -> None:
    changed = await put(park, ATLAS_ADMIN, her(park), alice(external_id="4711"))
    assert changed.json()["external_id"] == "4711"
    assert await told_of_alice(park) == []


async def test_an_account_stays_with_who_changes_their_address(park: Park) -> None:
    assert (await park.get(ALICE, "/me")).status_code == 200
    await put(park, ATLAS_ADMIN, her(park), alice(email="other@atlas.example"))
    me = await park.get(ALICE, "/me")
    assert me.json()["person_id"] == park.ids[ALICE.email]
    (_, told) = await told_of_alice(park)
    assert len(told["sign_in"]) == 1


async def test_nobody_overwrites_what_they_have_not_seen(park: Park) -> None:
    etag = (await park.get(ATLAS_ADMIN, her(park))).headers["etag"]
    rivals = [
        put(park, ATLAS_ADMIN, her(park), alice(phone=f"+212 600 00 00 0{n}"), if_match=etag)
        for n in range(4)
    ]
    codes = sorted(answer.status_code for answer in await asyncio.gather(*rivals))
    assert codes == [200, 412, 412, 412]
    company = f"/tenants/{park.ids['atlas']}"
    etag = (await park.get(ATLAS_ADMIN, company)).headers["etag"]
    assert (await put(park, OPERATOR, company, {"name": "A"}, if_match=etag)).status_code == 200
    lost = await put(park, ATLAS_ADMIN, company, {"name": "B"}, if_match=etag)
    assert (lost.status_code, lost.json()["code"]) == (412, "changed_since_you_read")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"email": ATLAS_ADMIN.email}, "address_taken"),
        ({"email": BASMA.email}, "address_taken"),
        ({"external_id": "1"}, "number_taken"),
        ({"tenant_id": "bahia"}, "no_move_by_edit"),
    ],
)
async def test_what_does_not_fit_is_refused_in_words(park: Park, changes: Json, code: str) -> None:
    admin = f"/people/{park.ids[ATLAS_ADMIN.email]}"
    await put(park, OPERATOR, admin, alice(email=ATLAS_ADMIN.email, external_id="1"))
    if "tenant_id" in changes:
        changes = {"tenant_id": park.ids[changes["tenant_id"]]}
    refused = await put(park, ATLAS_ADMIN, her(park), alice(**changes))
    assert (refused.status_code, refused.json()["code"]) == (409, code)


async def test_who_has_left_is_not_edited(park: Park) -> None:
    await park.post(OPERATOR, f"{her(park)}/delist")
    refused = await put(park, ATLAS_ADMIN, her(park), alice(phone="+212 600 00 00 00"))
    assert (refused.status_code, refused.json()["code"]) == (409, "already_delisted")
    company = f"/tenants/{park.ids['atlas']}"
    await park.post(OPERATOR, f"{company}/delist")
    gone = await put(park, OPERATOR, company, {"name": "Other"})
    assert (gone.status_code, gone.json()["code"]) == (409, "tenant_has_left")


async def test_nobody_edits_what_is_not_theirs(park: Park) -> None:
    company = f"/tenants/{park.ids['atlas']}"
    for who in (BASMA, BAHIA_ADMIN):
        assert (await put(park, who, her(park), alice())).status_code == 404
        assert (await put(park, who, company, {"name": "Mine"})).status_code == 404
    for who in (ALICE, SECURITY):
        assert (await put(park, who, her(park), alice())).status_code == 403
        assert (await put(park, who, company, {"name": "Mine"})).status_code == 403


async def test_a_company_that_changes_is_told_of_once(park: Park) -> None:
    company = f"/tenants/{park.ids['atlas']}"
    body = {"name": "Atlas SA", "language": "ar", "desk_address": "desk@atlas.example"}
    for _ in range(2):
        assert (await put(park, ATLAS_ADMIN, company, body)).json()["name"] == "Atlas SA"
    (told,) = await park.announced(TENANT)
    assert told["tenant"]["desk_address"] == "desk@atlas.example"
    assert told["tenant"]["zone_ids"] == [park.ids["suite a"]]


async def test_two_companies_may_use_the_same_numbers(park: Park) -> None:
    await put(park, ATLAS_ADMIN, her(park), alice(external_id="1"))
    basma = {
        "given_name": "Basma",
        "family_name": "Example",
        "email": BASMA.email,
        "external_id": "1",
    }
    theirs = f"/people/{park.ids[BASMA.email]}"
    assert (await put(park, BAHIA_ADMIN, theirs, basma)).status_code == 200
