"""Visits over HTTP: who may expect, see, move and call off whom."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.events.premises import ZoneDelisted
from tests.visitors.park import (
    ADMIN,
    AMAL,
    BADR,
    DESK,
    DRISS,
    ELEVEN,
    NINE,
    OTHER_DESK,
    PARK_DESK,
    TEN,
    Park,
    a_zone,
    heard,
)


async def test_a_host_expects_a_visitor(park: Park) -> None:
    visit = await park.a_visit()
    assert visit["status"] == "expected"
    assert visit["host_id"] == str(park.person_id(AMAL))
    assert visit["zone_ids"] == [str(park.home_zone_id)]
    assert visit["timezone"] == "Africa/Casablanca"
    assert len(visit["desk_code"]) == 8
    assert await park.announced(visit) == ["expected"]
    facts = await park.last_facts(visit)
    assert facts["visitor_pass"]["digest"] == visit["visitor_pass"]["digest"]
    assert facts["visitor_pass"]["valid_from"] == "2027-03-01T08:30:00Z"
    assert facts["visitor_pass"]["valid_until"] == "2027-03-01T10:30:00Z"


async def test_a_visit_that_begins_now_has_a_live_pass_at_once(park: Park) -> None:
    park.now = NINE
    visit = await park.a_visit(starts_at=NINE.isoformat())
    assert visit["visitor_pass"]["valid_from"] < NINE.isoformat()


async def test_the_same_request_repeated_makes_one_visit(park: Park) -> None:
    key = {"idempotency-key": "from-my-phone"}
    first, again = await park.invite(headers=key), await park.invite(headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert len(await park.listed()) == 1
    other = await park.invite(headers=key, visitor={"given_name": "Dominique"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_wall_times_are_of_the_zone_that_is_named(park: Park) -> None:
    body = {
        "visitor": {"given_name": "Camille", "family_name": "Durand"},
        "starts_wall": "2027-03-01T10:00:00",
        "ends_wall": "2027-03-01T11:00:00",
        "timezone": "Europe/Paris",
    }
    answer = await park.http.post("/v1/visits", json=body, headers=park.as_(AMAL))
    assert answer.status_code == 201, answer.text
    assert answer.json()["starts_at"] == "2027-03-01T10:00:00+01:00"


@pytest.mark.parametrize(
    ("times", "status", "code"),
    [
        ({"ends_at": NINE.isoformat()}, 422, "ends_before_it_starts"),
        ({"ends_at": (NINE + timedelta(days=40)).isoformat()}, 422, "visit_too_long"),
        (
            {"starts_at": "2027-02-01T09:00:00Z", "ends_at": "2027-02-01T10:00:00Z"},
            409,
            "visit_in_the_past",
        ),
        ({"timezone": "Mars/Olympus"}, 422, "no_such_timezone"),
        ({"starts_at": "2027-03-01T09:00:00"}, 422, "malformed_request"),
        ({"starts_wall": "2027-03-01T09:00:00"}, 422, "malformed_request"),
        ({"zone_ids": [str(uuid4())]}, 404, "no_such_zone"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    park: Park, times: dict[str, str], status: int, code: str
) -> None:
    wish: dict[str, Any] = {**times}
    answer = await park.invite(**wish)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await park.listed() == []


@pytest.mark.parametrize("bad", ["a\x00b", "  ", "x" * 300, "\u202eevil"])
async def test_a_name_is_a_line_of_text(park: Park, bad: str) -> None:
    assert (await park.invite(visitor={"given_name": bad})).status_code == 422


async def test_the_reception_may_name_a_colleague_as_host_and_others_may_not(park: Park) -> None:
    badr = str(park.person_id(BADR))
    assert (await park.invite(by=DESK, host_id=badr)).json()["host_id"] == badr
    refused = await park.invite(by=AMAL, host_id=badr)
    assert (refused.status_code, refused.json()["code"]) == (403, "only_your_own_visitors")


async def test_nobody_of_another_company_can_be_named_as_host(park: Park) -> None:
    driss = str(park.person_id(DRISS))
    for caller in (AMAL, DESK):
        answer = await park.invite(by=caller, host_id=driss)
        assert (answer.status_code, answer.json()["code"]) == (404, "no_such_host")
    unknown = await park.invite(by=AMAL, host_id=str(uuid4()))
    assert (unknown.status_code, unknown.json()["code"]) == (404, "no_such_host")
    by_the_landlord = await park.invite(by=PARK_DESK, host_id=driss)
    assert by_the_landlord.json()["tenant_id"] == str(park.other_tenant_id)


@pytest.mark.parametrize("caller", [AMAL, DESK, PARK_DESK])
async def test_host_and_receptions_see_a_visit(park: Park, caller: str) -> None:
    visit = await park.a_visit()
    assert (await park.shown(visit, to=caller))["visit_id"] == visit["visit_id"]
    assert [each["visit_id"] for each in await park.listed(to=caller)] == [visit["visit_id"]]


ENDPOINTS = [
    ("GET", ""),
    ("GET", "/pass"),
    ("GET", "/notices"),
    ("POST", "/cancel"),
    ("POST", "/reschedule"),
    ("POST", "/check-in"),
    ("POST", "/check-out"),
    *(
        ("POST", f"/{action}")
        for action in (
            "undo-check-in",
            "start-break",
            "end-break",
            "undo-check-out",
            "host",
            "approve",
            "refuse",
            "pass/rotate",
            "pass/revoke",
        )
    ),
    ("GET", "/steps"),
]


@pytest.mark.parametrize("caller", [BADR, ADMIN, DRISS, OTHER_DESK])
async def test_to_everybody_else_there_is_no_such_visit(park: Park, caller: str) -> None:
    visit = await park.a_visit()
    body = {"starts_at": TEN.isoformat(), "ends_at": ELEVEN.isoformat()}
    headers = park.as_(caller, "tenant_admin", "security")
    for method, path in ENDPOINTS:
        hidden, absent = [
            await park.http.request(
                method,
                f"/v1/visits/{visit_id}{path}",
                json=body if method == "POST" else None,
                headers=headers,
            )
            for visit_id in (visit["visit_id"], uuid4())
        ]
        assert (hidden.status_code, path) == (404, path)
        assert hidden.json() == absent.json()
    assert await park.listed(to=caller) == []


async def test_roles_of_the_park_count_only_for_the_landlords_people(park: Park) -> None:
    await park.a_visit()
    answer = await park.http.get("/v1/visits", headers=park.as_(DRISS, "operator", "receptionist"))
    assert answer.json()["items"] == []


async def test_a_list_pages_without_gaps_and_its_cursor_is_the_callers_own(park: Park) -> None:
    expected = []
    for hour in range(5):
        starts_at = NINE + timedelta(hours=hour // 2)
        ends_at = starts_at + timedelta(minutes=30)
        visit = await park.a_visit(starts_at=starts_at.isoformat(), ends_at=ends_at.isoformat())
        expected.append((starts_at, visit["visit_id"]))
    seen: list[str] = []
    asked: dict[str, str | int] = {"limit": 2}
    while True:
        page = (await park.http.get("/v1/visits", params=asked, headers=park.as_(DESK))).json()
        seen += [each["visit_id"] for each in page["items"]]
        if page["next"] is None:
            break
        asked["cursor"] = page["next"]
    assert seen == [visit_id for _, visit_id in sorted(expected)]
    stolen = await park.http.get("/v1/visits", params=asked, headers=park.as_(OTHER_DESK))
    assert (stolen.status_code, stolen.json()["code"]) == (422, "bad_cursor")


async def test_a_list_is_narrowed_by_day_status_and_beginning_of_a_name(park: Park) -> None:
    today = await park.a_visit()
    tomorrow = await park.a_visit(
        starts_at=(NINE + timedelta(days=1)).isoformat(),
        ends_at=(TEN + timedelta(days=1)).isoformat(),
        visitor={"given_name": "Dominique", "company": "100% Conseil"},
    )

    async def ids(**asked: str) -> list[str]:
        return [each["visit_id"] for each in await park.listed(**asked)]

    assert await ids(day="2027-03-01") == [today["visit_id"]]
    assert await ids(day="2027-03-02") == [tomorrow["visit_id"]]
    assert await ids(q="cam") == [today["visit_id"]]
    assert await ids(q="100%") == [tomorrow["visit_id"]]
    assert await ids(q="%") == []
    await park.do(today, "check-in")
    assert await ids(status="checked_in") == [today["visit_id"]]


async def test_a_moved_visit_carries_its_pass_along_with_the_same_token(park: Park) -> None:
    visit = await park.a_visit()
    answer = await park.do(
        visit, "reschedule", by=AMAL, starts_at=TEN.isoformat(), ends_at=ELEVEN.isoformat()
    )
    assert answer.status_code == 200, answer.text
    moved = await park.last_facts(visit)
    assert await park.announced(visit) == ["expected", "rescheduled"]
    assert moved["visitor_pass"]["digest"] == visit["visitor_pass"]["digest"]
    assert moved["visitor_pass"]["valid_from"] == "2027-03-01T09:30:00Z"


async def test_a_cancelled_visit_has_no_pass_any_more(park: Park) -> None:
    visit = await park.a_visit()
    assert (await park.do(visit, "cancel", by=AMAL)).json()["status"] == "cancelled"
    facts = await park.last_facts(visit)
    assert (facts["status"], facts["visitor_pass"], facts["how"]) == ("cancelled", None, "host")
    picture = await park.http.get(f"/v1/visits/{visit['visit_id']}/pass", headers=park.as_(AMAL))
    assert (picture.status_code, picture.json()["code"]) == (409, "pass_ended")
    again = await park.do(visit, "cancel", by=AMAL)
    assert (again.status_code, again.json()["code"]) == (409, "already_cancelled")


async def test_who_changes_an_older_version_is_told(park: Park) -> None:
    visit = await park.a_visit()
    url = f"/v1/visits/{visit['visit_id']}"
    etag = (await park.http.get(url, headers=park.as_(AMAL))).headers["etag"]
    assert (await park.do(visit, "check-in")).status_code == 200
    answer = await park.http.post(f"{url}/check-out", headers=park.as_(DESK) | {"if-match": etag})
    assert (answer.status_code, answer.json()["code"]) == (412, "changed_since_you_read")


async def test_the_same_visitor_is_known_again_and_others_are_not_merged(park: Park) -> None:
    first, second = await park.a_visit(), await park.a_visit()
    other = await park.a_visit(visitor={"given_name": "Claude"})
    ids = [each["visitor"]["visitor_id"] for each in (first, second, other)]
    assert ids[0] == ids[1] != ids[2]
    elsewhere = await park.a_visit(by=DRISS)
    assert elsewhere["visitor"]["visitor_id"] not in ids


async def test_two_requests_at_once_with_one_key_make_one_visit(park: Park) -> None:
    key = {"idempotency-key": "both-at-once"}
    answers = await asyncio.gather(*(park.invite(headers=key) for _ in range(4)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len(await park.listed()) == 1


async def test_the_same_time_again_is_no_news(park: Park) -> None:
    visit = await park.a_visit()
    times = {"starts_at": NINE.isoformat(), "ends_at": TEN.isoformat()}
    answer = await park.do(visit, "reschedule", by=AMAL, **times)
    assert (answer.status_code, answer.headers["etag"]) == (200, '"1"')
    assert await park.announced(visit) == ["expected"]
    assert await park.notices(visit) == [("invitation", "queued")]
    await park.do(visit, "cancel", by=AMAL)
    refused = await park.do(visit, "reschedule", by=AMAL, **times)
    assert (refused.status_code, refused.json()["code"]) == (409, "already_cancelled")


async def test_who_is_here_may_stay_longer_and_is_not_moved_to_another_day(park: Park) -> None:
    visit = await park.a_visit()
    await park.do(visit, "check-in")
    longer = {"starts_at": NINE.isoformat(), "ends_at": ELEVEN.isoformat()}
    stays = await park.do(visit, "reschedule", by=AMAL, **longer)
    assert stays.json()["visitor_pass"]["valid_until"] == "2027-03-01T11:30:00Z"
    year = timedelta(days=365)
    moved = {"starts_at": (NINE + year).isoformat(), "ends_at": (TEN + year).isoformat()}
    refused = await park.do(visit, "reschedule", by=AMAL, **moved)
    assert (refused.status_code, refused.json()["code"]) == (409, "visitor_is_here")
    assert (await park.shown(visit))["visitor_pass"]["valid_until"] == "2027-03-01T11:30:00Z"


async def test_a_visit_moved_by_another_clock_is_kept_on_that_clock(park: Park) -> None:
    visit = await park.a_visit()
    answer = await park.do(
        visit,
        "reschedule",
        by=AMAL,
        starts_wall="2027-03-01T12:00:00",
        ends_wall="2027-03-01T13:00:00",
        timezone="Europe/Paris",
    )
    assert answer.json()["timezone"] == "Europe/Paris"
    assert answer.json()["starts_at"] == "2027-03-01T12:00:00+01:00"


async def test_a_zone_that_is_closed_for_good_is_no_zone(park: Park) -> None:
    closed = a_zone(uuid4()).model_copy(update={"is_listed": False})
    await park.hear(heard(ZoneDelisted(zone=closed)))
    answer = await park.invite(zone_ids=[str(closed.zone_id)])
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_zone")


async def test_a_long_visit_is_listed_on_its_last_day(park: Park) -> None:
    month = NINE + timedelta(days=31)
    visit = await park.a_visit(ends_at=month.isoformat())
    for day, ids in (("2027-04-01", [visit["visit_id"]]), ("2027-04-02", [])):
        assert [each["visit_id"] for each in await park.listed(day=day)] == ids
