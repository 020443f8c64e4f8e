"""The one pass of a series: made anew or taken away from whichever day, it is so on all days."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.visitors.park import AMAL, FATIMA, NINE, Park
from tests.visitors.series.test_series import a_series, ask, change, changed, code_of, starts

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


async def left(park: Park, visit: dict[str, Any]) -> None:
    """They come and go."""
    for action in ("check-in", "check-out"):
        assert (await park.do(visit, action)).status_code == 200


async def moved(park: Park, visit: dict[str, Any], start: datetime, **zone: str) -> httpx.Response:
    times = {"starts_at": start.isoformat(), "ends_at": (start + HOUR).isoformat()} | zone
    return await park.do(visit, "reschedule", by=AMAL, **times)


async def digests(park: Park, series: dict[str, Any]) -> list[str]:
    rows = await park.query("SELECT pass_digest FROM visits ORDER BY recurrence_wall")
    assert len(rows) == len(series["days"])
    return [row.pass_digest for row in rows]


async def test_made_anew_from_a_day_that_is_over_it_is_another_one_on_all_days(
    park: Park,
) -> None:
    series = await a_series(park)
    first = series["days"][0]
    (former,) = set(await digests(park, series))
    park.now = NINE + DAY
    await left(park, first)
    assert (await park.do(first, "pass/rotate", by=AMAL)).status_code == 200
    (anew,) = set(await digests(park, series))
    assert anew != former
    back = await park.do(first, "undo-check-out")
    assert back.json()["visitor_pass"]["digest"] == anew


async def test_what_security_renews_lives_on_a_day_that_was_over_too(park: Park) -> None:
    series = await a_series(park)
    first, second = series["days"][:2]
    park.now = NINE + DAY
    await left(park, first)
    security = park.as_(FATIMA, "security")
    for action in ("revoke", "rotate"):
        url = f"/v1/visits/{second['visit_id']}/pass/{action}"
        assert (await park.http.post(url, headers=security)).status_code == 200
    back = await park.do(first, "undo-check-out")
    assert back.json()["visitor_pass"]["digest"] == (await digests(park, series))[1]


async def test_when_all_days_are_over_no_pass_is_made_anew_and_each_is_taken_away(
    park: Park,
) -> None:
    first, second = (await a_series(park, rrule="FREQ=DAILY;COUNT=2"))["days"]
    park.now = NINE + DAY
    await left(park, first)
    assert (await park.do(second, "cancel")).status_code == 200
    refused = await park.do(first, "pass/rotate")
    assert code_of(refused) == (409, "already_checked_out")
    assert (await park.do(second, "pass/revoke")).status_code == 200, "of all its days"
    undone = await park.do(first, "undo-check-out")
    assert (undone.status_code, undone.json()["visitor_pass"]) == (200, None)


@pytest.mark.parametrize("hour", [9, 10, 16])
async def test_no_day_is_moved_onto_that_of_another_one(park: Park, hour: int) -> None:
    first, second, *_ = (await a_series(park))["days"]
    refused = await moved(park, second, (NINE + DAY).replace(hour=hour))
    assert code_of(refused) == (409, "another_that_day")
    assert "2027-03-02" in refused.json()["detail"]
    await park.do(first, "cancel", by=AMAL)
    assert (await moved(park, second, (NINE + DAY).replace(hour=hour))).status_code == 200


async def test_no_day_is_moved_into_the_night_of_another_one(park: Park) -> None:
    night = {"starts_wall": "2027-03-02T20:00:00", "minutes": 12 * 60}
    second = (await a_series(park, **night))["days"][1]
    assert (await moved(park, second, (NINE + 2 * DAY).replace(hour=7))).status_code == 409
    assert (await moved(park, second, (NINE + 2 * DAY).replace(hour=8))).status_code == 200


async def test_of_two_days_that_move_onto_one_at_once_one_does(park: Park) -> None:
    _, *days = (await a_series(park))["days"]
    for _ in range(3):
        answers = await asyncio.gather(
            *(moved(park, day, NINE + 7 * HOUR + DAY * 2) for day in days)
        )
        assert sorted(each.status_code for each in answers) == [200, *[409] * 4]


NIGHTS: dict[str, Any] = {
    "starts_wall": "2027-03-02T20:00:00",
    "minutes": 12 * 60,
    "rrule": "FREQ=DAILY;COUNT=4",
}


async def test_a_series_is_not_moved_into_the_night_before_its_first_new_day(park: Park) -> None:
    series = await a_series(park, **NIGHTS)
    there = {"from": "2027-03-04T20:00:00"}
    refused = await change(park, series, "reschedule", starts="06:00", **there)
    assert code_of(refused) == (409, "another_that_day")
    assert "2027-03-03" in refused.json()["detail"]
    assert starts(await changed(park, series, "reschedule", starts="08:00", **there))[1:3] == [
        "03-03T20:00",
        "03-04T08:00",
    ]


async def test_a_series_is_not_moved_onto_a_day_that_was_moved_by_itself(park: Park) -> None:
    series = await a_series(park, rrule="FREQ=DAILY;COUNT=3")
    _, second, third = series["days"]
    await park.do(second, "cancel", by=AMAL)
    early = (NINE + 2 * DAY).replace(hour=4)
    assert (await moved(park, third, early)).status_code == 200
    refused = await change(park, series, "reschedule", starts="23:00", minutes=360)
    assert code_of(refused) == (409, "another_that_day")
    assert (await change(park, series, "reschedule", starts="21:00", minutes=360)).is_success


async def test_a_series_is_not_made_whose_nights_run_into_its_next_day(park: Park) -> None:
    wish = NIGHTS | {"rrule": None, "rdates": ["2027-03-03T06:00:00"]}
    refused = await ask(park, **wish)
    assert code_of(refused) == (409, "runs_into_the_next")
    assert "2027-03-02" in refused.json()["detail"]
    assert (await ask(park, **wish | {"minutes": 600})).status_code == 201


async def test_no_day_is_moved_onto_one_whose_check_out_may_be_undone(park: Park) -> None:
    first, second, *_ = (await a_series(park))["days"]
    park.now = NINE + DAY
    await left(park, first)
    answer = await moved(park, second, NINE + DAY + 5 * HOUR)
    assert code_of(answer) == (409, "another_that_day")


async def test_whose_day_it_is_goes_by_the_clock_of_the_series(park: Park) -> None:
    """Late in the evening there it is the next day in Tokyo already."""
    _, second, *_ = (await a_series(park))["days"]
    answer = await moved(park, second, NINE + DAY + 10 * HOUR, timezone="Asia/Tokyo")
    assert code_of(answer) == (409, "another_that_day")
