"""Policies: a tenant's own, the park's usual one, and whose they are."""

from typing import Any

import pytest

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
