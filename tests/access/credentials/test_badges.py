"""Badges over HTTP: who may issue and revoke them, and to whom a number belongs."""

import asyncio

import pytest

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

CARD = {"facility": 7, "number": 11}


@pytest.mark.parametrize("who", [OPERATOR, SECURITY, ATLAS_ADMIN])
async def test_those_who_look_after_people_issue_and_revoke_their_badges(
    park: Park, who: Somebody
) -> None:
    path = f"/people/{park.ids[ALICE.email]}/badges"
    issued = await park.post(who, path, CARD)
    assert issued.status_code == 201
    badge = issued.json()
    assert (badge["format"], badge["status"]) == ("H10301", "active")
    assert [b["badge_id"] for b in (await park.get(ALICE, path)).json()["items"]] == [
        badge["badge_id"]
    ]
    revoke = f"/badges/{badge['badge_id']}/revoke"
    assert (await park.post(who, revoke, {"reason": "stolen"})).json()["status"] == "stolen"
    again = await park.post(who, revoke, {"reason": "stolen"})
    assert (again.status_code, again.json()["code"]) == (409, "already_revoked")


async def test_another_tenant_sees_and_touches_no_badge(park: Park) -> None:
    badge = await park.give_badge(ALICE, 11)
    path = f"/people/{park.ids[ALICE.email]}/badges"
    for who in (BAHIA_ADMIN, BASMA):
        assert (await park.get(who, path)).status_code == 404
        assert (await park.post(who, path, CARD)).status_code == 404
        revoke = f"/badges/{badge['badge_id']}/revoke"
        assert (await park.post(who, revoke, {"reason": "lost"})).status_code == 404


async def test_a_colleague_may_not_look_at_badges(park: Park) -> None:
    path = f"/people/{park.ids[ATLAS_ADMIN.email]}/badges"
    assert (await park.get(ALICE, path)).status_code == 403
    assert (await park.post(ALICE, path, CARD)).status_code == 403


async def test_a_live_number_is_held_once_in_a_tenant_and_may_be_held_in_another(
    park: Park,
) -> None:
    await park.give_badge(ALICE, 11)
    path = f"/people/{park.ids[ATLAS_ADMIN.email]}/badges"
    taken = await park.post(OPERATOR, path, {"facility": 77, "number": 11})
    assert (taken.status_code, taken.json()["code"]) == (409, "badge_taken")
    await park.give_badge(BASMA, 11)


async def test_a_leavers_card_can_be_issued_again(park: Park) -> None:
    await park.give_badge(ALICE, 11)
    await park.post(OPERATOR, f"/people/{park.ids[ALICE.email]}/delist", {})
    await park.give_badge(ATLAS_ADMIN, 11)
    path = f"/people/{park.ids[ALICE.email]}/badges"
    refused = await park.post(OPERATOR, path, {"facility": 77, "number": 12})
    assert (refused.status_code, refused.json()["code"]) == (409, "holder_has_left")


async def test_a_number_too_large_for_its_format_is_refused(park: Park) -> None:
    path = f"/people/{park.ids[ALICE.email]}/badges"
    refused = await park.post(OPERATOR, path, {"facility": 256, "number": 1})
    assert (refused.status_code, refused.json()["code"]) == (422, "number_out_of_range")


async def test_of_many_who_issue_one_card_at_once_one_succeeds(park: Park) -> None:
    paths = [f"/people/{park.ids[who.email]}/badges" for who in (ALICE, ATLAS_ADMIN)] * 3
    answers = await asyncio.gather(*(park.post(OPERATOR, path, CARD) for path in paths))
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 5]
