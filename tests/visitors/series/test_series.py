"""Visits that recur: made with one pass, changed one by one or together."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.events.access import Boundary
from tests.visitors.park import ADMIN, AMAL, BADR, DESK, NINE, OTHER_DESK, PARK_DESK, Park

DAY = timedelta(days=1)
TUESDAYS_AND_THURSDAYS = "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=6"
FIRST = "2027-03-02T09:00:00"
"""A Tuesday, the day after the park's first."""
WALLS = [f"2027-03-{day:02}T09:00:00" for day in (2, 4, 9, 11, 16, 18)]

Series = dict[str, Any]


async def ask(park: Park, path: str = "", *, by: str = AMAL, **changes: Any) -> httpx.Response:
    body = {
        "visitor": {
            "given_name": "Camille",
            "family_name": "Durand",
            "email": "camille@visitor.example",
            "language": "fr",
        },
        "starts_wall": FIRST,
        "minutes": 60,
        "rrule": TUESDAYS_AND_THURSDAYS,
    } | changes
    return await park.http.post(f"/v1/visit-series{path}", json=body, headers=park.as_(by))


async def a_series(park: Park, **changes: Any) -> Series:
    answer = await ask(park, **changes)
    assert answer.status_code == 201, answer.text
    made: Series = answer.json()
    return made


async def change(
    park: Park, series: Series, action: str, *, by: str = AMAL, **body: Any
) -> httpx.Response:
    path = f"/v1/visit-series/{series['series_id']}/{action}"
    return await park.http.post(path, json=body, headers=park.as_(by))


async def changed(park: Park, series: Series, action: str, **body: Any) -> Series:
    answer = await change(park, series, action, **body)
    assert answer.status_code == 200, answer.text
    found: Series = answer.json()
    return found


def starts(series: Series) -> list[str]:
    return [each["starts_at"][5:16] for each in series["days"]]


def statuses(series: Series) -> list[str]:
    return [each["status"] for each in series["days"]]


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_a_cleaner_is_expected_on_each_tuesday_and_thursday(park: Park) -> None:
    series = await a_series(park)
    assert [each["recurrence_wall"] for each in series["days"]] == WALLS
    assert set(statuses(series)) == {"expected"}
    listed = await park.listed(series_id=series["series_id"])
    assert [each["visit_id"] for each in listed] == [each["visit_id"] for each in series["days"]]
    assert await park.announced() == ["expected"] * 6


async def test_a_preview_says_the_days_and_expects_nobody(park: Park) -> None:
    answer = await ask(park, "/preview", exdates=[WALLS[1]], rdates=["2027-03-20T10:00:00"])
    assert answer.status_code == 200, answer.text
    days = [each["recurrence_wall"] for each in answer.json()["days"]]
    assert days == [WALLS[0], *WALLS[2:], "2027-03-20T10:00:00"]
    assert await park.listed() == []


async def test_all_days_have_one_pass_and_one_code(park: Park) -> None:
    series = await a_series(park)
    visits = [await park.shown(each) for each in series["days"]]
    assert len({each["visitor_pass"]["digest"] for each in visits}) == 1
    assert len({each["desk_code"] for each in visits}) == 1
    other = await a_series(park)
    assert (await park.shown(other["days"][0]))["desk_code"] != visits[0]["desk_code"]


