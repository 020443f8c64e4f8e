"""Policies: a tenant's own, the park's usual one, and whose they are."""

import asyncio
from typing import Any

import pytest

from services.visitors.policies import store
from tests.support.eventually import eventually
from tests.visitors.park import ADMIN, AMAL, DRISS, FATIMA, Park

DESK_FIRST = {"admits": "desk_first", "lead_minutes": 60, "grace_minutes": 5}


async def put(park: Park, by: str, *roles: str, body: Any = DESK_FIRST, **headers: str) -> Any:
    return await park.http.put(
        f"/v1/tenants/{park.tenant_id}/visit-policy",
        json=body,
        headers=park.as_(by, *roles) | headers,
    )


async def test_without_a_policy_the_usual_one_holds(park: Park) -> None:
    url = f"/v1/tenants/{park.tenant_id}/visit-policy"
    answer = await park.http.get(url, headers=park.as_(AMAL))
    assert answer.json() == {
        "tenant_id": str(park.tenant_id),
        "admits": "door",
        "lead_minutes": 30,
        "grace_minutes": 30,
        "walk_in_approval": "nobody",
        "is_escort_required": False,
        "must_see_id": False,
        "contractor_proofs": [],
        "desk_zone_id": None,
        "escalate_after_minutes": 5,
        "hours": [],
    }


async def test_a_new_policy_holds_for_new_visits(park: Park) -> None:
    before = await park.a_visit()
    assert (await put(park, ADMIN, "tenant_admin")).status_code == 200
    after = (await park.a_visit())["visitor_pass"]
    assert (after["admits"], after["valid_from"]) == ("desk_first", "2027-03-01T08:00:00Z")
    assert after["valid_until"] == "2027-03-01T10:05:00Z"
    assert (await park.shown(before))["visitor_pass"]["admits"] == "door"


async def test_the_operator_sets_any_tenants_policy(park: Park) -> None:
    assert (await put(park, FATIMA, "operator")).status_code == 200


@pytest.mark.parametrize(
    ("by", "roles", "status", "code"),
    [
        (AMAL, (), 403, "not_your_role"),
        (DRISS, ("tenant_admin",), 404, "no_such_tenant"),
        (DRISS, ("operator",), 404, "no_such_tenant"),
        (FATIMA, ("tenant_admin",), 404, "no_such_tenant"),
    ],
)
async def test_nobody_else_does(
    park: Park, by: str, roles: tuple[str, ...], status: int, code: str
) -> None:
    answer = await put(park, by, *roles)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_policy_has_bounds(park: Park) -> None:
    body = DESK_FIRST | {"lead_minutes": 10_000}
    assert (await put(park, ADMIN, "tenant_admin", body=body)).status_code == 422


async def test_who_changes_an_older_policy_is_told(park: Park) -> None:
    first = await put(park, ADMIN, "tenant_admin")
    assert (await put(park, ADMIN, "tenant_admin")).headers["etag"] != first.headers["etag"]
    late = await put(park, ADMIN, "tenant_admin", **{"if-match": first.headers["etag"]})
    assert (late.status_code, late.json()["code"]) == (412, "changed_since_you_read")


async def test_who_sets_the_first_policy_a_moment_too_late_is_told(park: Park) -> None:
    admin = park.person_id(ADMIN)
    async with park.ground.database.transaction() as session:
        first = await store.policy_to_change(session, park.tenant_id, by=admin, at=park.now)
        first.version += 1
        await session.flush()
        late = asyncio.create_task(put(park, ADMIN, "tenant_admin", **{"if-match": '"0"'}))
        await eventually(lambda: _somebody_waits(park))
    answer = await late
    assert (answer.status_code, answer.json()["code"]) == (412, "changed_since_you_read")


async def _somebody_waits(park: Park) -> bool:
    return bool(await park.query("SELECT 1 FROM pg_locks WHERE NOT granted"))


async def test_who_has_the_present_policy_is_not_sent_it_again(park: Park) -> None:
    url = f"/v1/tenants/{park.tenant_id}/visit-policy"
    first = await put(park, ADMIN, "tenant_admin")
    headers = park.as_(AMAL) | {"if-none-match": first.headers["etag"]}
    assert (await park.http.get(url, headers=headers)).status_code == 304
    await put(park, ADMIN, "tenant_admin", body=DESK_FIRST | {"admits": "door"})
    assert (await park.http.get(url, headers=headers)).status_code == 200
