"""A desk's day at one look, what has changed since, and the board live."""

from datetime import timedelta
from typing import Any

import pytest

from tests.visitors.agreements.test_agreements import policy, publish
from tests.visitors.park import ADMIN, AMAL, DESK, NINE, OTHER_DESK, PARK_DESK, TEN, Park


async def board(park: Park, *, to: str = DESK, status: int = 200, **asked: Any) -> Any:
    answer = await park.http.get("/v1/desk/board", params=asked, headers=park.as_(to))
    assert answer.status_code == status, answer.text
    return answer.json()


def shown(found: Any) -> list[tuple[str, str]]:
    return [(each["visit_id"], each["next_action"]) for each in found["items"]]


async def test_the_day_is_shown_with_counts_and_the_one_next_action(park: Park) -> None:
    expected = await park.a_visit(visitor={"company": "Durand SA"}, plate="1-A-1")
    here = await park.a_visit(visitor={"email": "b@visitor.example"})
    await park.do(here, "check-in")
    await park.a_visit(
        starts_at=(NINE + timedelta(days=1)).isoformat(),
        ends_at=(TEN + timedelta(days=1)).isoformat(),
    )
    found = await board(park)
    assert found["counts"] == {"expected": 1, "checked_in": 1}
    assert sorted(shown(found)) == sorted(
        [(expected["visit_id"], "check_in"), (here["visit_id"], "check_out")]
    )
    item = next(each for each in found["items"] if each["visit_id"] == expected["visit_id"])
    assert (item["visitor_name"], item["company"], item["host_name"], item["plate"]) == (
        "Camille Durand",
        "Durand SA",
        "Amal Test",
        "1-A-1",
    )


async def test_what_is_still_to_be_done_is_the_next_action(park: Park) -> None:
    await policy(park, must_see_id=True)
    document = await publish(park)
    visit = await park.a_visit()
    assert shown(await board(park)) == [(visit["visit_id"], "see_id")]
    await park.do(visit, "id-seen")
    assert shown(await board(park)) == [(visit["visit_id"], "accept_documents")]
    await park.do(visit, "acceptances", document_id=document["document_id"], version=1)
    assert shown(await board(park)) == [(visit["visit_id"], "check_in")]


async def test_who_is_still_here_from_another_day_is_on_todays_board(park: Park) -> None:
    visit = await park.a_visit()
    await park.do(visit, "check-in")
    park.now = NINE + timedelta(days=2)
    assert shown(await board(park)) == [(visit["visit_id"], "check_out")]
    assert shown(await board(park, day="2027-03-04")) == []


async def test_a_visit_over_several_days_is_on_each_of_them(park: Park) -> None:
    visit = await park.a_visit(ends_at=(TEN + timedelta(days=2)).isoformat())
    for day in ("2027-03-01", "2027-03-02", "2027-03-03"):
        assert shown(await board(park, day=day)) == [(visit["visit_id"], "check_in")]
    assert shown(await board(park, day="2027-03-04")) == []


async def test_only_what_has_changed_is_told_since(park: Park) -> None:
    first, second = await park.a_visit(), await park.a_visit()
    whole = await board(park)
    nothing = await board(park, since=whole["sync"])
    assert (nothing["items"], nothing["gone"]) == ([], [])
    await park.do(first, "check-in")
    tomorrow = {
        "starts_at": (NINE + timedelta(days=1)).isoformat(),
        "ends_at": (TEN + timedelta(days=1)).isoformat(),
    }
    await park.do(second, "reschedule", by=AMAL, **tomorrow)
    changed = await board(park, since=nothing["sync"])
    assert shown(changed) == [(first["visit_id"], "check_out")]
    assert changed["gone"] == [second["visit_id"]]
    assert changed["counts"] == {"checked_in": 1}


async def test_what_was_begun_before_and_committed_after_a_look_is_told(park: Park) -> None:
    visit = await park.a_visit()
    async with park.ground.database.transaction() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("UPDATE visits SET plate = '9-Z-9'")
        looked = await board(park)
    changed = await board(park, since=looked["sync"])
    assert [(each["visit_id"], each["plate"]) for each in changed["items"]] == [
        (visit["visit_id"], "9-Z-9")
    ]


async def test_a_token_of_anothers_board_or_of_nobodys_is_refused(park: Park) -> None:
    token = (await board(park))["sync"]
    await board(park, to=PARK_DESK, status=422, since=token)
    await board(park, status=422, since="nothing")
    await board(park, status=422, since=token, day="2027-03-05")


async def test_each_desk_sees_its_own_tenants_and_the_landlords_all(park: Park) -> None:
    visit = await park.a_visit()
    token = (await board(park, to=OTHER_DESK))["sync"]
    await park.do(visit, "check-in")
    assert shown(await board(park, to=PARK_DESK)) == [(visit["visit_id"], "check_out")]
    for asked in ({}, {"since": token}):
        other = await board(park, to=OTHER_DESK, **asked)
        assert (other["items"], other["gone"], other["counts"]) == ([], [], {})


async def test_a_desk_may_look_at_its_own_zone_alone(park: Park) -> None:
    await policy(park, desk_zone_id=str(park.home_zone_id))
    visit = await park.a_visit()
    at_desk = await board(park, to=PARK_DESK, desk=str(park.home_zone_id))
    assert shown(at_desk) == [(visit["visit_id"], "check_in")]
    assert shown(await board(park, to=PARK_DESK, desk=str(park.tenant_id))) == []


@pytest.mark.parametrize("caller", [AMAL, ADMIN])
async def test_the_board_is_the_desks(park: Park, caller: str) -> None:
    assert (await board(park, to=caller, status=403))["code"] == "only_the_desk"
    answer = await park.http.get("/v1/desk/board/feed", headers=park.as_(caller))
    assert (answer.status_code, answer.json()["code"]) == (403, "only_the_desk")
