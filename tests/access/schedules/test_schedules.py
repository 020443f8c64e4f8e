"""Schedules over HTTP: who keeps them, who sees them, and what they come to."""

import asyncio
from uuid import uuid4

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
from tests.access.schedules.asking import (
    FACILITY,
    OFFICE,
    acts,
    add_group,
    add_schedule,
    hours,
    post,
    put,
    refusal,
)


async def test_what_was_written_is_read_again(park: Park) -> None:
    group_id = await add_group(park)
    special = [{"group_id": group_id, "windows": [{"begins": "10:00", "ends": "12:00"}]}]
    made = await park.post(OPERATOR, "/schedules", hours(special=special))
    assert made.status_code == 201
    read = await park.get(ALICE, f"/schedules/{made.json()['schedule_id']}")
    assert read.json() == made.json()
    assert (read.json()["weekly"], read.json()["special"]) == (OFFICE, special)
    assert read.headers["etag"] == made.headers["etag"] == '"1"'
    known = park.headers(ALICE) | {"If-None-Match": '"1"'}
    path = f"/v1/schedules/{made.json()['schedule_id']}"
    assert (await park.http.get(path, headers=known)).status_code == 304


async def test_the_parks_staff_keep_shared_schedules_and_admins_their_tenants(park: Park) -> None:
    await park.list_person(FACILITY)
    own = hours(tenant_id=park.ids["atlas"])
    allowed = {
        (who.email, str(body.get("tenant_id"))): (await park.post(who, "/schedules", body))
        for who in (OPERATOR, FACILITY, SECURITY, ATLAS_ADMIN, BAHIA_ADMIN, ALICE)
        for body in (hours(code=who.email), own | {"code": who.email})
    }
    statuses = [answer.status_code for answer in allowed.values()]
    assert statuses == [201, 403, 201, 403, 403, 403, 403, 201, 403, 404, 403, 403]
    assert refusal(allowed[(BAHIA_ADMIN.email, park.ids["atlas"])]) == (404, "no_such_tenant")


async def test_no_tenant_sees_or_changes_anothers_schedule(park: Park) -> None:
    own = hours(code="secret", tenant_id=park.ids["atlas"])
    made = (await park.post(ATLAS_ADMIN, "/schedules", own)).json()
    path = f"/schedules/{made['schedule_id']}"
    for who in (BASMA, BAHIA_ADMIN):
        assert refusal(await park.get(who, path)) == (404, "no_such_schedule")
        assert refusal(await park.get(who, f"{path}/hours")) == (404, "no_such_schedule")
        assert refusal(await put(park, who, path, hours())) == (404, "no_such_schedule")
        assert refusal(await post(park, who, f"{path}/delist")) == (404, "no_such_schedule")
        assert (await park.get(who, "/schedules")).json()["items"] == []
        assert (await park.get(who, "/schedules", code="secret")).json()["items"] == []
    for who in (ALICE, OPERATOR, SECURITY):
        assert (await park.get(who, path)).status_code == 200
    for who in (ALICE, OPERATOR, SECURITY):
        assert refusal(await put(park, who, path, hours())) == (403, "not_your_role")
        assert refusal(await post(park, who, f"{path}/delist")) == (403, "not_your_role")


async def test_a_code_that_another_tenant_uses_is_free_to_the_others(park: Park) -> None:
    await add_schedule(park, "nights")
    for who, tenant in ((ATLAS_ADMIN, "atlas"), (BAHIA_ADMIN, "bahia")):
        own = hours(code="nights", tenant_id=park.ids[tenant])
        assert (await park.post(who, "/schedules", own)).status_code == 201
        assert refusal(await park.post(who, "/schedules", own)) == (409, "schedule_code_taken")
    again = await park.post(OPERATOR, "/schedules", hours(code="nights"))
    assert refusal(again) == (409, "schedule_code_taken")
    first = await park.get(OPERATOR, "/schedules", code="nights", limit=2)
    rest = await park.get(OPERATOR, "/schedules", code="nights", cursor=first.json()["next"])
    found = [*first.json()["items"], *rest.json()["items"]]
    assert len({each["schedule_id"] for each in found}) == 3


async def test_of_two_who_change_the_same_version_one_has_to_read_again(park: Park) -> None:
    path = f"/schedules/{await add_schedule(park)}"
    changes = [hours(name=name) for name in ("one", "two", "three")]
    rivals = [put(park, OPERATOR, path, each, if_match='"1"') for each in changes]
    answers = await asyncio.gather(*rivals)
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]
    (winner,) = [answer for answer in answers if answer.status_code == 200]
    assert winner.headers["etag"] == '"2"'
    assert (await park.get(ALICE, path)).json() == winner.json()
    assert (await post(park, OPERATOR, f"{path}/delist", if_match='"1"')).status_code == 412


async def test_who_changed_the_hours_and_to_what_is_in_the_journal(park: Park) -> None:
    schedule_id = await add_schedule(park)
    late = [{"days": ["SA"], "begins": "20:00", "ends": "02:00"}]
    await put(park, OPERATOR, f"/schedules/{schedule_id}", hours(weekly=late))
    await post(park, OPERATOR, f"/schedules/{schedule_id}/delist")
    (changed, what), (delisted, _) = await acts(park)
    assert (changed, delisted) == ("schedule_changed", "schedule_delisted")
    assert (what["schedule_id"], what["weekly"]) == (schedule_id, late)


