"""Story A at the doors: a visitor's pass opens what it may, once, and nothing after the visit."""

import asyncio
from datetime import timedelta

import pytest

from shared.events.visits import (
    Admits,
    VisitCancelled,
    VisitCheckOutUndone,
    VisitExpected,
    VisitFacts,
    VisitorArrived,
    VisitorCheckedIn,
    VisitorCheckedOut,
    VisitPassRotated,
    VisitRescheduled,
    VisitStatus,
)
from tests.access.builders import a_pass, a_visit
from tests.access.park import NINE, OPERATOR, Park

PASSAGE = "access.passage_taken.v1"


async def expect_a_visitor(park: Park, **changes: object):  # type: ignore[no-untyped-def]
    facts = {"tenant_id": park.id("atlas"), "zone_ids": (park.id("suite a"),)}
    visit = a_visit(**facts | changes)
    await park.hear(VisitExpected(visit=visit))
    return visit


async def test_a_pass_opens_the_way_to_its_suite_and_nothing_else(park: Park) -> None:
    await expect_a_visitor(park)
    for point in ("lobby in", "stairs in", "door a in"):
        assert (await park.walk(point))["reason"] == "right"
    assert (await park.read_qr("door b in"))["reason"] == "no_right"
    assert (await park.read_qr("room door in"))["reason"] == "no_right"


async def test_each_passage_of_a_visitor_is_announced(park: Park) -> None:
    visit = await expect_a_visitor(park)
    decision = await park.walk("lobby in")
    passage = (await park.announced(PASSAGE))[0]["passage"]
    assert passage["visit_id"] == str(visit.visit_id)
    assert passage["visitor_id"] == str(visit.visitor.visitor_id)
    assert passage["boundary"] == "entered_park"
    assert passage["evidence"] == "contact"
    assert passage["decision_id"] == decision["decision_id"]
    assert (passage["from_zone_id"], passage["to_zone_id"]) == (None, park.ids["building"])


async def test_a_pass_admits_once_until_its_holder_has_left(park: Park) -> None:
    await expect_a_visitor(park)
    await park.walk("lobby in")
    again = await park.read_qr("lobby in")
    assert (again["outcome"], again["reason"]) == ("denied", "pass_already_inside")
    await park.walk("lobby out")
    assert (await park.announced(PASSAGE))[-1]["passage"]["boundary"] == "left_park"
    assert (await park.read_qr("lobby in"))["outcome"] == "granted"


async def test_a_pass_admits_once_though_nobody_has_told_of_the_first_entry(park: Park) -> None:
    await expect_a_visitor(park)
    first = await park.read_qr("lobby in")
    assert (await park.read_qr("lobby in"))["reason"] == "pass_already_inside"
    assert (await park.tell("lobby in", first)).status_code == 204
    assert (await park.read_qr("lobby in"))["reason"] == "pass_already_inside"


async def test_an_entry_that_nobody_told_of_ends_when_its_holder_leaves(park: Park) -> None:
    await expect_a_visitor(park)
    entered = await park.read_qr("lobby in")
    park.pass_time(minutes=1)
    await park.walk("lobby out")
    park.pass_time(minutes=1)
    assert (await park.read_qr("lobby in"))["reason"] == "right"
    assert (await park.tell("lobby in", entered)).status_code == 204
    assert (await park.read_qr("lobby in"))["reason"] == "pass_already_inside"


@pytest.mark.parametrize("evidence", ["contact", "granted"])
async def test_of_many_copies_of_a_pass_read_at_once_one_is_admitted(
    park: Park, evidence: str
) -> None:
    await park.add_door("gate", None, "building", evidence=evidence)
    await expect_a_visitor(park)
    answers = await asyncio.gather(*(park.read_qr("gate in") for _ in range(8)))
    assert sorted(answer["outcome"] for answer in answers) == ["denied"] * 7 + ["granted"]


async def test_a_granted_way_that_was_not_taken_admits_again(park: Park) -> None:
    await expect_a_visitor(park)
    decision = await park.read_qr("lobby in")
    assert (await park.tell("lobby in", decision, taken=False)).status_code == 204
    assert (await park.read_qr("lobby in"))["outcome"] == "granted"
    assert await park.announced(PASSAGE) == []


async def test_after_check_out_the_pass_opens_no_way_in_but_every_way_out(park: Park) -> None:
    visit = await expect_a_visitor(park)
    await park.walk("lobby in")
    over = visit.model_copy(update={"status": VisitStatus.CHECKED_OUT, "visitor_pass": None})
    await park.hear(VisitorCheckedOut(visit=over))
    denied = await park.read_qr("lobby in")
    assert (denied["outcome"], denied["reason"]) == ("denied", "pass_ended")
    out = await park.read_qr("lobby out")
    assert (out["outcome"], out["reason"]) == ("granted", "way_out")
    assert "pass_ended" in out["flags"]


