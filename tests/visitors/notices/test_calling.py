"""A host is told that the visitor is here; where nobody reacts, the co-hosts, and then the desk."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.visitors.notices.commands import ask_for_word
from services.visitors.visitors.domain import Visitor
from services.visitors.visits import commands
from services.visitors.visits.domain import ApprovalBy, Visit
from shared.events.access import Boundary
from shared.mail import SmtpMailer
from tests.visitors.answers.test_answers import get, links_to, post
from tests.visitors.notices.mail_server import a_server
from tests.visitors.notices.test_delivery import delivery
from tests.visitors.park import (
    ADMIN,
    AMAL,
    BADR,
    DESK,
    DRISS,
    NINE,
    OTHER_DESK,
    Park,
    heard,
    work,
)

TOLD = ("host_told", "queued")
CO_HOST, THE_DESK = ("co_host_told", "queued"), ("desk_told", "queued")
ADDRESS = "reception@acme.example"


async def told(park: Park, visit: dict[str, Any]) -> list[tuple[str, str]]:
    """What was told beside the invitation."""
    return [each for each in await park.notices(visit) if each[0] != "invitation"]


async def a_visitor_who_is_here(park: Park, **wish: Any) -> dict[str, Any]:
    visit = await park.a_visit(**wish)
    park.now = NINE
    answer = await park.do(visit, "check-in")
    assert answer.status_code == 200, answer.text
    return visit


async def by_desk_first(park: Park) -> None:
    body = {"admits": "desk_first", "lead_minutes": 30, "grace_minutes": 30}
    path = f"/v1/tenants/{park.tenant_id}/visit-policy"
    headers = park.as_(ADMIN, "tenant_admin")
    assert (await park.http.put(path, json=body, headers=headers)).status_code == 200


async def test_who_is_not_met_is_told_to_the_co_hosts_and_then_to_the_desk(park: Park) -> None:
    visit = await a_visitor_who_is_here(park, co_host_ids=[str(park.person_id(BADR))])
    await park.let_time_pass(minutes=4, seconds=59)
    assert await told(park, visit) == [TOLD]
    await park.let_time_pass(seconds=1)
    assert await told(park, visit) == [TOLD, CO_HOST]
    await park.let_time_pass(minutes=5)
    assert await told(park, visit) == [TOLD, CO_HOST, THE_DESK]
    await park.let_time_pass(hours=1)
    assert await told(park, visit) == [TOLD, CO_HOST, THE_DESK]
    await park.send_notices()
    assert {str(mail["To"]) for mail in park.mails()} >= {
        f"Amal Test <{AMAL}>",
        f"Badr Test <{BADR}>",
        f"Atlas Conseil <{ADDRESS}>",
    }


async def test_each_notice_says_because_of_what_in_three_languages(park: Park) -> None:
    visit = await a_visitor_who_is_here(park, co_host_ids=[str(park.person_id(BADR))])
    for _ in range(2):
        await park.let_time_pass(minutes=5)
    path, found = f"/v1/visits/{visit['visit_id']}/notices", {}
    for language in ("en", "fr", "ar"):
        headers = park.as_(DESK) | {"accept-language": language}
        items = (await park.http.get(path, headers=headers)).json()["items"]
        found[language] = [item["because"] for item in items if item["because"]]
    assert found["en"] == [
        "The host did not react within 5 minutes.",
        "None of the hosts reacted within 10 minutes.",
    ]
    assert "5 minutes" in found["fr"][0]
    assert "المضيف" in found["ar"][0]


async def test_without_co_hosts_or_where_they_have_left_the_desk_is_told_at_once(
    park: Park,
) -> None:
    alone = await a_visitor_who_is_here(park)
    left = await a_visitor_who_is_here(park, co_host_ids=[str(park.person_id(BADR))])
    await park.delist(BADR)
    await park.let_time_pass(minutes=5)
    assert await told(park, alone) == [TOLD, THE_DESK]
    assert await told(park, left) == [TOLD, THE_DESK]


async def test_how_long_a_host_may_be_silent_is_the_tenants_policy(park: Park) -> None:
    body = {
        "admits": "door",
        "lead_minutes": 30,
        "grace_minutes": 30,
        "escalate_after_minutes": 2,
    }
    path = f"/v1/tenants/{park.tenant_id}/visit-policy"
    set_to = await park.http.put(path, json=body, headers=park.as_(ADMIN, "tenant_admin"))
    assert set_to.json()["escalate_after_minutes"] == 2
    visit = await a_visitor_who_is_here(park)
    await park.let_time_pass(minutes=2)
    assert await told(park, visit) == [TOLD, THE_DESK]


@pytest.mark.parametrize("by", [AMAL, BADR, DESK])
async def test_who_says_that_they_come_ends_the_call(park: Park, by: str) -> None:
    visit = await a_visitor_who_is_here(park, co_host_ids=[str(park.person_id(BADR))])
    answer = await park.do(visit, "acknowledge", by=by)
    assert answer.status_code == 200, answer.text
    assert answer.json()["host_coming_by"] == str(park.person_id(by))
    again = await park.do(visit, "acknowledge", by=AMAL)
    assert again.json()["version"] == answer.json()["version"]
    await park.let_time_pass(hours=1)
    assert await told(park, visit) == [TOLD]
    board = (await park.http.get("/v1/desk/board", headers=park.as_(DESK))).json()
    assert board["items"][0]["host_coming_at"] is not None


async def test_the_link_of_the_mail_ends_the_call(park: Park) -> None:
    visit = await a_visitor_who_is_here(park, co_host_ids=[str(park.person_id(BADR))])
    (link,) = await links_to(park, AMAL)
    await park.let_time_pass(minutes=5)
    (other,) = await links_to(park, BADR)
    assert "J'arrive".replace("'", "&#x27;") in (await get(park, link)).text
    assert (await park.shown(visit))["host_coming_at"] is None
    assert (await post(park, other)).status_code == 200
    shown = await park.shown(visit)
    assert shown["host_coming_by"] == str(park.person_id(BADR))
    assert (await post(park, link)).status_code == 200
    assert (await park.shown(visit))["version"] == shown["version"]
    await park.let_time_pass(minutes=5)
    assert await told(park, visit) == [("host_told", "sent"), ("co_host_told", "sent")]


async def test_the_link_is_worth_nothing_once_the_visitor_has_gone(park: Park) -> None:
    visit = await a_visitor_who_is_here(park)
    (link,) = await links_to(park, AMAL)
    await park.do(visit, "check-out")
    assert (await post(park, link)).status_code == 404
    refused = await park.do(visit, "acknowledge", by=AMAL)
    assert (refused.status_code, refused.json()["code"]) == (409, "nobody_to_meet")


async def test_nobody_else_says_that_they_come(park: Park) -> None:
    visit = await a_visitor_who_is_here(park)
    for stranger in (DRISS, OTHER_DESK, BADR):
        assert (await park.do(visit, "acknowledge", by=stranger)).status_code == 404


@pytest.mark.parametrize("step", ["check-out", "undo-check-in", "start-break"])
async def test_a_visit_that_goes_on_calls_nobody_further(park: Park, step: str) -> None:
    visit = await a_visitor_who_is_here(park)
    assert (await park.do(visit, step)).status_code == 200
    await park.let_time_pass(minutes=5)
    assert await told(park, visit) == [TOLD]
    assert await park.query("SELECT * FROM timers") == []


async def test_where_the_desk_is_to_admit_the_host_is_told_of_the_arrival_too(park: Park) -> None:
    await by_desk_first(park)
    visit = await park.a_visit()
    park.now = NINE
    await park.pass_door(visit, Boundary.ENTERED_PARK, at=NINE)
    assert await told(park, visit) == [("visitor_arrived", "queued")]
    await park.let_time_pass(minutes=3)
    await park.do(visit, "check-in")
    await park.let_time_pass(minutes=3)
    assert await told(park, visit) == [("visitor_arrived", "queued"), TOLD]
    await park.let_time_pass(minutes=2)
    assert (await told(park, visit))[-1] == THE_DESK


async def test_a_door_that_admits_tells_of_the_check_in_alone(park: Park) -> None:
    visit = await park.a_visit()
    park.now = NINE
    await park.pass_door(visit, Boundary.ENTERED_PARK, at=NINE)
    assert await told(park, visit) == [TOLD]


async def test_replays_and_late_news_tell_nobody(park: Park) -> None:
    late, replayed = await park.a_visit(), await park.a_visit()
    park.now = NINE + timedelta(minutes=31)
    event = park.a_passage(late, Boundary.ENTERED_PARK, at=NINE, recorded_at=park.now)
    await park.hear(event)
    passage = park.a_passage(replayed, Boundary.ENTERED_PARK, at=park.now)
    await park.hear(heard(type(passage)(passage=passage.passage), replay=True))
    for visit in (late, replayed):
        assert (await park.shown(visit))["status"] == "checked_in"
        assert await told(park, visit) == []
    assert await park.query("SELECT * FROM timers") == []


async def test_a_worker_that_was_away_for_hours_calls_nobody_afterwards(park: Park) -> None:
    visit = await a_visitor_who_is_here(park)
    await park.let_time_pass(hours=3)
    assert await told(park, visit) == [TOLD]


async def test_a_new_host_is_told_of_who_waits_for_them(park: Park) -> None:
    visit = await a_visitor_who_is_here(park)
    await park.let_time_pass(minutes=4)
    await park.do(visit, "host", host_id=str(park.person_id(BADR)))
    await park.let_time_pass(minutes=4)
    assert await told(park, visit) == [TOLD, TOLD]
    for _ in range(2):
        await park.send_notices()
    assert park.mails(to=BADR)


async def test_the_desk_does_not_wait_for_a_mail_that_the_host_cannot_get(park: Park) -> None:
    visit = await a_visitor_who_is_here(park)
    gone = SmtpMailer("smtp://127.0.0.1:1", timeout=1)
    await work(delivery(park, gone))
    await park.let_time_pass(minutes=5)
    await park.query(
        "UPDATE notices SET next_at = :at WHERE kind <> 'desk_told' RETURNING id",
        at=park.now + timedelta(hours=1),
    )
    async with a_server() as (server, smtp):
        await work(delivery(park, smtp))
    assert [ADDRESS.encode() in mail for mail in server.taken] == [True]
    assert await told(park, visit) == [TOLD, ("desk_told", "sent")]


@pytest.mark.parametrize(("by", "address"), [(ApprovalBy.HOST, AMAL), (ApprovalBy.TENANT, ADDRESS)])
async def test_whose_word_is_needed_is_asked_for_it(
    park: Park, by: ApprovalBy, address: str
) -> None:
    made = await park.a_visit()
    async with park.ground.database.transaction() as session:
        visit = await session.get_one(Visit, UUID(made["visit_id"]))
        visitor = await session.get_one(Visitor, visit.visitor_id)
        visit.approval_by = by
        await ask_for_word(session, commands.particulars(visit, visitor), at=park.now)
    await park.send_notices()
    (mail,) = park.mails(to=address)
    assert mail["Subject"] == "Camille Durand peut-il entrer ?"