@pytest.mark.parametrize(
    ("wish", "status", "code"),
    [
        ({"rrule": "FREQ=WEEKLY;BYDAY=TU"}, 422, "rule_without_end"),
        ({"rrule": "FREQ=DAILY;COUNT=401"}, 409, "too_many_occurrences"),
        ({"rrule": "FREQ=MONTHLY;COUNT=30"}, 409, "series_too_long"),
        ({"rrule": "FREQ=WEEKLY;BYDAY=WE;COUNT=3"}, 422, "starts_off_its_rule"),
        ({"rrule": "FREQ=DAILY;BYHOUR=9,14;COUNT=4"}, 409, "two_on_one_day"),
        ({"rrule": "FREQ=MINUTELY;COUNT=3"}, 422, "rule_too_fine"),
        ({"rrule": "every day"}, 422, "rule_not_understood"),
        ({"rrule": "FREQ=DAILY;COUNT=1", "exdates": [FIRST]}, 422, "nothing_recurs"),
        ({"starts_wall": "2027-02-23T09:00:00"}, 409, "visit_in_the_past"),
        ({"host_id": str(uuid4())}, 404, "no_such_host"),
        ({"zone_ids": [str(uuid4())]}, 404, "no_such_zone"),
    ],
)
async def test_what_cannot_be_is_refused_by_its_reason(
    park: Park, wish: dict[str, Any], status: int, code: str
) -> None:
    by = DESK if "host_id" in wish else AMAL
    assert code_of(await ask(park, by=by, **wish)) == (status, code)
    if code != "no_such_zone":  # which a preview does not look at
        assert code_of(await ask(park, "/preview", by=by, **wish)) == (status, code)
    assert await park.listed() == []


async def test_the_longest_series_is_made(park: Park) -> None:
    series = await a_series(park, rrule="FREQ=DAILY;COUNT=400")
    assert len(series["days"]) == 400


async def test_clocks_are_followed_by_the_wall(park: Park) -> None:
    series = await a_series(
        park,
        rrule="FREQ=WEEKLY;COUNT=2",
        starts_wall="2027-03-23T09:00:00",
        timezone="Europe/Paris",
    )
    found = [each["starts_at"] for each in series["days"]]
    assert found == ["2027-03-23T09:00:00+01:00", "2027-03-30T09:00:00+02:00"]


async def test_this_and_the_following_are_moved_and_those_before_are_not(park: Park) -> None:
    series = await a_series(park)
    moved = await changed(park, series, "reschedule", **{"from": WALLS[3]}, starts="17:30")
    assert starts(moved) == [
        *(wall[5:16] for wall in WALLS[:3]),
        *(f"{wall[5:11]}17:30" for wall in WALLS[3:]),
    ]


async def test_what_was_moved_by_itself_stays_where_it_is(park: Park) -> None:
    series = await a_series(park)
    alone = series["days"][2]
    start = NINE.replace(day=10)
    times = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=2)).isoformat()}
    assert (await park.do(alone, "reschedule", by=AMAL, **times)).status_code == 200
    moved = await changed(park, series, "reschedule", starts="11:00", minutes=30)
    assert starts(moved)[1:4] == ["03-04T11:00", "03-10T09:00", "03-11T11:00"]
    again = await changed(park, series, "reschedule", starts="12:00", **{"from": WALLS[3]})
    assert starts(again)[1:4] == ["03-04T11:00", "03-10T09:00", "03-11T12:00"]
    assert again["days"][3]["ends_at"][11:16] == "12:30"


async def test_what_has_begun_is_left_alone(park: Park) -> None:
    series = await a_series(park)
    park.now = NINE + DAY
    assert (await park.do(series["days"][0], "check-in")).status_code == 200
    moved = await changed(park, series, "reschedule", starts="15:00")
    assert starts(moved)[:2] == ["03-02T09:00", "03-04T15:00"]
    called_off = await changed(park, series, "cancel")
    assert statuses(called_off) == ["checked_in", *["cancelled"] * 5]
    assert code_of(await change(park, series, "cancel")) == (409, "nothing_ahead")


async def test_the_rest_is_called_off(park: Park) -> None:
    series = await a_series(park)
    rest = await changed(park, series, "cancel", **{"from": WALLS[4]})
    assert statuses(rest) == [*["expected"] * 4, "cancelled", "cancelled"]
    nowhere = await change(park, series, "cancel", **{"from": "2027-03-03T09:00:00"})
    assert code_of(nowhere) == (404, "no_such_occurrence")


