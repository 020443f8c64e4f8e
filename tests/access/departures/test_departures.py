"""Somebody leaves: dead at once for doors and tokens, and everybody's answer is shown."""

import asyncio
from typing import Any

from services.access.departures.commands import TENANT_LEAVING
from services.access.inbox import timers
from shared.events.booking import BookingPersonLeft, BookingsOfLeaver
from shared.events.visits import VisitExpected, VisitPersonLeft, VisitsOfLeaver
from shared.leaving import AT_ONCE
from tests.access.builders import a_visit
from tests.access.park import (
    ALICE,
    ATLAS_ADMIN,
    BAHIA_ADMIN,
    BASMA,
    OPERATOR,
    SECURITY,
    Json,
    Park,
    Somebody,
)

CARD = 4711
AUDITOR = Somebody(SECURITY.email, ("auditor",))
FACILITY = Somebody(SECURITY.email, ("facility_manager",))


def leave(park: Park) -> str:
    return f"/people/{park.ids[ALICE.email]}/delist"


def departure(park: Park) -> str:
    return f"/people/{park.ids[ALICE.email]}/departure"


async def go_on(park: Park, tenant: str) -> None:
    """The timer goes off for as long as it is set."""
    reaction = timers.reaction_to(TENANT_LEAVING)
    assert reaction is not None
    key = park.ids[tenant]
    while await park.rows("DELETE FROM timers WHERE key = $1 RETURNING key", key):
        async with park.ground.database.transaction() as session:
            await reaction(key, session, park.now)


def said(shown: Json) -> dict[str, Any]:
    return {each["service"]: each["counts"] for each in shown["answers"]}


def of_booking(park: Park, cancelled: int) -> BookingPersonLeft:
    facts = BookingsOfLeaver(
        person_id=park.id(ALICE.email),
        tenant_id=park.id("atlas"),
        successor_id=None,
        bookings_cancelled=cancelled,
        bookings_handed_over=0,
        participations_removed=1,
    )
    return BookingPersonLeft(leaver=facts)


async def test_the_commit_that_delists_ends_badge_and_token_for_the_very_next_request(
    park: Park,
) -> None:
    await park.let_in(ALICE, "suite a")
    await park.give_badge(ALICE, CARD)
    assert (await park.get(ALICE, "/me")).status_code == 200
    assert (await park.read_badge("door a in", CARD))["outcome"] == "granted"
    assert (await park.post(ATLAS_ADMIN, leave(park))).status_code == 204
    decision = await park.read_badge("door a in", CARD)
    assert (decision["outcome"], decision["reason"]) == ("denied", "holder_delisted")
    assert (await park.get(ALICE, "/me")).status_code == 401


async def test_a_departure_shows_who_has_answered_and_who_has_not(park: Park) -> None:
    await park.let_in(ALICE, "suite a")
    await park.give_badge(ALICE, CARD)
    await park.get(ALICE, "/me")
    await park.post(ATLAS_ADMIN, leave(park), {"successor_id": park.ids[ATLAS_ADMIN.email]})
    shown = (await park.get(SECURITY, departure(park))).json()
    assert said(shown) == {
        "access": {"badges": 1, "rights": 1, "accounts": 1},
        "visitors": None,
        "booking": None,
    }
    assert shown["successor_id"] == park.ids[ATLAS_ADMIN.email]
    assert (shown["reason"], shown["is_complete"]) == ("left", False)
    await park.hear(of_booking(park, 3))
    facts = VisitsOfLeaver(
        person_id=park.id(ALICE.email),
        tenant_id=park.id("atlas"),
        successor_id=None,
        visits_handed_over=0,
        visits_to_desk=2,
    )
    await park.hear(VisitPersonLeft(leaver=facts))
    complete = (await park.get(SECURITY, departure(park))).json()
    assert complete["is_complete"]
    answered = [each["answered_at"] is not None for each in complete["answers"]]
    assert answered == [True, True, True]


async def test_an_answer_counts_once_and_no_older_one_replaces_it(park: Park) -> None:
    await park.post(ATLAS_ADMIN, leave(park))
    await park.hear(of_booking(park, 3), sequence=2)
    await park.hear(of_booking(park, 1), sequence=1)
    await park.hear(of_booking(park, 0), sequence=2)
    shown = (await park.get(OPERATOR, departure(park))).json()
    assert said(shown)["booking"]["bookings_cancelled"] == 3
    assert said(shown)["visitors"] is None


async def test_who_may_see_a_departure(park: Park) -> None:
    for who in (OPERATOR, ATLAS_ADMIN):
        early = await park.get(who, departure(park))
        assert (early.status_code, early.json()["code"]) == (404, "has_not_left")
    await park.post(ATLAS_ADMIN, leave(park))
    for who in (OPERATOR, SECURITY, AUDITOR, ATLAS_ADMIN):
        assert (await park.get(who, departure(park))).status_code == 200
    colleague = Somebody(ATLAS_ADMIN.email)
    for who in (FACILITY, BAHIA_ADMIN, BASMA, colleague):
        hidden = await park.get(who, departure(park))
        assert (hidden.status_code, hidden.json()["code"]) == (404, "no_such_person")


