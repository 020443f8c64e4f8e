"""Special days: proposed by the calendar, confirmed by people, moved with the moon."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from services.access.schedules import store
from services.access.service import SERVICE
from tests.access.park import ALICE, ATLAS_ADMIN, OPERATOR, SECURITY, Json, Park
from tests.access.schedules.asking import (
    FACILITY,
    HOLIDAY_NAMES,
    acts,
    add_group,
    add_schedule,
    is_open,
    post,
    refusal,
)

EID = "2027-03-09T10:00:00Z"
THE_DAY_AFTER_EID = "2027-03-11T10:00:00Z"


async def propose(park: Park, group_id: str, **more: Any) -> dict[str, Json]:
    """The holidays of 2027 that are new, by English name and date."""
    body = {"year": 2027, "group_id": group_id, **more}
    answer = await park.post(OPERATOR, "/special-days/proposals", body)
    assert answer.status_code == 200, answer.text
    return {f"{each['names']['en']} {each['day']}": each for each in answer.json()["items"]}


async def do(park: Park, given: Json, what: str, **body: Any) -> Json:
    answer = await post(park, OPERATOR, f"/special-days/{given['special_day_id']}/{what}", body)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def test_a_proposal_changes_no_hours_before_it_is_confirmed(park: Park) -> None:
    office = await add_schedule(park)
    proposed = await propose(park, await add_group(park))
    assert len(proposed) == 18
    assert {each["status"] for each in proposed.values()} == {"proposed"}
    assert await is_open(park, office, EID)
    assert await park.announced("premises.special_day_confirmed.v1") == []
    await do(park, proposed["Eid al-Fitr 2027-03-09"], "confirm")
    assert not await is_open(park, office, EID)


async def test_by_an_operators_word_the_fixed_dates_count_at_once(park: Park) -> None:
    proposed = await propose(park, await add_group(park), is_fixed_confirmed=True)
    counting = {name for name, each in proposed.items() if each["status"] == "confirmed"}
    estimated = {name for name, each in proposed.items() if each["is_estimated"]}
    assert counting == proposed.keys() - estimated
    assert len(estimated) == 7
    told = await park.announced("premises.special_day_confirmed.v1")
    assert len(told) == len(counting) == len(await acts(park))


async def test_proposing_again_adds_nothing_and_undoes_no_decision(park: Park) -> None:
    group_id = await add_group(park)
    first = await propose(park, group_id)
    eid = await do(park, first["Eid al-Fitr 2027-03-09"], "move", day="2027-03-10")
    await do(park, first["Throne Day 2027-07-30"], "withdraw")
    assert await propose(park, group_id, is_fixed_confirmed=True) == {}
    kept = (await park.get(ALICE, f"/special-days/{eid['special_day_id']}")).json()
    assert (kept["day"], kept["calculated_day"]) == ("2027-03-10", "2027-03-09")
    of_the_year = await park.get(ALICE, "/special-days", year=2027, status="withdrawn")
    assert [each["names"]["en"] for each in of_the_year.json()["items"]] == ["Throne Day"]


async def test_eid_is_a_day_later_where_the_moon_was_seen_a_day_later(park: Park) -> None:
    office = await add_schedule(park)
    proposed = await propose(park, await add_group(park))
    first, second = (proposed[f"Eid al-Fitr 2027-03-{day}"] for day in ("09", "10"))
    for day in (first, second):
        await do(park, day, "confirm")
    await do(park, second, "move", day="2027-03-11")
    await do(park, first, "move", day="2027-03-10")
    assert await is_open(park, office, EID)
    assert not await is_open(park, office, THE_DAY_AFTER_EID)
    *_, moved = await park.announced("premises.special_day_confirmed.v1")
    assert moved["special_day"]["day"] == "2027-03-10"
    *_, (verb, what) = await acts(park)
    assert (verb, what["moved_from"], what["day"]) == (
        "special_day_moved",
        "2027-03-09",
        "2027-03-10",
    )


async def test_what_is_announced_says_what_the_day_does(park: Park) -> None:
    group_id = await add_group(park)
    body = {"day": "2027-04-02", "group_id": group_id, "names": HOLIDAY_NAMES}
    made = await park.made("/special-days", body)
    (told,) = await park.announced("premises.special_day_confirmed.v1")
    assert told["special_day"] == {
        "special_day_id": made["special_day_id"],
        "day": "2027-04-02",
        "names": HOLIDAY_NAMES,
        "group": {"group_id": group_id, "code": "holidays", "names": HOLIDAY_NAMES},
        "is_confirmed": True,
    }
    assert (made["status"], made["calculated_day"]) == ("confirmed", None)


async def test_a_withdrawn_day_counts_no_more_and_those_who_were_told_are_told(park: Park) -> None:
    office = await add_schedule(park)
    proposed = await propose(park, await add_group(park))
    eid = proposed["Eid al-Fitr 2027-03-09"]
    await do(park, proposed["Eid al-Fitr 2027-03-10"], "withdraw")
    assert await park.announced("premises.special_day_withdrawn.v1") == []
    await do(park, eid, "confirm")
    await do(park, eid, "withdraw")
    assert await is_open(park, office, EID)
    (told,) = await park.announced("premises.special_day_withdrawn.v1")
    assert told["special_day"]["is_confirmed"] is False
    await do(park, eid, "confirm")
    assert not await is_open(park, office, EID)


async def test_what_is_done_is_not_done_twice(park: Park) -> None:
    eid = (await propose(park, await add_group(park)))["Eid al-Fitr 2027-03-09"]
    path = f"/special-days/{eid['special_day_id']}"
    await do(park, eid, "confirm")
    assert refusal(await post(park, OPERATOR, f"{path}/confirm")) == (409, "already_confirmed")
    await do(park, eid, "withdraw")
    for what, body in (("withdraw", {}), ("move", {"day": "2027-03-10"})):
        refused = await post(park, OPERATOR, f"{path}/{what}", body)
        assert refusal(refused) == (409, "already_withdrawn")


async def test_two_holidays_of_a_group_may_share_a_date_those_of_two_groups_may_not(
    park: Park,
) -> None:
    proposed = await propose(park, await add_group(park), is_fixed_confirmed=True)
    await do(park, proposed["Prophet's Birthday 2027-08-14"], "confirm")
    body = {"day": "2027-08-14", "names": HOLIDAY_NAMES, "group_id": await add_group(park, "other")}
    refused = await park.post(OPERATOR, "/special-days", body)
    assert refusal(refused) == (409, "day_of_another_group")
    other = await park.made("/special-days", body | {"day": "2027-08-13"})
    path = f"/special-days/{other['special_day_id']}/move"
    assert refusal(await post(park, OPERATOR, path, {"day": "2027-08-14"})) == (
        409,
        "day_of_another_group",
    )


async def test_of_two_groups_that_rush_for_a_date_one_gets_it(park: Park) -> None:
    bodies = [
        {"day": "2027-04-02", "names": HOLIDAY_NAMES, "group_id": await add_group(park, code)}
        for code in ("one", "two", "three")
    ]
    answers = await asyncio.gather(*(park.post(OPERATOR, "/special-days", b) for b in bodies))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 201
    assert set(statuses[1:]) <= {409, 503}
    assert len((await park.get(ALICE, "/special-days", year=2027)).json()["items"]) == 1


async def test_of_two_who_decide_about_the_same_version_one_has_to_read_again(park: Park) -> None:
    eid = (await propose(park, await add_group(park)))["Eid al-Fitr 2027-03-09"]
    path = f"/special-days/{eid['special_day_id']}"
    etag = (await park.get(ALICE, path)).headers["etag"]
    answers = await asyncio.gather(
        post(park, OPERATOR, f"{path}/confirm", if_match=etag),
        post(park, OPERATOR, f"{path}/move", {"day": "2027-03-10"}, if_match=etag),
        post(park, OPERATOR, f"{path}/withdraw", if_match=etag),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]


async def test_only_operators_and_facility_managers_decide(park: Park) -> None:
    await park.list_person(FACILITY)
    group_id = await add_group(park)
    eid = (await propose(park, group_id))["Eid al-Fitr 2027-03-09"]
    own = {"day": "2027-04-02", "group_id": group_id, "names": HOLIDAY_NAMES}
    asked: list[tuple[str, Json]] = [
        ("/special-day-groups", {"code": "mine", "names": HOLIDAY_NAMES}),
        ("/special-days", own),
        ("/special-days/proposals", {"year": 2028, "group_id": group_id}),
        (f"/special-days/{eid['special_day_id']}/move", {"day": "2027-03-10"}),
        (f"/special-days/{eid['special_day_id']}/confirm", {}),
        (f"/special-days/{eid['special_day_id']}/withdraw", {}),
    ]
    for path, body in asked:
        for who in (ALICE, ATLAS_ADMIN, SECURITY):
            assert refusal(await park.post(who, path, body)) == (403, "not_your_role"), path
        assert (await park.post(FACILITY, path, body)).is_success, path


async def test_everybody_may_read_the_special_days_of_a_year_page_by_page(park: Park) -> None:
    proposed = await propose(park, await add_group(park))
    found: list[Json] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await park.get(ALICE, "/special-days", year=2027, limit=7, **cursor)).json()
        found += page["items"]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert sorted(each["special_day_id"] for each in found) == sorted(
        each["special_day_id"] for each in proposed.values()
    )
    assert [each["day"] for each in found] == sorted(each["day"] for each in found)
    assert (await park.get(ALICE, "/special-days", year=2028)).json()["items"] == []
    assert [
        each["code"] for each in (await park.get(ALICE, "/special-day-groups")).json()["items"]
    ] == ["holidays"]


async def test_what_is_confirmed_is_announced_again_with_the_rest(park: Park) -> None:
    await propose(park, await add_group(park), is_fixed_confirmed=True)
    told = await park.announced("premises.special_day_confirmed.v1")
    await park.forget_announcements()
    await SERVICE.announce_again(park.ground.database)
    again = await park.announced("premises.special_day_confirmed.v1")
    assert again == told


async def test_whoever_decides_at_doors_finds_the_confirmed_days_alone(park: Park) -> None:
    group_id = await add_group(park)
    await propose(park, group_id, is_fixed_confirmed=True)
    async with park.ground.database.transaction() as session:
        days = await store.days_that_count(session)
    assert days.timezone == "Africa/Casablanca"
    assert len(days.groups) == 11
    assert {str(each) for each in days.groups.values()} == {group_id}


@pytest.mark.parametrize("day", ["1999-12-31", "2100-01-01", "2027-02-29", "soon", 20270402])
async def test_a_date_out_of_reach_is_malformed(park: Park, day: object) -> None:
    body = {"day": day, "group_id": str(uuid4()), "names": HOLIDAY_NAMES}
    assert refusal(await park.post(OPERATOR, "/special-days", body)) == (422, "malformed_request")


async def test_what_there_is_not_is_not_found(park: Park) -> None:
    nothing = str(uuid4())
    body = {"day": "2027-04-02", "group_id": nothing, "names": HOLIDAY_NAMES}
    asked: dict[str, Json] = {
        "/special-days": body,
        "/special-days/proposals": {"year": 2027, "group_id": nothing},
    }
    for path, body in asked.items():
        refused = await park.post(OPERATOR, path, body)
        assert refusal(refused) == (404, "no_such_special_day_group")
    refused = await post(park, OPERATOR, f"/special-days/{nothing}/confirm")
    assert refusal(refused) == (404, "no_such_special_day")
    await add_group(park)
    again = {"code": "holidays", "names": HOLIDAY_NAMES}
    refused = await park.post(OPERATOR, "/special-day-groups", again)
    assert refusal(refused) == (409, "special_day_group_code_taken")