async def test_all_are_set_right_but_what_one_was_given_by_itself(park: Park) -> None:
    series = await a_series(park, plate="11-A-1")
    alone, path = series["days"][1], f"/v1/visit-series/{series['series_id']}"
    one = await park.http.patch(
        f"/v1/visits/{alone['visit_id']}", json={"plate": "22-B-2"}, headers=park.as_(AMAL)
    )
    assert one.status_code == 200, one.text
    body = {"plate": "33-C-3", "private_note": "Clef chez nous", "from": WALLS[1]}
    answer = await park.http.patch(path, json=body, headers=park.as_(AMAL))
    assert answer.status_code == 200, answer.text
    visits = [await park.shown(each, to=AMAL) for each in series["days"]]
    assert [each["plate"] for each in visits] == ["11-A-1", "22-B-2", *["33-C-3"] * 4]
    assert [each["private_note"] for each in visits] == [None, *["Clef chez nous"] * 5]


async def test_co_hosts_of_all_days_are_told_to_others(park: Park) -> None:
    series = await a_series(park)
    path, badr = f"/v1/visit-series/{series['series_id']}", str(park.person_id(BADR))
    answer = await park.http.patch(path, json={"co_host_ids": [badr]}, headers=park.as_(AMAL))
    assert answer.status_code == 200, answer.text
    assert (await park.last_facts(series["days"][5]))["co_host_ids"] == [badr]


async def test_a_pass_made_anew_is_another_one_on_all_days(park: Park) -> None:
    series = await a_series(park)
    before = (await park.shown(series["days"][0]))["visitor_pass"]["digest"]
    assert (await park.do(series["days"][3], "pass/rotate", by=AMAL)).status_code == 200
    digests = {(await park.last_facts(each))["visitor_pass"]["digest"] for each in series["days"]}
    assert len(digests) == 1
    assert digests != {before}


async def test_a_revoked_pass_opens_on_no_day_whatever_is_undone(park: Park) -> None:
    series = await a_series(park)
    first, second = series["days"][:2]
    park.now = NINE + DAY
    assert (await park.do(first, "check-in")).status_code == 200
    assert (await park.do(first, "check-out")).status_code == 200
    assert (await park.do(second, "pass/revoke")).status_code == 200
    assert (await park.do(first, "undo-check-out")).status_code == 200
    for each in series["days"]:
        assert (await park.shown(each))["visitor_pass"] is None
    assert (await park.do(second, "pass/rotate")).json()["code"] == "pass_revoked"


async def test_a_check_out_undone_after_a_new_pass_does_not_bring_the_former_back(
    park: Park,
) -> None:
    series = await a_series(park)
    first, second = series["days"][:2]
    park.now = NINE + DAY
    await park.do(first, "check-in")
    await park.do(first, "check-out")
    await park.do(second, "pass/rotate")
    assert (await park.do(first, "undo-check-out")).status_code == 200
    shown = [(await park.shown(each))["visitor_pass"]["digest"] for each in (first, second)]
    assert shown[0] == shown[1]


async def test_the_desk_reads_the_pass_and_the_code_as_those_of_today(park: Park) -> None:
    series = await a_series(park)
    code = (await park.shown(series["days"][0]))["desk_code"]
    for index in (0, 1, 5):
        park.now = datetime.fromisoformat(WALLS[index]).replace(tzinfo=UTC)
        day = series["days"][index]
        by_code = await park.http.get(f"/v1/desk/visits/{code}", headers=park.as_(DESK))
        assert by_code.json()["visit_id"] == day["visit_id"]
        scanned = await park.http.post("/v1/desk/scan", json={"text": code}, headers=park.as_(DESK))
        assert day["visit_id"] in scanned.text


async def test_the_code_of_a_long_series_finds_todays_visit_among_all(park: Park) -> None:
    series = await a_series(park, rrule="FREQ=DAILY;COUNT=400")
    code = (await park.shown(series["days"][0]))["desk_code"]
    park.now = NINE + 30 * DAY
    found = await park.http.get("/v1/desk/search", params={"q": code[:6]}, headers=park.as_(DESK))
    assert found.json()["items"][0]["visit"]["visit_id"] == series["days"][29]["visit_id"]