async def test_of_many_who_delist_at_once_one_does(park: Park) -> None:
    many = [park.post(ATLAS_ADMIN, leave(park)) for _ in range(6)]
    codes = sorted(answer.status_code for answer in await asyncio.gather(*many))
    assert codes == [204, 409, 409, 409, 409, 409]
    assert len(await park.announced("directory.person_delisted.v1")) == 1
    acts = (await park.get(OPERATOR, "/journal", reason="person_delisted")).json()["items"]
    assert [act["author_id"] for act in acts] == [park.ids[ATLAS_ADMIN.email]]


async def test_a_company_leaves_and_its_people_are_refused_before_they_are_delisted(
    park: Park,
) -> None:
    await park.let_in(ALICE, "suite a")
    await park.give_badge(ALICE, CARD)
    visit = a_visit(tenant_id=park.id("atlas"), zone_ids=(park.id("suite a"),))
    await park.hear(VisitExpected(visit=visit))
    assert (await park.read_badge("door a in", CARD))["outcome"] == "granted"
    assert (await park.read_qr("lobby in"))["outcome"] == "granted"
    await park.forget_announcements()
    path = f"/tenants/{park.ids['atlas']}/delist"
    assert (await park.post(OPERATOR, path)).status_code == 204
    assert (await park.read_badge("door a in", CARD))["reason"] == "holder_delisted"
    park.pass_time(minutes=1)
    assert (await park.read_qr("lobby in"))["outcome"] == "denied"
    assert (await park.get(ALICE, "/me")).status_code == 401
    (told,) = await park.announced("directory.tenant_delisted.v1")
    assert (told["tenant"]["is_listed"], told["tenant"]["zone_ids"]) == (False, [])
    assert await park.announced("directory.person_delisted.v1") == []
    await go_on(park, "atlas")
    left = await park.announced("directory.person_delisted.v1")
    assert {each["person"]["email"] for each in left} == {ALICE.email, ATLAS_ADMIN.email}
    own = said((await park.get(SECURITY, departure(park))).json())["access"]
    assert own == {"badges": 1, "rights": 1, "accounts": 0}


async def test_the_zones_of_a_company_that_has_left_are_the_landlords_and_never_shared(
    park: Park,
) -> None:
    await park.forget_announcements()
    await park.post(OPERATOR, f"/tenants/{park.ids['atlas']}/delist")
    (zone,) = [each["zone"] for each in await park.announced("premises.zone_listed.v1")]
    assert (zone["zone_id"], zone["tenant_id"]) == (park.ids["suite a"], park.ids["landlord"])
    visit = a_visit(tenant_id=park.id("bahia"), zone_ids=(park.id("suite a"),))
    await park.hear(VisitExpected(visit=visit))
    assert (await park.read_qr("door a in"))["outcome"] == "denied"


async def test_many_people_of_a_company_leave_by_steps(park: Park) -> None:
    park.ground.database.info[AT_ONCE] = 2
    for number in range(3):
        await park.list_person(Somebody(f"p{number}@atlas.example"))
    await park.post(OPERATOR, f"/tenants/{park.ids['atlas']}/delist")
    await go_on(park, "atlas")
    left = await park.announced("directory.person_delisted.v1")
    assert len({each["person"]["person_id"] for each in left}) == len(left) == 5


async def test_only_operators_delist_a_company_and_never_the_landlord(park: Park) -> None:
    path = f"/tenants/{park.ids['atlas']}/delist"
    assert (await park.post(ATLAS_ADMIN, path)).status_code == 403
    assert (await park.post(SECURITY, path)).status_code == 403
    assert (await park.post(BAHIA_ADMIN, path)).status_code == 404
    landlord = await park.post(OPERATOR, f"/tenants/{park.ids['landlord']}/delist")
    assert (landlord.status_code, landlord.json()["code"]) == (409, "landlord_stays")
    codes = await asyncio.gather(*(park.post(OPERATOR, path) for _ in range(3)))
    assert sorted(answer.status_code for answer in codes) == [204, 409, 409]


async def test_nobody_is_listed_for_a_company_that_has_left(park: Park) -> None:
    await park.post(OPERATOR, f"/tenants/{park.ids['atlas']}/delist")
    body = {
        "tenant_id": park.ids["atlas"],
        "given_name": "New",
        "family_name": "Comer",
        "email": "new@atlas.example",
    }
    refused = await park.post(OPERATOR, "/people", body)
    assert (refused.status_code, refused.json()["code"]) == (404, "no_such_tenant")
