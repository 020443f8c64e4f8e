"""Making a series: all of its bookings or none, or all but a few."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.booking.park import NINE, TEN, Park, minutes
from tests.booking.series.asking import (
    AMAL,
    BADR,
    DRISS,
    MONDAY,
    a_series,
    ask_for,
    occurrences,
)

WEEK = timedelta(weeks=1)


async def test_each_occurrence_is_a_booking_of_its_own(park: Park) -> None:
    room = await park.a_room(buffer_after_minutes=10)
    made = await a_series(
        park,
        room,
        title="Weekly",
        people=5,
        participants=[{"email": BADR}, {"email": "guest@example.org"}],
    )
    assert [one["starts_wall"] for one in made["occurrences"]] == [
        "2027-03-01T09:00:00",
        "2027-03-08T09:00:00",
        "2027-03-15T09:00:00",
        "2027-03-22T09:00:00",
    ]
    assert made["skipped"] == []
    series_id = made["series"]["series_id"]
    for nth, one in enumerate(made["occurrences"]):
        booking = await park.shown(one)
        assert (booking["series_id"], booking["recurrence_wall"]) == (
            series_id,
            one["recurrence_wall"],
        )
        assert (booking["title"], booking["people"]) == ("Weekly", 5)
        assert [each["kind"] for each in booking["participants"]] == ["person", "guest"]
        claimed = (NINE + nth * WEEK, TEN + nth * WEEK + minutes(10))
        assert await park.claims(one) == [claimed]
        assert await park.announced(one) == ["confirmed"]
        assert (await park.last_facts(one))["series_id"] == series_id
    assert await occurrences(park, made) == made["occurrences"]


async def test_the_instants_follow_the_wall_through_a_clock_change(park: Park) -> None:
    made = await a_series(
        park, timezone="Europe/Paris", starts_wall="2027-03-22T18:00:00", rule="FREQ=WEEKLY;COUNT=2"
    )
    assert [one["starts_at"] for one in made["occurrences"]] == [
        "2027-03-22T18:00:00+01:00",
        "2027-03-29T18:00:00+02:00",
    ]


@pytest.mark.parametrize("length", [{"minutes": 480}, {"ends_wall": "2027-03-27T06:00:00"}])
async def test_a_night_ends_at_six_also_when_the_clocks_change_in_it(
    park: Park, length: dict[str, Any]
) -> None:
    night = {"timezone": "Europe/Paris", "starts_wall": "2027-03-26T22:00:00", "minutes": None}
    made = await a_series(park, rule="FREQ=DAILY;COUNT=3", **night | length)
    assert made["series"]["minutes"] == 480
    assert {one["ends_wall"][11:] for one in made["occurrences"]} == {"06:00:00"}
    spanning = made["occurrences"][1]
    (claimed,) = await park.claims(spanning)
    assert claimed[1] - claimed[0] == minutes(420)
    path = f"/v1/series/{made['series']['series_id']}/change"
    changed = await park.http.post(path, json={"minutes": 510}, headers=park.as_(AMAL))
    assert changed.status_code == 200, changed.text
    found = await occurrences(park, made)
    assert [(one["ends_wall"][11:16], one["follows_series"]) for one in found] == [
        ("06:30", True)
    ] * 3


async def test_where_one_cannot_be_had_none_is_and_all_that_cannot_are_named(park: Park) -> None:
    hours = [{"weekday": day, "opens": "08:00", "closes": "18:00"} for day in (1, 2, 3, 4, 5)]
    room = await park.a_room(opening=hours)
    await park.a_booking(room, by=BADR, starts_at=NINE + WEEK, ends_at=TEN + WEEK)
    dates = ["2027-03-06T09:00:00"]
    answer = await ask_for(park, room, rdates=dates)
    assert (answer.status_code, answer.json()["code"]) == (409, "series_conflicts")
    assert [(one["recurrence_wall"], one["code"]) for one in answer.json()["conflicts"]] == [
        ("2027-03-06T09:00:00", "room_closed"),
        ("2027-03-08T09:00:00", "room_taken"),
    ]
    assert "2" in answer.json()["detail"]
    rows = await park.query("SELECT count(*) FROM bookings WHERE series_id IS NOT NULL")
    assert rows[0].count == 0
    assert (await park.query("SELECT count(*) FROM series"))[0].count == 0


@pytest.mark.parametrize(("percent", "status"), [(24, 409), (25, 201)])
async def test_up_to_so_many_in_a_hundred_may_be_left_out(
    park: Park, percent: int, status: int
) -> None:
    room = await park.a_room()
    await park.a_booking(room, by=BADR, starts_at=NINE + WEEK, ends_at=TEN + WEEK)
    answer = await ask_for(park, room, conflicts={"skip_up_to_percent": percent})
    assert answer.status_code == status
    if status == 201:
        assert [one["code"] for one in answer.json()["skipped"]] == ["room_taken"]
        assert len(await occurrences(park, answer.json())) == 3


async def test_a_preview_says_what_would_come_of_it_and_holds_nothing(park: Park) -> None:
    room = await park.a_room()
    await park.a_booking(room, by=BADR, starts_at=NINE + WEEK, ends_at=TEN + WEEK)
    answer = await ask_for(park, room, path="/v1/series/preview")
    assert answer.status_code == 200
    assert len(answer.json()["occurrences"]) == 3
    assert [one["code"] for one in answer.json()["conflicts"]] == ["room_taken"]
    assert (await park.query("SELECT count(*) FROM claims"))[0].count == 1


@pytest.mark.parametrize(
    ("wish", "status", "code"),
    [
        ({"rule": "FREQ=WEEKLY"}, 422, "rule_without_end"),
        ({"rule": "FREQ=MINUTELY;COUNT=3"}, 422, "rule_too_fine"),
        ({"rule": "FREQ=WEEKLY;COUNT=1000000"}, 409, "series_too_long"),
        ({"rule": "FREQ=HOURLY;COUNT=1000000"}, 409, "too_many_occurrences"),
        ({"rule": "FREQ=YEARLY;COUNT=10"}, 409, "series_too_long"),
        ({"rule": "FREQ=WEEKLY;BYDAY=TU;COUNT=3"}, 422, "starts_off_its_rule"),
        ({"rule": "FREQ=HOURLY;COUNT=3", "minutes": 90}, 409, "occurrences_overlap"),
        ({"rule": "whatever"}, 422, "rule_not_understood"),
        ({"timezone": "Mars/Olympus"}, 422, "no_such_timezone"),
        ({"minutes": None, "ends_wall": MONDAY}, 422, "ends_before_it_starts"),
        ({"minutes": None, "ends_wall": "2027-03-01T08:00:00"}, 422, "ends_before_it_starts"),
        ({"starts_wall": "2027-03-01T09:00:30"}, 422, "malformed_request"),
        ({"rule": None}, 422, "malformed_request"),
        ({"people": 100}, 409, "series_conflicts"),
        ({"starts_wall": "2026-03-02T09:00:00"}, 409, "series_conflicts"),
        ({"unknown": 1}, 422, "malformed_request"),
    ],
)
async def test_what_cannot_be_is_refused_by_its_reason(
    park: Park, wish: dict[str, Any], status: int, code: str
) -> None:
    for path in ("/v1/series", "/v1/series/preview"):
        answer = await ask_for(park, await park.a_room(), path=path, **wish)
        if path.endswith("preview") and code == "series_conflicts":
            assert answer.status_code == 200
        else:
            assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_series_does_not_invite_without_measure(park: Park) -> None:
    everybody = [{"email": f"guest{nth}@example.org"} for nth in range(100)]
    room = await park.a_room(capacity=200)
    answer = await ask_for(park, room, "FREQ=DAILY;COUNT=51", participants=everybody)
    assert answer.json()["code"] == "too_many_invitations"


async def test_a_repeated_key_makes_one_series(park: Park) -> None:
    room, key = await park.a_room(), {"idempotency-key": "one"}
    first, second = [await ask_for(park, room, headers=key) for _ in range(2)]
    assert first.json() == second.json()
    assert second.headers["idempotent-replayed"] == "true"
    other = await ask_for(park, room, "FREQ=WEEKLY;COUNT=5", headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_one_of_many_rival_series_gets_the_room(park: Park, rivals: int) -> None:
    """Each wants other days, and one day in common with all."""
    room = await park.a_room()
    answers = await asyncio.gather(
        *(
            ask_for(
                park,
                room,
                f"FREQ=DAILY;INTERVAL={nth + 1};COUNT=5",
                by=(AMAL, BADR)[nth % 2],
            )
            for nth in range(rivals // 2)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (rivals // 2 - 1)
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {
        "series_conflicts"
    }


async def test_a_series_is_its_organisers_and_no_other_tenants(park: Park) -> None:
    made = await a_series(park, participants=[{"email": DRISS}], title="Secret", is_private=True)
    address = f"/v1/series/{made['series']['series_id']}"
    for path in (address, f"{address}/occurrences"):
        for email in (DRISS, BADR):
            answer = await park.http.get(path, headers=park.as_(email))
            assert (answer.status_code, answer.json()["code"]) == (404, "no_such_series")
        admin = await park.http.get(path, headers=park.as_(BADR, "tenant_admin"))
        assert admin.status_code == 200
        assert "Secret" not in admin.text
        other_admin = await park.http.get(path, headers=park.as_(DRISS, "tenant_admin"))
        assert other_admin.status_code == 404
    mine = await park.http.get("/v1/series", headers=park.as_(AMAL))
    assert [one["title"] for one in mine.json()["items"]] == ["Secret"]
    theirs = await park.http.get("/v1/series", headers=park.as_(DRISS))
    assert theirs.json() == {"items": [], "next": None}


async def test_a_series_is_read_page_by_page_and_only_when_it_changed(park: Park) -> None:
    made = await a_series(park, rule="FREQ=DAILY;COUNT=5")
    address, mine = f"/v1/series/{made['series']['series_id']}", park.as_(AMAL)
    seen, cursor = [], None
    while True:
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = await park.http.get(f"{address}/occurrences", params=params, headers=mine)
        seen += page.json()["items"]
        cursor = page.json()["next"]
        if cursor is None:
            break
    assert seen == made["occurrences"]
    answer = await park.http.get(address, headers=mine)
    again = await park.http.get(address, headers=mine | {"if-none-match": answer.headers["etag"]})
    assert (answer.json(), again.status_code) == (made["series"], 304)


async def test_whoever_inherits_the_bookings_of_a_leaver_has_the_series(park: Park) -> None:
    made = await a_series(park)
    await park.delist(AMAL, successor_id=park.person_id(BADR))
    answer = await park.http.get("/v1/series", headers=park.as_(BADR))
    assert [one["series_id"] for one in answer.json()["items"]] == [made["series"]["series_id"]]
    assert len(await occurrences(park, made, by=BADR)) == 4


async def test_without_a_successor_all_bookings_of_a_leavers_series_are_cancelled(
    park: Park,
) -> None:
    made = await a_series(park)
    await park.delist(AMAL)
    for one in made["occurrences"]:
        assert await park.claims(one) == []
    assert datetime.fromisoformat(made["occurrences"][0]["starts_at"]) == NINE
