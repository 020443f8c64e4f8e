"""Visits made by yesterday's rules of a zone, met by today's: two versions of tzdata, one park."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.visitors.cli import REDERIVE
from services.visitors.worker import surround_sessions
from shared.events.booking import BookingConfirmed
from tests.support.zone_rules import CASABLANCA, old_rules
from tests.visitors.park import Park, a_guest
from tests.visitors.series.test_series import a_series, change, changed

APRIL = "2027-04-06T10:00:00"
"""A Tuesday after Ramadan, in which the two agree."""
MAIL = "camille@visitor.example"


async def rederived(park: Park, capsys: Any, *, dry_run: bool = False) -> str:
    """What the command counts."""
    surround_sessions(park.ground)
    capsys.readouterr()
    await REDERIVE.asked(dry_run=dry_run)(park.ground)
    said: str = capsys.readouterr().out.splitlines()[-1]
    return said


async def recurring(park: Park, **wish: Any) -> Any:
    with old_rules():
        return await a_series(park, starts_wall=APRIL, timezone=CASABLANCA, **wish)


async def shown(park: Park, series: Any) -> Any:
    url = f"/v1/visit-series/{series['series_id']}"
    return (await park.http.get(url, headers=park.as_("amal@acme.example"))).json()


def hours(series: Any) -> list[int]:
    """Of UTC."""
    starts = (datetime.fromisoformat(each["starts_at"]) for each in series["days"])
    return [at.astimezone(UTC).hour for at in starts]


async def test_the_days_of_a_series_keep_their_wall_time_and_the_pass_follows(
    park: Park, capsys: pytest.CaptureFixture[str]
) -> None:
    series = await recurring(park, rrule="FREQ=WEEKLY;COUNT=2")
    assert hours(series) == [9, 9]
    assert await rederived(park, capsys) == "2 visits moved"
    assert hours(await shown(park, series)) == [10, 10]
    for day in series["days"]:
        assert await park.announced(day) == ["expected", "rescheduled"]
    facts = await park.last_facts(series["days"][0])
    assert facts["starts_at"] == "2027-04-06T10:00:00Z"
    assert facts["visitor_pass"]["valid_from"] == "2027-04-06T09:30:00Z"
    assert facts["visitor_pass"]["valid_until"] == "2027-04-06T11:30:00Z"
    before = (await park.last_facts(series["days"][1]))["visitor_pass"]["digest"]
    assert facts["visitor_pass"]["digest"] == before, "the pass is the same"
    assert await rederived(park, capsys) == "0 visits moved"


async def test_the_visitor_of_a_series_is_told_once(
    park: Park, capsys: pytest.CaptureFixture[str]
) -> None:
    with old_rules():
        series = await recurring(park, rrule="FREQ=WEEKLY;COUNT=3")
        await park.send_notices()
    await rederived(park, capsys)
    await park.send_notices()
    assert len(park.mails(to=MAIL)) == 2
    assert [kind for kind, _ in await park.notices(series["days"][0])] == ["invitation", "update"]


async def test_changes_of_the_series_hold_for_it_as_before(
    park: Park, capsys: pytest.CaptureFixture[str]
) -> None:
    series = await recurring(park, rrule="FREQ=WEEKLY;COUNT=2")
    await rederived(park, capsys)
    assert hours(await changed(park, series, "reschedule", starts="15:00")) == [15, 15]


async def test_a_visit_by_itself_keeps_its_wall_time_too(
    park: Park, capsys: pytest.CaptureFixture[str]
) -> None:
    times = {"starts_at": None, "ends_at": None, "starts_wall": APRIL}
    with old_rules():
        visit = await park.a_visit(**times, ends_wall="2027-04-06T11:00:00", timezone=CASABLANCA)
    draft = {"is_draft": True, "ends_wall": "2027-04-06T11:00:00"}
    with old_rules():
        noted = await park.a_visit(**times, **draft, timezone=CASABLANCA)
    assert await rederived(park, capsys, dry_run=True) == "2 visits would move"
    assert (await park.shown(visit))["version"] == 1
    assert await rederived(park, capsys) == "2 visits moved"
    for each in (visit, noted):
        moved = await park.shown(each)
        assert datetime.fromisoformat(moved["starts_at"]) == datetime(2027, 4, 6, 10, tzinfo=UTC)
    assert await park.notices(visit) == [("invitation", "queued"), ("update", "queued")]
    assert await park.announced(noted) == []


async def test_what_is_not_to_come_or_follows_a_booking_stays(
    park: Park, capsys: pytest.CaptureFixture[str]
) -> None:
    series = await recurring(park, rrule="FREQ=WEEKLY;COUNT=2")
    assert (await change(park, series, "cancel", **{"from": "2027-04-13T10:00:00"})).is_success
    at = {
        "starts_at": datetime(2027, 4, 6, 9, tzinfo=UTC),
        "ends_at": datetime(2027, 4, 6, 10, tzinfo=UTC),
    }
    with old_rules():
        await park.hear_booking(BookingConfirmed, park.a_booking(a_guest(), **at))
    await park.do(series["days"][0], "check-in")
    park.now = datetime(2027, 4, 6, 9, tzinfo=UTC)
    assert await rederived(park, capsys) == "0 visits moved"


async def test_a_time_that_comes_twice_is_not_taken_for_a_change(
    park: Park, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second half past two of the night in which Paris sets its clocks back."""
    await park.a_visit(
        starts_at="2027-10-31T01:30:00+00:00",
        ends_at="2027-10-31T03:00:00+00:00",
        timezone="Europe/Paris",
    )
    assert await rederived(park, capsys) == "0 visits moved"