async def test_the_pictures_of_all_days_are_one(park: Park) -> None:
    series = await a_series(park)
    pictures = [
        await park.http.get(f"/v1/visits/{each['visit_id']}/pass", headers=park.as_(AMAL))
        for each in series["days"][:2]
    ]
    assert [each.status_code for each in pictures] == [200, 200]
    assert pictures[0].content == pictures[1].content


async def test_whoever_was_not_seen_leaving_is_expected_the_next_time(park: Park) -> None:
    series = await a_series(park)
    first, second = [await park.shown(each) for each in series["days"][:2]]
    park.now = NINE + DAY
    await park.pass_door(first, Boundary.ENTERED_PARK, at=park.now)
    park.now = NINE + 3 * DAY
    await park.pass_door(second, Boundary.ENTERED_PARK, at=park.now)
    assert (await park.shown(second))["status"] in {"arrived", "checked_in"}


async def test_another_tenants_desk_finds_no_series(park: Park) -> None:
    series = await a_series(park)
    path = f"/v1/visit-series/{series['series_id']}"
    others = park.as_(OTHER_DESK)
    answers = [
        await park.http.get(path, headers=others),
        await park.http.patch(path, json={"plate": "1-A-1"}, headers=others),
        await change(park, series, "reschedule", by=OTHER_DESK, starts="10:00"),
        await change(park, series, "cancel", by=OTHER_DESK),
    ]
    assert [code_of(each) for each in answers] == [(404, "no_such_series")] * 4
    listed = await park.http.get("/v1/visit-series", headers=others)
    assert listed.json()["items"] == []
    host = str(park.person_id(AMAL))
    for path in ("", "/preview"):
        answer = await ask(park, path, by=OTHER_DESK, host_id=host)
        assert code_of(answer) == (404, "no_such_host")
    assert await park.listed(to=OTHER_DESK, series_id=series["series_id"]) == []


async def test_the_desks_of_tenant_and_landlord_change_it_and_colleagues_do_not(
    park: Park,
) -> None:
    series = await a_series(park)
    for desk in (DESK, PARK_DESK):
        assert (await change(park, series, "reschedule", by=desk, starts="10:00")).is_success
    for colleague in (BADR, ADMIN):
        answer = await change(park, series, "cancel", by=colleague)
        assert code_of(answer) == (404, "no_such_series")


async def test_two_at_once_on_one_series_take_turns(park: Park) -> None:
    series = await a_series(park)
    tag = {"if-match": '"1"'}
    path = f"/v1/visit-series/{series['series_id']}/reschedule"
    answers = await asyncio.gather(
        *(
            park.http.post(path, json={"starts": each}, headers=park.as_(AMAL) | tag)
            for each in ("10:00", "11:00")
        )
    )
    assert sorted(each.status_code for each in answers) == [200, 412]


async def test_one_day_and_the_series_are_called_off_at_once(park: Park) -> None:
    series = await a_series(park)
    answers = await asyncio.gather(
        change(park, series, "cancel"),
        *(park.do(each, "cancel", by=AMAL) for each in series["days"][1:4]),
    )
    assert {each.status_code for each in answers} <= {200, 409}
    found = await park.http.get(f"/v1/visit-series/{series['series_id']}", headers=park.as_(AMAL))
    assert set(statuses(found.json())) == {"cancelled"}


async def test_a_repeated_request_makes_one_series(park: Park) -> None:
    key = {"idempotency-key": "once"} | park.as_(AMAL)
    body = {
        "visitor": {"given_name": "Camille", "family_name": "Durand"},
        "starts_wall": FIRST,
        "minutes": 60,
        "rrule": TUESDAYS_AND_THURSDAYS,
    }
    answers = [await park.http.post("/v1/visit-series", json=body, headers=key) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len(await park.listed()) == 6


async def test_series_are_listed_page_by_page(park: Park) -> None:
    made = [(await a_series(park))["series_id"] for _ in range(3)]
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        asked = {"limit": "2"} | cursor
        page = (
            await park.http.get("/v1/visit-series", params=asked, headers=park.as_(AMAL))
        ).json()
        found += [each["series_id"] for each in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert sorted(found) == sorted(made)
