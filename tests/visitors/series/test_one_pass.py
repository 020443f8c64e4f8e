"""The one pass of a series: made anew or taken away from whichever day, it is so on all days."""

from datetime import timedelta
from typing import Any

from tests.visitors.park import AMAL, FATIMA, NINE, Park
from tests.visitors.series.test_series import a_series, code_of

DAY = timedelta(days=1)


async def left(park: Park, visit: dict[str, Any]) -> None:
    """They come and go."""
    for action in ("check-in", "check-out"):
        assert (await park.do(visit, action)).status_code == 200


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


async def test_when_all_days_are_over_no_pass_is_made_anew_or_taken_away(park: Park) -> None:
    series = await a_series(park, rrule="FREQ=DAILY;COUNT=1")
    park.now = NINE + DAY
    await left(park, series["days"][0])
    for action in ("rotate", "revoke"):
        answer = await park.do(series["days"][0], f"pass/{action}")
        assert code_of(answer) == (409, "already_checked_out")