async def test_who_was_checked_out_at_the_desk_is_not_inside_any_more(park: Park) -> None:
    visit = await expect_a_visitor(park)
    await park.walk("lobby in")
    park.pass_time(minutes=5)
    over = visit.model_copy(update={"status": VisitStatus.CHECKED_OUT, "visitor_pass": None})
    await park.hear(VisitorCheckedOut(visit=over))
    rows = await park.rows("SELECT is_inside FROM presence")
    assert [row["is_inside"] for row in rows] == [False]


async def test_whose_check_out_was_undone_is_looked_for_again(park: Park) -> None:
    visit = await expect_a_visitor(park)
    await park.walk("lobby in")
    park.pass_time(minutes=5)
    over = visit.model_copy(update={"status": VisitStatus.CHECKED_OUT, "visitor_pass": None})
    await park.hear(VisitorCheckedOut(visit=over), sequence=2)
    park.pass_time(minutes=1)
    back = visit.model_copy(update={"status": VisitStatus.CHECKED_IN})
    await park.hear(VisitCheckOutUndone(visit=back), sequence=3)
    rows = await park.rows("SELECT is_inside, zone_id FROM presence")
    assert [tuple(row) for row in rows] == [(True, park.id("suite a"))]
    assert (await park.read_qr("lobby in"))["reason"] == "pass_already_inside"


async def test_a_revoked_pass_opens_no_way_in_and_still_says_who_leaves(park: Park) -> None:
    visit = await expect_a_visitor(park)
    await park.walk("lobby in")
    await park.walk("lobby out")
    revoked = visit.model_copy(update={"visitor_pass": None})
    await park.hear(VisitPassRotated(visit=revoked), sequence=2)
    assert (await park.read_qr("lobby in"))["reason"] == "pass_ended"
    await park.walk("lobby out")
    told = (await park.announced(PASSAGE))[-1]["passage"]
    assert (told["boundary"], told["visit_id"]) == ("left_park", str(visit.visit_id))
    over = revoked.model_copy(update={"status": VisitStatus.CHECKED_OUT})
    await park.hear(VisitorCheckedOut(visit=over), sequence=3)
    undone = revoked.model_copy(update={"status": VisitStatus.CHECKED_IN})
    await park.hear(VisitCheckOutUndone(visit=undone), sequence=4)
    assert (await park.read_qr("lobby in"))["reason"] == "pass_ended"


async def test_of_a_rotated_pass_the_former_one_is_unknown(park: Park) -> None:
    visit = await expect_a_visitor(park)
    other = a_pass().model_copy(update={"digest": "0" * 64})
    await park.hear(
        VisitPassRotated(visit=visit.model_copy(update={"visitor_pass": other})), sequence=2
    )
    assert (await park.read_qr("lobby in"))["reason"] == "unknown_credential"


async def test_a_pass_of_desk_first_opens_only_once_its_holder_is_checked_in(park: Park) -> None:
    visit = await expect_a_visitor(park, visitor_pass=a_pass(admits=Admits.DESK_FIRST))
    assert (await park.read_qr("lobby in"))["reason"] == "not_checked_in"
    admitted = visit.model_copy(update={"status": VisitStatus.CHECKED_IN})
    await park.hear(VisitorCheckedIn(visit=admitted))
    assert (await park.read_qr("lobby in"))["reason"] == "right"


@pytest.mark.parametrize(
    ("minutes", "reason"),
    [(-61, "not_yet_valid"), (-60, "right"), (179, "right"), (180, "expired")],
)
async def test_a_pass_lives_from_its_start_until_before_its_end(
    park: Park, minutes: int, reason: str
) -> None:
    await expect_a_visitor(park)
    park.now = NINE + timedelta(minutes=minutes)
    assert (await park.read_qr("lobby in"))["reason"] == reason


async def test_facts_that_come_late_change_nothing(park: Park) -> None:
    visit = await expect_a_visitor(park)
    later = visit.model_copy(update={"zone_ids": (park.id("building"),)})
    await park.hear(VisitRescheduled(visit=later), sequence=5)
    await park.hear(VisitRescheduled(visit=visit), sequence=4)
    assert (await park.read_qr("door a in"))["reason"] == "no_right"


async def test_a_zone_that_the_host_may_not_grant_is_refused_and_raises_one_alarm(
    park: Park,
) -> None:
    zones = (park.id("suite a"), park.id("suite b"))
    visit = await expect_a_visitor(park, zone_ids=zones)
    await park.hear(VisitRescheduled(visit=visit))
    assert (await park.read_qr("door b in"))["reason"] == "no_right"
    assert (await park.read_qr("door a in"))["reason"] == "right"
    alarms = (await park.get(OPERATOR, "/alarms")).json()["items"]
    assert [(a["source"], a["zone_id"]) for a in alarms] == [
        (f"visit/{visit.visit_id}", park.ids["suite b"])
    ]
    assert len(await park.announced("access.alarm_raised.v1")) == 1


