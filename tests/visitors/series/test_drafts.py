"""A series that is only noted: nobody hears of it before it is submitted, and then of all of it."""

from datetime import datetime, timedelta

from tests.visitors.notices.test_mails import parts
from tests.visitors.park import AMAL, BADR, DESK, NINE, OTHER_DESK, Park
from tests.visitors.series.test_series import (
    WALLS,
    a_series,
    change,
    changed,
    code_of,
    starts,
    statuses,
)

MAIL = "camille@visitor.example"


async def test_a_draft_of_a_series_tells_nobody_until_it_is_submitted(park: Park) -> None:
    series = await a_series(park, is_draft=True)
    assert statuses(series) == ["draft"] * 6
    await changed(park, series, "reschedule", starts="11:00")
    await changed(park, series, "cancel", **{"from": WALLS[5]})
    assert await park.announced() == []
    assert await park.notices(series["days"][0]) == []
    submitted = await changed(park, series, "submit")
    assert statuses(submitted) == ["expected"] * 5 + ["cancelled"]
    assert starts(submitted)[0] == "03-02T11:00"
    assert await park.announced() == ["expected"] * 5
    await park.send_notices()
    (mail,) = park.mails(to=MAIL)
    (part,) = parts(mail, "text/calendar")
    assert "UID:visits-" in part.get_content()
    again = await change(park, series, "submit")
    assert code_of(again) == (409, "series_is_no_draft")


async def test_the_pass_of_a_draft_is_good_for_all_days_once_it_counts(park: Park) -> None:
    series = await a_series(park, is_draft=True)
    await changed(park, series, "submit")
    digests = {(await park.last_facts(day))["visitor_pass"]["digest"] for day in series["days"]}
    assert len(digests) == 1


async def test_one_day_of_a_draft_is_called_off_and_told_to_nobody(park: Park) -> None:
    series = await a_series(park, is_draft=True)
    assert (await park.do(series["days"][0], "cancel", by=AMAL)).status_code == 200
    assert await park.notices(series["days"][0]) == []
    assert await park.announced() == []


async def test_one_day_of_a_draft_does_not_count_by_itself(park: Park) -> None:
    series = await a_series(park, is_draft=True)
    answer = await park.do(series["days"][0], "submit", by=AMAL)
    assert code_of(answer) == (409, "draft_of_series")


async def test_days_that_are_past_when_a_draft_is_submitted_are_not_expected(park: Park) -> None:
    series = await a_series(park, is_draft=True)
    park.now = NINE + timedelta(days=2)
    assert statuses(await changed(park, series, "submit")) == ["draft", *["expected"] * 5]
    await park.run("visits.sweep")
    url = f"/v1/visit-series/{series['series_id']}"
    shown = (await park.http.get(url, headers=park.as_(AMAL))).json()
    assert statuses(shown) == ["cancelled", *["expected"] * 5]
    park.now = datetime.fromisoformat("2027-04-01T09:00:00Z")
    late = await a_series(park, is_draft=True, starts_wall="2027-04-06T09:00:00")
    park.now += timedelta(days=60)
    assert code_of(await change(park, late, "submit")) == (409, "nothing_ahead")


async def test_a_draft_is_submitted_by_its_host_and_the_reception(park: Park) -> None:
    series = await a_series(park, is_draft=True)
    assert (await change(park, series, "submit", by=OTHER_DESK)).status_code == 404
    assert (await change(park, series, "submit", by=BADR)).status_code == 404
    assert (await change(park, series, "submit", by=DESK)).status_code == 200
