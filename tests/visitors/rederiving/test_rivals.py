"""Others are at the same visits while those move to their wall times."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
import httpx
import pytest

from services.visitors.cli import REDERIVE
from services.visitors.rederiving.commands import Became, foresee, rederive
from services.visitors.worker import surround_sessions
from shared.events.directory import PersonListed
from tests.support.zone_rules import CASABLANCA, old_rules
from tests.visitors.park import BADR, Park, a_person, heard
from tests.visitors.rederiving.test_rederiving import APRIL, hours, recurring, shown
from tests.visitors.series.test_series import change
from tests.visitors.visits.histories import wrong_with
from tests.visitors.visits.rivals import Meeting, act

TEN, ELEVEN = (datetime(2027, 4, 6, hour, tzinfo=UTC) for hour in (10, 11))
TO_ANOTHER_TIME = {"starts_at": "2027-04-07T14:00:00+00:00", "ends_at": "2027-04-07T15:00:00+00:00"}
ACTS = (
    *("cancel", "describe", "host", "zones", "merge", "not coming", "revoke", "rotate"),
    *("host leaves", "sweep", "move"),
)


async def moved(park: Park) -> Became:
    surround_sessions(park.ground)
    return await rederive(park.ground.database, at=park.now)


async def a_meeting(park: Park) -> Meeting:
    """A visit that is to move, on which two meet."""
    host = f"h{uuid4().hex[:8]}@acme.example"
    park.people[host] = a_person(park.tenant_id, email=host)
    await park.hear(heard(PersonListed(person=park.people[host])))
    address = f"v{uuid4().hex[:8]}@visitor.example"
    times = {"starts_at": None, "ends_at": None, "starts_wall": APRIL, "timezone": CASABLANCA}
    times |= {"ends_wall": "2027-04-06T11:00:00"}
    with old_rules():
        double = await park.a_visit(by=BADR, visitor={"email": address, "given_name": "Kamille"})
        visit = await park.a_visit(by=host, visitor={"email": address}, **times)
    return Meeting(park, visit, None, host, double)


async def asked(met: Meeting, name: str) -> httpx.Response | None:
    if name == "move":
        return await met.park.do(met.visit, "reschedule", by=met.host, **TO_ANOTHER_TIME)
    return await act(met, name)


async def span(met: Meeting) -> tuple[datetime, datetime]:
    (row,) = await met.park.query(
        "SELECT starts_at, ends_at FROM visits WHERE id = :v", v=met.visit_id
    )
    return row.starts_at, row.ends_at


async def test_of_two_who_run_it_at_once_each_visit_is_moved_by_one(park: Park) -> None:
    meetings = [await a_meeting(park) for _ in range(4)]
    series = [await recurring(park, rrule="FREQ=WEEKLY;COUNT=2") for _ in range(2)]
    both = await asyncio.gather(moved(park), moved(park))
    assert [each.left for each in both] == [0, 0]
    assert sum(each.moved for each in both) == 8
    visits = [met.visit for met in meetings] + [day for one in series for day in one["days"]]
    for visit in visits:
        assert await park.announced(visit) == ["expected", "rescheduled"]
    for one in series:
        assert hours(await shown(park, one)) == [10, 10]


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("is_first", [True, False], ids=["first", "second"])
async def test_whoever_changes_a_visit_meanwhile_finds_it_legal_and_at_its_wall_time(
    park: Park, round_: int, name: str, is_first: bool
) -> None:
    del round_
    met = await a_meeting(park)
    if is_first:
        answer, became = await asyncio.gather(asked(met, name), moved(park))
    else:
        became, answer = await asyncio.gather(moved(park), asked(met, name))
    assert became.left == 0
    assert await wrong_with(met, [answer]) + met.in_vain == []
    status = (await park.shown(met.visit))["status"]
    if name == "move":
        assert (await span(met))[0] == datetime(2027, 4, 7, 14, tzinfo=UTC)
    elif status == "expected":
        assert await span(met) == (TEN, ELEVEN)
    assert await foresee(park.ground.database, at=park.now) == []


@pytest.mark.parametrize("name", ["describe", "host", "zones", "merge", "rotate"])
async def test_what_is_changed_before_anybody_runs_it_keeps_its_wall_time(
    park: Park, name: str
) -> None:
    met = await a_meeting(park)
    await asked(met, name)
    assert (await moved(park)).moved == 1
    assert await span(met) == (TEN, ELEVEN)


async def test_whoever_changes_a_series_meanwhile_changes_it_as_it_is_then(
    park: Park, round_: int
) -> None:
    del round_
    kept, off, later = [await recurring(park, rrule="FREQ=WEEKLY;COUNT=3") for _ in range(3)]
    became, cancelled, rescheduled = await asyncio.gather(
        moved(park),
        change(park, off, "cancel", **{"from": "2027-04-13T10:00:00"}),
        change(park, later, "reschedule", starts="15:00"),
    )
    assert became.left == 0
    assert (cancelled.status_code, rescheduled.status_code) == (200, 200)
    assert hours(await shown(park, kept)) == [10, 10, 10]
    assert hours(await shown(park, off))[0] == 10
    assert hours(await shown(park, later)) == [15, 15, 15]
    assert await foresee(park.ground.database, at=park.now) == []


async def test_one_visit_that_others_are_at_keeps_no_other_from_moving(
    park: Park, capsys: pytest.CaptureFixture[str]
) -> None:
    surround_sessions(park.ground)
    busy, *quiet = [await a_meeting(park) for _ in range(3)]
    rival = await asyncpg.connect(park.ground.database.url)
    try:
        async with rival.transaction():
            await rival.execute("SELECT FROM visits WHERE id = $1 FOR UPDATE", busy.visit_id)
            with pytest.raises(SystemExit, match="1 visits are still to move"):
                await REDERIVE.asked(dry_run=False)(park.ground)
    finally:
        await rival.close()
    assert "2 visits moved" in capsys.readouterr().out
    for met in quiet:
        assert await span(met) == (TEN, ELEVEN)
    await REDERIVE.asked(dry_run=False)(park.ground)
    assert "1 visits moved" in capsys.readouterr().out
    assert await span(busy) == (TEN, ELEVEN)


async def test_a_series_that_is_changed_before_anybody_runs_it_is_at_its_new_time(
    park: Park,
) -> None:
    series = await recurring(park, rrule="FREQ=WEEKLY;COUNT=2")
    assert (await change(park, series, "reschedule", starts="15:00")).is_success
    await moved(park)
    assert hours(await shown(park, series)) == [15, 15]
