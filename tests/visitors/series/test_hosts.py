"""A series gets another host: on one day, from one day on, or on all of them; also a leaver's."""

from datetime import datetime, timedelta
from typing import Any

import httpx

from tests.visitors.leavers.test_leavers import leave
from tests.visitors.park import ADMIN, AMAL, BADR, DESK, DRISS, NINE, OTHER_DESK, PARK_DESK, Park
from tests.visitors.series.test_series import (
    WALLS,
    Series,
    a_series,
    change,
    code_of,
)


async def named(
    park: Park, series: Series, email: str, *, by: str = DESK, **body: Any
) -> httpx.Response:
    host_id = str(park.person_id(email))
    return await change(park, series, "host", by=by, host_id=host_id, **body)


def hosts(park: Park, series: Series) -> list[str]:
    """By their given names."""
    names = {str(facts.person_id): facts.given_name for facts in park.people.values()}
    return [names[each["host_id"]] for each in series["days"]]


async def test_one_day_of_a_series_has_another_host(park: Park) -> None:
    series = await a_series(park)
    answer = await park.do(series["days"][1], "host", host_id=str(park.person_id(BADR)))
    assert answer.status_code == 200
    shown = await park.http.get(f"/v1/visit-series/{series['series_id']}", headers=park.as_(DESK))
    assert hosts(park, shown.json()) == ["Amal", "Badr", *["Amal"] * 4]


async def test_from_one_day_on_a_series_has_another_host(park: Park) -> None:
    series = await a_series(park)
    answer = await named(park, series, BADR, **{"from": WALLS[2]})
    assert hosts(park, answer.json()) == ["Amal", "Amal", *["Badr"] * 4]
    assert await park.announced(series["days"][1]) == ["expected"]
    assert await park.announced(series["days"][2]) == ["expected", "host_changed"]


async def test_all_days_have_another_host_but_those_that_were_given_one_by_themselves(
    park: Park,
) -> None:
    series = await a_series(park)
    await park.do(series["days"][3], "host", host_id=str(park.person_id(ADMIN)))
    answer = await named(park, series, BADR)
    assert hosts(park, answer.json()) == [*["Badr"] * 3, "Admin", *["Badr"] * 2]
    notices = await park.notices(series["days"][0])
    assert [kind for kind, _ in notices] == ["invitation"], "the visitor need not know"


async def test_a_leavers_series_is_at_the_desk_and_gets_a_new_host_in_one_call(
    park: Park,
) -> None:
    series, other = await a_series(park), await a_series(park, host_id=None)
    park.now = NINE + timedelta(days=1)
    await park.do(series["days"][0], "check-in")
    await leave(park)

    async def at_the_desk(to: str) -> set[str]:
        asked = {"needs_host": True}
        answer = await park.http.get("/v1/visit-series", params=asked, headers=park.as_(to))
        return {each["series_id"] for each in answer.json()["items"]}

    both = {series["series_id"], other["series_id"]}
    assert [await at_the_desk(to) for to in (DESK, PARK_DESK, OTHER_DESK)] == [both, both, set()]
    answer = await named(park, series, BADR)
    assert hosts(park, answer.json()) == ["Badr"] * 6, "also of whoever is here"
    assert await at_the_desk(DESK) == {other["series_id"]}
    assert answer.json()["days"][0]["status"] == "checked_in"


async def test_whom_a_leaver_had_named_for_a_day_stays_and_a_second_leaver_does_not(
    park: Park,
) -> None:
    series = await a_series(park)
    for day, email in ((1, BADR), (2, ADMIN)):
        await park.do(series["days"][day], "host", host_id=str(park.person_id(email)))
    await leave(park)
    await park.delist(ADMIN)
    answer = await named(park, series, DESK)
    assert hosts(park, answer.json()) == ["Desk", "Badr", *["Desk"] * 4]


async def test_the_reception_alone_names_hosts_of_series_and_colleagues_alone(park: Park) -> None:
    series = await a_series(park)
    assert code_of(await named(park, series, BADR, by=AMAL)) == (403, "only_the_desk")
    assert (await named(park, series, BADR, by=OTHER_DESK)).status_code == 404
    assert code_of(await named(park, series, DRISS)) == (404, "no_such_host")
    wrong = await named(park, series, BADR, **{"from": "2027-03-03T09:00:00"})
    assert code_of(wrong) == (404, "no_such_occurrence")
    park.now = datetime.fromisoformat("2027-04-01T09:00:00Z")
    await park.run("visits.sweep")
    assert code_of(await named(park, series, BADR)) == (409, "nothing_ahead")
