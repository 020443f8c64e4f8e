"""A proposed change, held against real reads before anybody makes it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shared.events.booking import BookingCancelled, BookingConfirmed, BookingStatus
from tests.access.builders import a_booking
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
from tests.access.rights.asking import cap, form, grant, holding

FACILITY_MANAGER = Somebody("facility@landlord.example", ("facility_manager",))
BADGES = {ALICE.email: 1, BASMA.email: 2}


@pytest.fixture
async def busy(park: Park) -> Park:
    """Alice and Basma have badges."""
    for who in (ALICE, BASMA):
        await park.give_badge(who, BADGES[who.email])
    return park


async def read(park: Park, who: Somebody, point: str, *, times: int = 1) -> None:
    for _ in range(times):
        park.pass_time(minutes=1)
        await park.read_badge(point, BADGES[who.email])


async def replay(park: Park, by: Somebody, change: Json, **more: Any) -> Json:
    park.pass_time(seconds=1)
    answer = await park.post(by, "/replays", {"change": change, **more})
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def a_grant(park: Park, holder: Json, zone: str, **more: Any) -> Json:
    right = {"holder": holder, "zone_id": park.ids[zone], **more}
    return {"kind": "grant_right", "right": right}


def an_end(right: Json) -> Json:
    return {"kind": "end_right", "right_id": right["right_id"]}


def told(found: Json, effect: str) -> dict[tuple[str, str], int]:
    """Reads by person and access point."""
    return {
        (each["person_id"], each["access_point_id"]): each["reads"]
        for each in found["items"]
        if each["effect"] == effect
    }


async def test_the_end_of_a_right_locks_out_who_passed_by_it_alone(busy: Park) -> None:
    tenants = await grant(busy, OPERATOR, holding(busy, "tenant", "atlas"), zone="building")
    await read(busy, ALICE, "lobby in", times=2)
    await read(busy, BASMA, "lobby in")
    found = await replay(busy, OPERATOR, an_end(tenants))
    alice = (busy.ids[ALICE.email], busy.ids["lobby in"])
    assert told(found, "locked_out") == {alice: 2}
    assert (found["locked_out"], found["let_in"]) == (
        {"people": 1, "reads": 2},
        {"people": 0, "reads": 0},
    )
    (seen,) = found["items"]
    assert (seen["first_at"], seen["last_at"]) == ("2026-11-23T09:01:00Z", "2026-11-23T09:02:00Z")
    await grant(busy, OPERATOR, holding(busy, "person", ALICE.email), zone="building")
    assert (await replay(busy, OPERATOR, an_end(tenants)))["items"] == []


async def test_a_grant_lets_in_who_was_denied(busy: Park) -> None:
    await read(busy, ALICE, "lobby in")
    await read(busy, BASMA, "lobby in", times=3)
    change = a_grant(busy, holding(busy, "tenant", "bahia"), "building")
    found = await replay(busy, SECURITY, change)
    assert told(found, "let_in") == {(busy.ids[BASMA.email], busy.ids["lobby in"]): 3}
    assert found["judged"] == 3
    later = {"valid_from": (busy.now - timedelta(minutes=1, seconds=1)).isoformat()}
    change = a_grant(busy, holding(busy, "tenant", "bahia"), "building", **later)
    assert (await replay(busy, SECURITY, change))["let_in"] == {"people": 1, "reads": 2}


async def test_a_ceiling_lets_in_whom_the_tenant_granted_and_its_end_locks_them_out(
    busy: Park,
) -> None:
    await grant(busy, ATLAS_ADMIN, holding(busy, "person", ALICE.email), zone="building")
    await read(busy, ALICE, "lobby in", times=2)
    ceiling = {"zone_id": busy.ids["building"], "tenant_id": busy.ids["atlas"]}
    found = await replay(busy, OPERATOR, {"kind": "set_ceiling", "ceiling": ceiling})
    assert found["let_in"] == {"people": 1, "reads": 2}
    made = await cap(busy, "atlas", "building")
    lift = {"kind": "end_ceiling", "ceiling_id": made["ceiling_id"]}
    found = await replay(busy, OPERATOR, lift)
    assert found["locked_out"] == {"people": 1, "reads": 2}


async def test_who_leaves_a_group_is_locked_out_where_only_it_let_them_in(busy: Park) -> None:
    await form(busy, OPERATOR, "wardens", ALICE, BASMA)
    for zone in ("building", "floor"):
        await grant(busy, OPERATOR, holding(busy, "group", "wardens"), zone=zone)
    await grant(busy, OPERATOR, holding(busy, "person", ALICE.email), zone="building")
    for who in (ALICE, BASMA):
        await read(busy, who, "lobby in")
        await read(busy, who, "stairs in")
    change = {
        "kind": "remove_member",
        "group_id": busy.ids["wardens"],
        "person_id": busy.ids[ALICE.email],
    }
    found = await replay(busy, OPERATOR, change)
    assert told(found, "locked_out") == {(busy.ids[ALICE.email], busy.ids["stairs in"]): 1}
    stranger = {**change, "person_id": busy.ids[SECURITY.email]}
    refused = await busy.post(OPERATOR, "/replays", {"change": stranger})
    assert (refused.status_code, refused.json()["code"]) == (404, "no_such_member")


async def test_whom_a_booking_let_in_then_is_not_newly_let_in(busy: Park) -> None:
    booking = a_booking(
        zone_id=busy.id("room"),
        organiser_id=busy.id(ALICE.email),
        starts_at=busy.now - timedelta(minutes=5),
        ends_at=busy.now + timedelta(hours=1),
    )
    await busy.hear(BookingConfirmed(booking=booking))
    await read(busy, ALICE, "room door in", times=2)
    busy.pass_time(minutes=1)
    over = booking.model_copy(update={"status": BookingStatus.CANCELLED})
    await busy.hear(BookingCancelled(booking=over))
    await read(busy, ALICE, "room door in")
    change = a_grant(busy, holding(busy, "person", ALICE.email), "room")
    assert (await replay(busy, OPERATOR, change))["let_in"] == {"people": 1, "reads": 1}


async def test_only_reads_of_the_last_days_count_and_only_those_that_rights_decided(
    busy: Park,
) -> None:
    await read(busy, ALICE, "lobby in")
    busy.pass_time(days=2)
    await read(busy, ALICE, "lobby in")
    await read(busy, ALICE, "lobby out")
    change = a_grant(busy, holding(busy, "person", ALICE.email), "building")
    assert (await replay(busy, OPERATOR, change, days=1))["judged"] == 1
    assert (await replay(busy, OPERATOR, change, days=30))["judged"] == 2
    for days in (0, 31):
        asked = await busy.post(OPERATOR, "/replays", {"change": change, "days": days})
        assert asked.status_code == 422


async def test_reads_that_were_erased_are_counted_and_not_judged(busy: Park) -> None:
    await read(busy, ALICE, "lobby in", times=3)
    await busy.rows(
        "DELETE FROM journal_particulars WHERE entry_id ="
        " (SELECT entry_id FROM journal_entries WHERE kind = 'decision' LIMIT 1)"
    )
    change = a_grant(busy, holding(busy, "person", ALICE.email), "building")
    found = await replay(busy, OPERATOR, change)
    assert (found["judged"], found["erased"]) == (2, 1)


async def test_a_tenants_admin_replays_their_own_rights_over_their_own_people(busy: Park) -> None:
    await read(busy, ALICE, "door a in")
    await read(busy, BASMA, "door a in")
    own = a_grant(busy, holding(busy, "person", ALICE.email), "suite a")
    found = await replay(busy, ATLAS_ADMIN, own)
    assert (found["judged"], found["erased"]) == (1, None)
    await form(busy, OPERATOR, "wardens", ALICE, BASMA)
    given = await grant(busy, OPERATOR, holding(busy, "group", "wardens"), zone="suite a")
    lifted = await cap(busy, "atlas", "building")
    not_theirs: list[tuple[Json, int]] = [
        (a_grant(busy, holding(busy, "person", BASMA.email), "suite a"), 404),
        (a_grant(busy, holding(busy, "person", ALICE.email), "suite b"), 404),
        (an_end(given), 404),
        ({"kind": "end_ceiling", "ceiling_id": lifted["ceiling_id"]}, 403),
        ({"kind": "set_ceiling", "ceiling": {k: lifted[k] for k in ("zone_id", "tenant_id")}}, 403),
        (
            {
                "kind": "remove_member",
                "group_id": busy.ids["wardens"],
                "person_id": busy.ids[ALICE.email],
            },
            404,
        ),
    ]
    for change, status in not_theirs:
        answer = await busy.post(ATLAS_ADMIN, "/replays", {"change": change})
        assert answer.status_code == status, change
    assert (await busy.post(BAHIA_ADMIN, "/replays", {"change": own})).status_code == 404
    assert (await busy.post(ALICE, "/replays", {"change": own})).status_code == 403


async def test_a_tenants_admin_sees_none_of_others_in_a_right_that_theirs_share(
    busy: Park,
) -> None:
    """A right of the whole tenant is theirs; whoever else reads there stays out of the counts."""
    given = await grant(busy, ATLAS_ADMIN, holding(busy, "tenant", "atlas"), zone="building")
    await cap(busy, "atlas", "building")
    for who in (ALICE, BASMA):
        await read(busy, who, "lobby in")
    found = await replay(busy, ATLAS_ADMIN, an_end(given))
    assert found["judged"] == 1
    assert {each["person_id"] for each in found["items"]} == {busy.ids[ALICE.email]}


async def test_an_admin_of_the_landlord_sees_no_tenants_reads(busy: Park) -> None:
    landlords_admin = Somebody("admin@landlord.example", ("tenant_admin",))
    await busy.list_person(landlords_admin)
    given = await grant(busy, OPERATOR, holding(busy, "tenant", "bahia"), zone="building")
    await read(busy, BASMA, "lobby in")
    found = await replay(busy, landlords_admin, an_end(given))
    assert (found["judged"], found["items"], found["erased"]) == (0, [], None)


async def test_facility_managers_see_how_many_but_not_who(busy: Park) -> None:
    await busy.list_person(FACILITY_MANAGER)
    await read(busy, ALICE, "lobby in")
    change = a_grant(busy, holding(busy, "tenant", "atlas"), "building")
    found = await replay(busy, FACILITY_MANAGER, change)
    assert (found["let_in"], found["items"]) == ({"people": 1, "reads": 1}, [])


async def test_who_is_told_of_comes_page_by_page_over_the_same_window(busy: Park) -> None:
    for who in (ALICE, BASMA):
        await read(busy, who, "lobby in")
    await form(busy, OPERATOR, "wardens", ALICE, BASMA)
    change = a_grant(busy, holding(busy, "group", "wardens"), "building")
    busy.pass_time(seconds=1)
    headers = busy.headers(OPERATOR)
    url = "/v1/replays?limit=1"
    first = (await busy.http.post(url, headers=headers, json={"change": change})).json()
    await read(busy, ALICE, "lobby in")
    url = f"{url}&cursor={first['next']}"
    second = (await busy.http.post(url, headers=headers, json={"change": change})).json()
    people = {each["person_id"] for page in (first, second) for each in page["items"]}
    assert people == {busy.ids[ALICE.email], busy.ids[BASMA.email]}
    assert (second["next"], second["let_in"]) == (None, first["let_in"])
    other = await busy.http.post(url, headers=headers, json={"change": change, "days": 1})
    assert other.json()["code"] == "bad_cursor"


async def test_a_replay_changes_nothing_and_is_journalled(busy: Park) -> None:
    await read(busy, ALICE, "lobby in")
    await replay(busy, OPERATOR, a_grant(busy, holding(busy, "tenant", "atlas"), "building"))
    assert await busy.rows("SELECT 1 FROM rights") == []
    denied = await busy.read_badge("lobby in", BADGES[ALICE.email])
    assert denied["reason"] == "no_right"
    acts = await busy.rows("SELECT reason FROM journal_entries WHERE kind = 'act'")
    assert "change_replayed" in {row["reason"] for row in acts}