async def test_the_text_of_a_pass_reaches_no_table(park: Park) -> None:
    await expect_a_visitor(park)
    await park.walk("lobby in")
    await park.read_qr("lobby in", "a text that nobody knows")
    tables = await park.rows(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    )
    for table in tables:
        found = await park.rows(f'SELECT t::text AS row FROM "{table["table_name"]}" AS t')
        for row in found:
            assert "JBSWY3DPEHPK3PXP" not in row["row"]
            assert "nobody knows" not in row["row"]


async def test_presence_follows_our_clock_whatever_the_controllers_say(park: Park) -> None:
    await expect_a_visitor(park)
    entered = await park.read_qr("lobby in")
    park.pass_time(minutes=1)
    left = await park.read_qr("lobby out")
    park.now -= timedelta(hours=1)
    await park.tell("lobby out", left)
    park.now += timedelta(hours=2)
    await park.tell("lobby in", entered)
    park.now = NINE + timedelta(minutes=2)
    assert (await park.read_qr("lobby in"))["outcome"] == "granted"


DAY = timedelta(days=1)


async def expect_a_visitor_of_days(park: Park, *days: int) -> list[VisitFacts]:
    """Visits of one series: one pass for all of them."""
    visitor = a_visit().visitor
    return [
        await expect_a_visitor(
            park,
            visitor=visitor,
            visitor_pass=a_pass(
                valid_from=NINE + day * DAY - timedelta(hours=1),
                valid_until=NINE + day * DAY + timedelta(hours=3),
            ),
        )
        for day in days
    ]


async def visits_told_of(park: Park) -> list[str]:
    return [each["passage"]["visit_id"] for each in await park.announced(PASSAGE)]


async def test_one_pass_opens_each_day_of_a_series_for_the_visit_of_that_day(park: Park) -> None:
    visits = await expect_a_visitor_of_days(park, 0, 2, 7)
    for days in (0, 2, 5):
        park.pass_time(days=days)
        await park.walk("lobby in")
        await park.walk("lobby out")
    told = [str(each.visit_id) for each in visits for _ in ("in", "out")]
    assert await visits_told_of(park) == told


async def test_between_the_days_of_a_series_its_pass_waits_and_ends_after_the_last(
    park: Park,
) -> None:
    await expect_a_visitor_of_days(park, 0, 2)
    park.now = NINE + DAY
    assert (await park.read_qr("lobby in"))["reason"] == "not_yet_valid"
    park.now = NINE + 3 * DAY
    assert (await park.read_qr("lobby in"))["reason"] == "expired"


async def test_a_day_of_a_series_that_was_cancelled_opens_nothing_and_the_others_do(
    park: Park,
) -> None:
    first, _ = await expect_a_visitor_of_days(park, 0, 2)
    off = first.model_copy(update={"status": VisitStatus.CANCELLED, "visitor_pass": None})
    await park.hear(VisitCancelled(visit=off), sequence=2)
    assert (await park.read_qr("lobby in"))["reason"] == "pass_ended"
    park.pass_time(days=2)
    assert (await park.read_qr("lobby in"))["reason"] == "right"


async def test_a_day_that_was_moved_onto_a_cancelled_one_opens(park: Park) -> None:
    first, second = await expect_a_visitor_of_days(park, 0, 2)
    off = first.model_copy(update={"status": VisitStatus.CANCELLED, "visitor_pass": None})
    await park.hear(VisitCancelled(visit=off), sequence=2)
    moved = second.model_copy(update={"visitor_pass": a_pass()})
    await park.hear(VisitRescheduled(visit=moved), sequence=2)
    await park.walk("lobby in")
    assert await visits_told_of(park) == [str(second.visit_id)]


async def test_a_pass_of_a_series_lets_one_in_on_one_day(park: Park) -> None:
    await expect_a_visitor_of_days(park, 0, 1)
    answers = await asyncio.gather(*(park.read_qr("lobby in") for _ in range(6)))
    assert sorted(answer["outcome"] for answer in answers) == ["denied"] * 5 + ["granted"]


async def test_who_was_not_seen_leaving_yesterday_comes_in_today(park: Park) -> None:
    first, second = await expect_a_visitor_of_days(park, 0, 1)
    await park.walk("lobby in")
    here = first.model_copy(update={"status": VisitStatus.ARRIVED})
    await park.hear(VisitorArrived(visit=here), sequence=2)
    park.pass_time(days=1)
    await park.walk("lobby in")
    assert (await visits_told_of(park))[-1] == str(second.visit_id)
    assert (await park.read_qr("lobby in"))["reason"] == "pass_already_inside"


async def test_who_stays_beyond_the_time_leaves_as_the_visitor_of_that_day(park: Park) -> None:
    first, _ = await expect_a_visitor_of_days(park, 0, 1)
    await park.walk("lobby in")
    here = first.model_copy(update={"status": VisitStatus.CHECKED_IN})
    await park.hear(VisitorCheckedIn(visit=here), sequence=2)
    park.pass_time(hours=5)
    await park.walk("lobby out")
    assert await visits_told_of(park) == [str(first.visit_id)] * 2
