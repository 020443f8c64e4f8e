"""What doors say of a visit: coming, being admitted, going; late and in any order."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from shared.events.access import Boundary
from tests.visitors.park import AMAL, NINE, Park

IN, OUT, INSIDE = Boundary.ENTERED_PARK, Boundary.LEFT_PARK, Boundary.INSIDE


def after(minutes: int) -> Any:
    return NINE + timedelta(minutes=minutes)


async def test_the_lobby_door_checks_in_and_the_host_is_told(park: Park) -> None:
    visit = await park.a_visit()
    await park.pass_door(visit, IN, at=NINE)
    shown = await park.shown(visit)
    assert (shown["status"], shown["how"]) == ("checked_in", "door")
    assert shown["checked_in_at"] == "2027-03-01T09:00:00Z"
    assert await park.announced(visit) == ["expected", "arrived", "checked_in"]
    assert await park.notices(visit) == [("invitation", "queued"), ("host_told", "queued")]


async def test_where_the_desk_comes_first_the_door_only_says_arrived(park: Park) -> None:
    await set_policy(park, admits="desk_first")
    visit = await park.a_visit()
    await park.pass_door(visit, IN, at=NINE)
    assert (await park.shown(visit))["status"] == "arrived"
    assert (await park.do(visit, "check-in")).json()["how"] == "desk"


async def test_leaving_the_park_checks_out_and_ends_the_pass(park: Park) -> None:
    visit = await park.a_visit()
    await park.pass_door(visit, IN, at=NINE)
    await park.pass_door(visit, INSIDE, at=after(5))
    await park.pass_door(visit, OUT, at=after(50))
    facts = await park.last_facts(visit)
    assert (facts["status"], facts["how"], facts["visitor_pass"]) == ("checked_out", "door", None)


async def test_passages_heard_backwards_end_the_same(park: Park) -> None:
    visit = await park.a_visit()
    events = [
        park.a_passage(visit, boundary, at=at)
        for boundary, at in ((OUT, after(50)), (INSIDE, after(5)), (IN, NINE))
    ]
    for event in events:
        await park.hear(event)
    assert (await park.shown(visit))["status"] == "checked_out"
    assert await park.announced(visit) == ["expected", "arrived", "checked_in", "checked_out"]


async def test_a_passage_heard_twice_counts_once(park: Park) -> None:
    visit = await park.a_visit()
    event = await park.pass_door(visit, IN, at=NINE)
    await park.hear(event)
    assert await park.announced(visit) == ["expected", "arrived", "checked_in"]
    assert len(await park.query("SELECT 1 FROM visit_passages")) == 1


async def test_a_late_passage_is_evidence_and_never_a_step_backwards(park: Park) -> None:
    visit = await park.a_visit()
    park.now = after(10)
    await park.do(visit, "check-in")
    await park.pass_door(visit, IN, at=NINE)
    await park.pass_door(visit, OUT, at=after(5))
    assert (await park.shown(visit))["status"] == "checked_in"
    await park.do(visit, "check-out")
    await park.pass_door(visit, INSIDE, at=after(8))
    assert (await park.shown(visit))["status"] == "checked_out"
    assert len(await park.query("SELECT 1 FROM visit_passages")) == 3


async def test_a_passage_on_a_cancelled_visit_is_evidence_only(park: Park) -> None:
    visit = await park.a_visit()
    await park.do(visit, "cancel", by=AMAL)
    await park.pass_door(visit, IN, at=NINE)
    assert (await park.shown(visit))["status"] == "cancelled"
    assert await park.announced(visit) == ["expected", "cancelled"]


async def test_every_step_is_a_row_of_who_when_and_how(park: Park) -> None:
    visit = await park.a_visit()
    await park.pass_door(visit, IN, at=NINE)
    park.now = after(50)
    await park.do(visit, "check-out")
    rows = await park.query(
        "SELECT step, from_status, to_status, how, person_id IS NOT NULL AS by_person, "
        "passage_id IS NOT NULL AS by_door FROM visit_steps ORDER BY id"
    )
    assert [tuple(row) for row in rows] == [
        ("expect", None, "expected", "host", True, False),
        ("arrive", "expected", "arrived", "door", False, True),
        ("check_in", "arrived", "checked_in", "door", False, True),
        ("check_out", "checked_in", "checked_out", "desk", True, False),
    ]


async def set_policy(park: Park, **changes: Any) -> None:
    body = {"admits": "door", "lead_minutes": 30, "grace_minutes": 30} | changes
    answer = await park.http.put(
        f"/v1/tenants/{park.tenant_id}/visit-policy",
        json=body,
        headers=park.as_("admin@acme.example", "tenant_admin"),
    )
    assert answer.status_code == 200, answer.text


async def test_of_who_goes_through_many_doors_a_passage_heard_twice_counts_once(park: Park) -> None:
    visit = await park.a_visit()
    await park.pass_door(visit, IN, at=NINE)
    async with park.ground.database.transaction() as session:
        many = """
            INSERT INTO visit_passages
            SELECT gen_random_uuid(), visit_id, access_point_id, from_zone_id, to_zone_id, 'inside',
                evidence, occurred_at, recorded_at
            FROM visit_passages, generate_series(1, 1000)
        """
        await session.execute(text(many))
    await park.hear(await park.pass_door(visit, INSIDE, at=after(5)))
    await park.pass_door(visit, OUT, at=after(50))
    assert (await park.shown(visit))["status"] == "checked_out"


async def test_a_door_whose_clock_is_fast_keeps_nobody_in(park: Park) -> None:
    visit = await park.a_visit()
    next_year = NINE + timedelta(days=365)
    await park.hear(park.a_passage(visit, IN, at=next_year, recorded_at=NINE))
    await park.pass_door(visit, OUT, at=after(50))
    shown = await park.shown(visit)
    assert (shown["status"], shown["checked_in_at"]) == ("checked_out", "2027-03-01T09:00:00Z")
