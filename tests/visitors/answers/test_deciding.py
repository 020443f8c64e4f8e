"""Whose word a visit waits for gives it by the link of the mail; a tenant's desk sees it there."""

import asyncio
from typing import Any

import pytest

from tests.visitors.agreements.test_agreements import policy
from tests.visitors.answers.test_answers import get, links_to, post
from tests.visitors.desk.test_walk_ins import received
from tests.visitors.park import ADMIN, AMAL, BADR, Park

DESK_ADDRESS = "reception@acme.example"


async def asked(park: Park, by: str = "host", to: str = AMAL) -> tuple[dict[str, Any], str]:
    """A visit that waits for a word, and the link in the mail that asks for it."""
    await policy(park, walk_in_approval=by)
    visit = await received(park)
    (link,) = await links_to(park, to)
    return visit, link


@pytest.mark.parametrize(
    ("decision", "status", "said"),
    [
        ("approve", "expected", "La visite est acceptée"),
        ("refuse", "refused", "La visite a été refusée"),
    ],
)
async def test_the_host_decides_by_the_link_once(
    park: Park, decision: str, status: str, said: str
) -> None:
    visit, link = await asked(park)
    page = await get(park, link)
    assert "Ce visiteur peut-il entrer" in page.text
    assert (await park.shown(visit))["status"] == "pending_approval"
    answers = await asyncio.gather(*(post(park, link, decision=decision) for _ in range(3)))
    assert {each.status_code for each in answers} == {200}
    assert all(said in each.text for each in answers)
    assert (await park.shown(visit))["status"] == status
    assert said in (await get(park, link)).text
    other = "refuse" if decision == "approve" else "approve"
    assert (await post(park, link, decision=other)).status_code == 409
    steps = await park.http.get(f"/v1/visits/{visit['visit_id']}/steps", headers=park.as_(AMAL))
    last = steps.json()["items"][-1]
    assert (last["how"], last["person_id"]) == ("host", str(park.person_id(AMAL)))


@pytest.mark.parametrize("decision", ["", "maybe", "APPROVE"])
async def test_what_is_no_decision_decides_nothing(park: Park, decision: str) -> None:
    visit, link = await asked(park)
    assert (await post(park, link, decision=decision)).status_code == 422
    assert (await park.shown(visit))["status"] == "pending_approval"


async def test_the_link_of_a_host_who_has_left_decides_nothing(park: Park) -> None:
    _, link = await asked(park)
    await park.delist(AMAL)
    assert (await post(park, link, decision="approve")).status_code == 404


async def test_the_desk_sees_by_its_link_what_its_admin_decides_and_decides_nothing(
    park: Park,
) -> None:
    visit, link = await asked(park, by="tenant", to=DESK_ADDRESS)
    assert "Cette visite attend une réponse" in (await get(park, link)).text
    await post(park, link, decision="approve")
    assert (await park.shown(visit))["status"] == "pending_approval"
    path = f"/v1/visits/{visit['visit_id']}/approve"
    answer = await park.http.post(path, headers=park.as_(ADMIN, "tenant_admin"))
    assert answer.status_code == 200
    assert "La visite est acceptée" in (await get(park, link)).text


async def test_a_host_does_not_decide_what_the_company_decides(park: Park) -> None:
    visit, link = await asked(park)
    await park.query(
        "UPDATE visits SET approval_by = 'tenant' WHERE id = :id RETURNING id",
        id=visit["visit_id"],
    )
    assert (await post(park, link, decision="approve")).status_code == 403
    assert BADR not in (await get(park, link)).text
