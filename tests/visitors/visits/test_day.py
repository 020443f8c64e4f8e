"""A visit's day beyond coming and going: undone, paused, refused, swept up; its pass made anew."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from shared.events.access import Boundary
from tests.visitors.park import (
    AMAL,
    BADR,
    DESK,
    ELEVEN,
    FATIMA,
    NINE,
    PARK_DESK,
    TEN,
    Park,
)

AFTER_THE_PASS = TEN + timedelta(minutes=30)
LONG_AFTER = AFTER_THE_PASS + timedelta(hours=4)


async def taken(park: Park, visit: dict[str, Any], *actions: str) -> list[str]:
    """Does them one after the other at the desk; the statuses that they lead to."""
    answers = [await park.do(visit, action) for action in actions]
    assert [answer.status_code for answer in answers] == [200] * len(actions)
    return [answer.json()["status"] for answer in answers]


async def steps(park: Park, visit: dict[str, Any], *, to: str = AMAL) -> list[dict[str, Any]]:
    url = f"/v1/visits/{visit['visit_id']}/steps"
    items: list[dict[str, Any]] = []
    cursor = None
    while True:
        asked = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await park.http.get(url, params=asked, headers=park.as_(to))).json()
        items += page["items"]
        if (cursor := page["next"]) is None:
            return items


async def test_a_check_in_is_undone_and_the_pass_stays(park: Park) -> None:
    visit = await park.a_visit()
    assert await taken(park, visit, "check-in", "undo-check-in") == ["checked_in", "expected"]
    facts = await park.last_facts(visit)
    assert facts["visitor_pass"]["digest"] == visit["visitor_pass"]["digest"]
    assert await park.announced(visit) == ["expected", "checked_in", "check_in_undone"]


async def test_a_pass_that_was_live_early_is_not_when_the_check_in_is_undone(park: Park) -> None:
    visit = await park.a_visit()
    park.now = NINE - timedelta(hours=6)
    checked_in = await park.do(visit, "check-in")
    assert checked_in.json()["visitor_pass"]["valid_from"] == "2027-03-01T03:00:00Z"
    undone = await park.do(visit, "undo-check-in")
    assert undone.json()["visitor_pass"] == visit["visitor_pass"]
    assert (await park.last_facts(visit))["visitor_pass"] == visit["visitor_pass"]


async def test_whom_a_door_saw_stays_arrived_when_the_check_in_is_undone(park: Park) -> None:
    visit = await park.a_visit()
    park.now = NINE
    await park.pass_door(visit, Boundary.ENTERED_PARK, at=NINE)
    assert await taken(park, visit, "undo-check-in") == ["arrived"]


async def test_a_check_out_is_undone_and_the_pass_lives_again(park: Park) -> None:
    visit = await park.a_visit()
    assert await taken(park, visit, "check-in", "check-out", "undo-check-out") == [
        "checked_in",
        "checked_out",
        "checked_in",
    ]
    facts = await park.last_facts(visit)
    assert facts["visitor_pass"]["digest"] == visit["visitor_pass"]["digest"]


async def test_no_undo_brings_back_what_was_revoked_and_security_alone_renews_it(
    park: Park,
) -> None:
    visit = await park.a_visit()
    await taken(park, visit, "check-in")
    security = park.as_(FATIMA, "security")
    url = f"/v1/visits/{visit['visit_id']}/pass"
    revoked = await park.http.post(f"{url}/revoke", headers=security)
    assert (revoked.status_code, revoked.json()["visitor_pass"]) == (200, None)
    await taken(park, visit, "check-out", "undo-check-out")
    assert (await park.last_facts(visit))["visitor_pass"] is None
    for by in (DESK, AMAL):
        refused = await park.do(visit, "pass/rotate", by=by)
        assert (refused.status_code, refused.json()["code"]) == (409, "pass_revoked")
    picture = await park.http.get(url, headers=park.as_(DESK))
    assert (picture.status_code, picture.json()["code"]) == (409, "pass_revoked")
    renewed = await park.http.post(f"{url}/rotate", headers=security)
    assert renewed.json()["visitor_pass"]["digest"] != visit["visitor_pass"]["digest"]


async def test_what_is_revoked_after_the_check_out_stays_so_when_that_is_undone(
    park: Park,
) -> None:
    visit = await park.a_visit()
    await taken(park, visit, "check-in", "check-out")
    url = f"/v1/visits/{visit['visit_id']}/pass/revoke"
    answers = [await park.http.post(url, headers=park.as_(FATIMA, "security")) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 409]
    assert (answers[0].json()["status"], answers[0].json()["is_pass_revoked"]) == (
        "checked_out",
        True,
    )
    assert answers[1].json()["code"] == "pass_revoked"
    await taken(park, visit, "undo-check-out")
    assert (await park.last_facts(visit))["visitor_pass"] is None
    assert (await park.announced(visit))[-2:] == ["pass_rotated", "check_out_undone"]
    assert (await park.do(visit, "pass/rotate")).json()["code"] == "pass_revoked"


@pytest.mark.parametrize("action", ["cancel", "refuse"])
async def test_a_pass_that_nothing_brings_back_needs_no_revoking(park: Park, action: str) -> None:
    visit = await park.a_visit()
    await taken(park, visit, action)
    answer = await park.do(visit, "pass/revoke")
    assert (answer.status_code, answer.json()["code"]) == (409, "pass_ended")


async def test_who_was_missed_does_not_come_in_by_a_pass_revoked_since(park: Park) -> None:
    visit = await park.a_visit()
    park.now = AFTER_THE_PASS
    await park.run("visits.sweep")
    assert (await park.do(visit, "pass/revoke")).status_code == 200
    await park.pass_door(visit, Boundary.ENTERED_PARK, at=NINE)
    facts = await park.last_facts(visit)
    assert (facts["status"], facts["visitor_pass"]) == ("checked_in", None)


async def test_a_host_cannot_revoke_a_pass(park: Park) -> None:
    answer = await park.do(await park.a_visit(), "pass/revoke", by=AMAL)
    assert (answer.status_code, answer.json()["code"]) == (403, "only_security_revokes")


async def test_a_new_pass_is_mailed_and_the_former_one_is_told_to_be_none(park: Park) -> None:
    visit = await park.a_visit()
    rotated = await park.do(visit, "pass/rotate", by=AMAL)
    assert rotated.json()["visitor_pass"]["digest"] != visit["visitor_pass"]["digest"]
    assert await park.announced(visit) == ["expected", "pass_rotated"]
    assert [kind for kind, _ in await park.notices(visit)] == ["invitation", "update"]


async def test_going_out_for_a_break_ends_nothing(park: Park) -> None:
    visit = await park.a_visit()
    park.now = NINE
    await taken(park, visit, "check-in", "start-break")
    for minutes, boundary, status in (
        (5, Boundary.LEFT_PARK, "on_break"),
        (9, Boundary.ENTERED_PARK, "checked_in"),
        (20, Boundary.LEFT_PARK, "checked_out"),
    ):
        park.now = NINE + timedelta(minutes=minutes)
        await park.pass_door(visit, boundary, at=park.now)
        assert (await park.shown(visit))["status"] == status
    assert await park.announced(visit) == [
        "expected",
        "checked_in",
        "break_started",
        "break_ended",
        "checked_out",
    ]


@pytest.mark.parametrize(
    ("action", "code"),
    [
        ("undo-check-in", "not_checked_in"),
        ("undo-check-out", "visit_not_over"),
        ("start-break", "visitor_not_here"),
        ("end-break", "not_on_break"),
        ("approve", "visit_not_to_be_decided"),
    ],
)
async def test_what_has_not_begun_cannot_be_ended(park: Park, action: str, code: str) -> None:
    visit = await park.a_visit()
    answer = await park.do(visit, action)
    assert (answer.status_code, answer.json()["code"]) == (409, code)


async def test_the_reception_turns_a_visitor_away_and_says_why(park: Park) -> None:
    visit = await park.a_visit()
    turned_away = await park.do(visit, "refuse", reason="No identity card")
    assert (turned_away.json()["status"], turned_away.json()["visitor_pass"]) == ("refused", None)
    assert await park.announced(visit) == ["expected", "refused"]
    assert (await steps(park, visit))[-1]["reason"] == "No identity card"
    assert (await park.do(visit, "check-in")).json()["code"] == "already_turned_away"


async def test_a_host_cancels_and_does_not_turn_away(park: Park) -> None:
    visit = await park.a_visit()
    answer = await park.do(visit, "refuse", by=AMAL)
    assert (answer.status_code, answer.json()["code"]) == (403, "only_the_desk_turns_away")


async def test_who_is_checked_in_is_not_turned_away_but_seen_off(park: Park) -> None:
    visit = await park.a_visit()
    await taken(park, visit, "check-in")
    answer = await park.do(visit, "refuse")
    assert (answer.status_code, answer.json()["code"]) == (409, "visitor_is_here")


async def test_security_sees_a_visit_but_does_not_move_it(park: Park) -> None:
    visit = await park.a_visit()
    headers = park.as_(FATIMA, "security")
    url = f"/v1/visits/{visit['visit_id']}"
    assert (await park.http.get(url, headers=headers)).status_code == 200
    answer = await park.http.post(f"{url}/cancel", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "only_hosts_and_desk")


async def test_nobody_came_is_said_when_the_pass_has_ended(park: Park) -> None:
    visit = await park.a_visit()
    park.now = AFTER_THE_PASS - timedelta(seconds=1)
    await park.run("visits.sweep")
    assert (await park.shown(visit))["status"] == "expected"
    park.now = AFTER_THE_PASS
    await park.run("visits.sweep")
    shown = await park.shown(visit)
    assert (shown["status"], shown["how"]) == ("no_show", "sweep")
    assert await park.announced(visit) == ["expected", "no_show"]


async def test_who_was_not_seen_leaving_is_given_time_and_still_checks_out(park: Park) -> None:
    visit = await park.a_visit()
    park.now = NINE
    await taken(park, visit, "check-in")
    for park.now, status in (
        (LONG_AFTER - timedelta(seconds=1), "checked_in"),
        (LONG_AFTER, "left_unseen"),
    ):
        await park.run("visits.sweep")
        assert (await park.shown(visit))["status"] == status
    await park.hear(park.a_passage(visit, Boundary.LEFT_PARK, at=TEN))
    assert (await park.shown(visit))["status"] == "checked_out"


async def test_a_late_passage_sets_a_no_show_right(park: Park) -> None:
    visit = await park.a_visit()
    park.now = LONG_AFTER
    await park.run("visits.sweep")
    await park.hear(park.a_passage(visit, Boundary.ENTERED_PARK, at=NINE))
    assert (await park.shown(visit))["status"] == "checked_in"
    await park.run("visits.sweep")
    assert (await park.shown(visit))["status"] == "left_unseen"


async def test_two_sweeps_at_once_end_each_visit_once(park: Park) -> None:
    visits = [await park.a_visit(visitor={"email": f"v{n}@visitor.example"}) for n in range(5)]
    park.now = ELEVEN
    await asyncio.gather(*(park.run("visits.sweep") for _ in range(3)))
    for visit in visits:
        assert await park.announced(visit) == ["expected", "no_show"]


async def test_what_happened_is_told_step_by_step_to_those_who_see_the_visit(park: Park) -> None:
    visit = await park.a_visit()
    await taken(park, visit, "check-in", "undo-check-in", "check-in", "check-out")
    told = await steps(park, visit)
    assert [step["step"] for step in told] == [
        "expect",
        "check_in",
        "undo_check_in",
        "check_in",
        "check_out",
    ]
    assert {step["person_id"] for step in told[1:]} == {str(park.person_id(DESK))}
    assert await steps(park, visit, to=PARK_DESK) == told


async def test_another_hosts_new_name_is_news_of_its_own(park: Park) -> None:
    visit = await park.a_visit()
    named = await park.do(visit, "host", host_id=str(park.person_id(BADR)))
    assert named.json()["host_id"] == str(park.person_id(BADR))
    assert await park.announced(visit) == ["expected", "host_changed"]


async def test_two_desks_undoing_at_once_undo_once(park: Park) -> None:
    visit = await park.a_visit()
    await taken(park, visit, "check-in")
    answers = await asyncio.gather(
        *(park.do(visit, "undo-check-in", by=by) for by in (DESK, PARK_DESK) * 3)
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 5
