"""Whom nobody expected: one call, as far as it may go; a word asked for, given, withheld."""

from typing import Any

import httpx
import pytest

from tests.visitors.agreements.test_agreements import policy
from tests.visitors.park import (
    ADMIN,
    AMAL,
    BADR,
    DESK,
    DRISS,
    NINE,
    OTHER_DESK,
    PARK_DESK,
    Park,
)


async def walk_in(park: Park, *, by: str = DESK, host: str = AMAL, **wish: Any) -> httpx.Response:
    body = {
        "visitor": {"given_name": "Camille", "family_name": "Durand"},
        "host_id": str(park.person_id(host)),
    } | wish
    return await park.http.post("/v1/desk/walk-ins", json=body, headers=park.as_(by))


async def received(park: Park, **wish: Any) -> dict[str, Any]:
    answer = await walk_in(park, **wish)
    assert answer.status_code == 201, answer.text
    visit: dict[str, Any] = answer.json()["visit"]
    return visit


async def test_three_fields_are_enough_to_be_checked_in(park: Park) -> None:
    park.now = NINE
    visit = await received(park)
    assert (visit["status"], visit["how"]) == ("checked_in", "desk")
    assert await park.announced(visit) == ["expected", "checked_in"]
    assert [kind for kind, _ in await park.notices(visit)] == ["host_told"]


async def test_the_landlords_desk_receives_for_every_tenant(park: Park) -> None:
    assert (await walk_in(park, by=PARK_DESK, host=DRISS)).status_code == 201
    other = await walk_in(park, by=DESK, host=DRISS)
    assert (other.status_code, other.json()["code"]) == (404, "no_such_host")


async def test_only_the_desk_receives_them(park: Park) -> None:
    answer = await walk_in(park, by=AMAL)
    assert (answer.status_code, answer.json()["code"]) == (403, "only_the_desk")


async def test_what_is_still_to_be_done_is_said_at_once(park: Park) -> None:
    await policy(park, must_see_id=True)
    answer = (await walk_in(park)).json()
    assert answer["visit"]["status"] == "expected"
    assert [each["code"] for each in answer["conditions"]] == ["id_to_be_seen"]


async def test_the_host_says_whether_they_may_come_in(park: Park) -> None:
    await policy(park, walk_in_approval="host")
    visit = await received(park)
    assert (visit["status"], visit["approval_by"]) == ("pending_approval", "host")
    assert await park.announced(visit) == []
    assert (await park.do(visit, "check-in")).json()["code"] == "visit_not_approved"
    for by in (DESK, PARK_DESK):
        refused = await park.do(visit, "approve", by=by)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_yours_to_decide")
    approved = await park.do(visit, "approve", by=AMAL)
    assert approved.json()["status"] == "expected"
    assert (await park.do(visit, "check-in")).status_code == 200
    assert await park.announced(visit) == ["expected", "checked_in"]


async def test_a_host_who_says_no_says_why_and_nobody_outside_hears_of_it(park: Park) -> None:
    await policy(park, walk_in_approval="host")
    visit = await received(park)
    refused = await park.do(visit, "refuse", by=AMAL, reason="I do not know them")
    assert (refused.json()["status"], refused.json()["decision_reason"]) == (
        "refused",
        "I do not know them",
    )
    assert await park.announced(visit) == []


async def test_where_the_company_decides_its_admin_does_and_no_host(park: Park) -> None:
    await policy(park, walk_in_approval="tenant")
    visit = await received(park)
    assert (await park.do(visit, "approve", by=AMAL)).json()["code"] == "not_yours_to_decide"
    url = f"/v1/visits/{visit['visit_id']}/approve"
    assert (await park.http.post(url, headers=park.as_(DRISS, "tenant_admin"))).status_code == 404
    assert (await park.http.post(url, headers=park.as_(BADR))).status_code == 404
    approved = await park.http.post(url, headers=park.as_(ADMIN, "tenant_admin"))
    assert approved.json()["status"] == "expected"


async def test_who_waits_for_a_word_longer_than_the_visit_is_let_go(park: Park) -> None:
    await policy(park, walk_in_approval="host")
    visit = await received(park, minutes=5)
    park.now = NINE
    await park.run("visits.sweep")
    assert (await park.shown(visit))["status"] == "cancelled"
    assert await park.announced(visit) == []


@pytest.mark.parametrize(
    "wish", [{"minutes": 0}, {"minutes": 10_000}, {"visitor": {"given_name": "A"}}, {"x": 1}]
)
async def test_what_is_no_walk_in_is_refused(park: Park, wish: dict[str, Any]) -> None:
    answer = await walk_in(park, **wish)
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed_request")


async def test_a_walk_in_repeated_under_its_key_is_one(park: Park) -> None:
    body = {
        "visitor": {"given_name": "Camille", "family_name": "Durand"},
        "host_id": str(park.person_id(AMAL)),
    }
    headers = park.as_(DESK) | {"idempotency-key": "tap"}
    first, again = [
        await park.http.post("/v1/desk/walk-ins", json=body, headers=headers) for _ in range(2)
    ]
    assert first.json() == again.json()
    assert len(await park.listed()) == 1


async def test_another_desk_does_not_see_them(park: Park) -> None:
    await received(park)
    assert await park.listed(to=OTHER_DESK) == []
