"""The desk: admit, see off, find by code; two desks on one visit."""

import asyncio
from datetime import timedelta

from tests.visitors.park import AMAL, DESK, NINE, OTHER_DESK, PARK_DESK, Park


async def test_the_desk_admits_and_sees_off(park: Park) -> None:
    visit = await park.a_visit()
    admitted = await park.do(visit, "check-in")
    assert (admitted.json()["status"], admitted.json()["how"]) == ("checked_in", "desk")
    left = await park.do(visit, "check-out")
    assert (left.json()["status"], left.json()["visitor_pass"]) == ("checked_out", None)
    assert await park.announced(visit) == ["expected", "checked_in", "checked_out"]


async def test_admitting_before_its_time_makes_the_pass_live(park: Park) -> None:
    visit = await park.a_visit()
    park.now = NINE - timedelta(hours=2)
    assert (await park.do(visit, "check-in")).status_code == 200
    facts = await park.last_facts(visit)
    assert facts["visitor_pass"]["valid_from"] == "2027-03-01T07:00:00Z"


async def test_the_landlords_desk_serves_the_whole_park(park: Park) -> None:
    visit = await park.a_visit()
    assert (await park.do(visit, "check-in", by=PARK_DESK)).status_code == 200


async def test_a_host_is_no_desk(park: Park) -> None:
    visit = await park.a_visit()
    answer = await park.do(visit, "check-in", by=AMAL)
    assert (answer.status_code, answer.json()["code"]) == (403, "only_the_desk")


async def test_of_desks_that_act_at_once_one_admits_and_the_others_are_told(park: Park) -> None:
    visit = await park.a_visit()
    answers = await asyncio.gather(
        *(park.do(visit, "check-in", by=by) for by in (DESK, PARK_DESK) * 4)
    )
    codes = sorted((answer.status_code, answer.json().get("code", "")) for answer in answers)
    assert codes == [(200, "")] + [(409, "already_checked_in")] * 7
    assert await park.announced(visit) == ["expected", "checked_in"]
    assert [kind for kind, _ in await park.notices(visit)] == ["invitation", "host_told"]


async def test_a_cancelled_visit_is_not_checked_in(park: Park) -> None:
    visit = await park.a_visit()
    await park.do(visit, "cancel", by=AMAL)
    answer = await park.do(visit, "check-in")
    assert (answer.status_code, answer.json()["code"]) == (409, "already_cancelled")


async def test_the_short_code_finds_the_visit_however_it_is_typed(park: Park) -> None:
    visit = await park.a_visit()
    code = visit["desk_code"]
    for typed in (code, code.lower(), f"{code[:4]}-{code[4:]}", f"{code[:4]} {code[4:]}"):
        answer = await park.http.get(f"/v1/desk/visits/{typed}", headers=park.as_(DESK))
        assert answer.json()["visit_id"] == visit["visit_id"]


async def test_the_short_code_is_of_use_at_ones_own_desk_only(park: Park) -> None:
    visit = await park.a_visit()
    url = f"/v1/desk/visits/{visit['desk_code']}"
    statuses = [
        (await park.http.get(url, headers=park.as_(by))).status_code for by in (AMAL, OTHER_DESK)
    ]
    assert statuses == [403, 404]


async def test_a_check_in_repeated_under_its_key_gets_its_answer_again(park: Park) -> None:
    visit = await park.a_visit()
    url = f"/v1/visits/{visit['visit_id']}/check-in"
    etag = (await park.http.get(f"/v1/visits/{visit['visit_id']}", headers=park.as_(DESK))).headers[
        "etag"
    ]
    headers = park.as_(DESK) | {"idempotency-key": "tap", "if-match": etag}
    first, again = [await park.http.post(url, headers=headers) for _ in range(2)]
    assert (first.status_code, again.status_code) == (200, 200)
    assert (first.json(), first.headers["etag"]) == (again.json(), again.headers["etag"])
    assert await park.announced(visit) == ["expected", "checked_in"]


async def test_who_has_the_present_version_is_not_sent_it_again(park: Park) -> None:
    visit = await park.a_visit()
    url = f"/v1/visits/{visit['visit_id']}"
    etag = (await park.http.get(url, headers=park.as_(DESK))).headers["etag"]
    headers = park.as_(DESK) | {"if-none-match": etag}
    assert (await park.http.get(url, headers=headers)).status_code == 304
    await park.do(visit, "check-in")
    assert (await park.http.get(url, headers=headers)).status_code == 200