USES = """
CREATE TABLE uses (
    schedule_id uuid,
    ended_at timestamptz,
    is_listed boolean GENERATED ALWAYS AS (CASE WHEN ended_at IS NULL THEN true END) STORED,
    FOREIGN KEY (schedule_id, is_listed) REFERENCES schedules (schedule_id, is_listed)
)
"""
"""How a right or a door refers to a schedule as long as it counts."""


async def test_a_schedule_is_delisted_only_once_nothing_follows_it(park: Park) -> None:
    schedule_id = await add_schedule(park)
    await park.rows(USES)
    await park.rows("INSERT INTO uses VALUES ($1)", schedule_id)
    path = f"/schedules/{schedule_id}/delist"
    assert refusal(await post(park, OPERATOR, path)) == (409, "schedule_in_use")
    assert (await park.get(ALICE, f"/schedules/{schedule_id}")).status_code == 200
    await park.rows("UPDATE uses SET ended_at = now()")
    assert (await post(park, OPERATOR, path)).status_code == 204
    assert refusal(await park.get(ALICE, f"/schedules/{schedule_id}"))[0] == 404
    assert (await park.get(ALICE, "/schedules")).json()["items"] == []
    assert (await park.post(OPERATOR, "/schedules", hours())).status_code == 201


@pytest.mark.parametrize(
    "changes",
    [
        {"weekly": [{"days": ["MO"], "begins": "24:00", "ends": "06:00"}]},
        {"weekly": [{"days": ["MO"], "begins": "8:00", "ends": "18:00"}]},
        {"weekly": [{"days": ["MO"], "begins": "08:00", "ends": "24:30"}]},
        {"weekly": [{"days": ["Monday"], "begins": "08:00", "ends": "18:00"}]},
        {"weekly": [{"days": [], "begins": "08:00", "ends": "18:00"}]},
        {"weekly": [{"begins": "08:00", "ends": "18:00"}]},
        {"weekly": OFFICE * 51},
        {"special": [{"group_id": str(uuid4()), "windows": [OFFICE[0]]}]},
        {"special": [{"group_id": "0198c0de-0000-7000-8000-000000000006", "windows": []}] * 2},
        {"code": ""},
        {"tenant_id": "atlas"},
    ],
)
async def test_hours_that_nobody_can_read_are_malformed(
    park: Park, changes: dict[str, object]
) -> None:
    refused = await park.post(OPERATOR, "/schedules", hours() | changes)
    assert refusal(refused) == (422, "malformed_request")


async def test_a_schedule_speaks_only_of_groups_that_there_are(park: Park) -> None:
    unknown = hours(special=[{"group_id": str(uuid4()), "windows": []}])
    schedule_id = await add_schedule(park, "other")
    for answer in (
        await park.post(OPERATOR, "/schedules", unknown),
        await put(park, OPERATOR, f"/schedules/{schedule_id}", unknown),
    ):
        assert refusal(answer) == (404, "no_such_special_day_group")


async def test_people_see_whether_it_is_open_and_when_that_changes(park: Park) -> None:
    path = f"/schedules/{await add_schedule(park)}/hours"
    now = (await park.get(ALICE, path)).json()
    assert (now["timezone"], now["is_open"]) == ("Africa/Casablanca", True)
    assert now["next_change_at"] == "2026-11-23T18:00:00Z"
    assert len(now["stretches"]) == 6  # the rest of Monday, four days, and next Monday's first hour
    summer = {"from": "2026-07-04T00:00:00Z", "until": "2026-07-06T08:00:00Z"}
    weekend = (await park.get(ALICE, path, **summer)).json()
    assert weekend["is_open"] is False
    assert weekend["next_change_at"] == "2026-07-06T08:00:00+01:00"
    assert weekend["stretches"] == [
        {"starts_at": "2026-07-06T08:00:00+01:00", "ends_at": "2026-07-06T09:00:00+01:00"}
    ]


@pytest.mark.parametrize(
    ("since", "until", "status"),
    [
        ("2026-11-01T00:00:00Z", "2026-12-02T00:00:00Z", 200),
        ("2026-11-01T00:00:00Z", "2026-12-02T00:00:01Z", 422),
        ("2026-11-02T00:00:00Z", "2026-11-02T00:00:00Z", 422),
        ("2026-11-02T00:00:00Z", "2026-11-01T00:00:00Z", 422),
        ("2000-01-01T00:00:00Z", "2000-01-02T00:00:00Z", 200),
        ("2099-12-31T00:00:00Z", "2099-12-31T23:59:59Z", 200),
        ("2026-11-02T00:00:00", "2026-11-03T00:00:00", 422),
    ],
)
async def test_hours_are_shown_for_a_month_at_most(
    park: Park, since: str, until: str, status: int
) -> None:
    path = f"/schedules/{await add_schedule(park)}/hours"
    answer = await park.get(ALICE, path, **{"from": since, "until": until})
    assert answer.status_code == status


async def test_without_a_token_nobody_sees_any(park: Park) -> None:
    nobody = Somebody("nobody@elsewhere.example")
    for path in ("/schedules", "/special-day-groups", "/special-days?year=2027"):
        assert (await park.get(nobody, path)).status_code == 403
        assert (await park.http.get(f"/v1{path}")).status_code == 401
