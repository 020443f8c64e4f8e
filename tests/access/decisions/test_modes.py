"""Doors in each mode, schedules, ceilings, lockdowns and evacuations, as a read meets them."""

from datetime import timedelta

from shared.events.visits import VisitExpected
from tests.access.builders import a_visit
from tests.access.decisions.asking import explained, rule, said, turn
from tests.access.park import ALICE, ATLAS_ADMIN, BASMA, NINE, OPERATOR, SECURITY, Park
from tests.access.schedules.asking import OFFICE, add_group, add_schedule

NUMBER = 4711


async def with_a_right(park: Park) -> None:
    await park.give_badge(ALICE, NUMBER)
    await park.let_in(ALICE, "suite a")


async def test_a_locked_door_opens_for_nobody_but_lets_everybody_out(park: Park) -> None:
    await with_a_right(park)
    await turn(park, "door a", "locked")
    assert said(await park.read_badge("door a in", NUMBER)) == ("denied", "door_locked")
    assert said(await park.read_badge("door a out", NUMBER)) == ("granted", "way_out")


async def test_an_unlocked_door_says_what_would_have_objected(park: Park) -> None:
    await park.give_badge(ALICE, NUMBER)
    await turn(park, "door a", "unlocked")
    answer = await park.read_badge("door a in", NUMBER)
    assert (said(answer), answer["flags"]) == (("granted", "unlocked"), ["no_right"])
    assert said(await park.read_badge("door a in", 1)) == ("granted", "unlocked")
    await park.let_in(ALICE, "suite a")
    assert said(await park.read_badge("door a in", NUMBER)) == ("granted", "right")


async def test_a_door_unlocked_by_schedule_asks_for_badges_at_other_hours(park: Park) -> None:
    schedule_id = await add_schedule(park)
    await turn(park, "door a", "schedule", unlock_schedule_id=schedule_id)
    assert said(await park.read_badge("door a in", 1)) == ("granted", "unlocked")
    park.now = NINE.replace(hour=18)
    assert said(await park.read_badge("door a in", 1)) == ("denied", "unknown_credential")


async def test_the_first_badge_unlocks_until_the_hours_end(park: Park) -> None:
    await with_a_right(park)
    schedule_id = await add_schedule(park)
    await turn(park, "door a", "first_badge", unlock_schedule_id=schedule_id)
    assert said(await park.read_badge("door a in", 1)) == ("denied", "unknown_credential")
    assert said(await park.read_badge("door a in", NUMBER)) == ("granted", "right")
    assert said(await park.read_badge("door a in", 1)) == ("granted", "unlocked")
    park.now = NINE.replace(hour=18)
    assert said(await park.read_badge("door a in", 1)) == ("denied", "unknown_credential")
    park.now = NINE.replace(hour=8) + timedelta(days=1)
    assert said(await park.read_badge("door a in", 1)) == ("denied", "unknown_credential")


async def test_a_visitors_pass_is_no_first_badge(park: Park) -> None:
    schedule_id = await add_schedule(park)
    await turn(park, "door a", "first_badge", unlock_schedule_id=schedule_id)
    visit = a_visit(tenant_id=park.id("atlas"), zone_ids=(park.id("suite a"),))
    await park.hear(VisitExpected(visit=visit))
    assert said(await park.read_qr("door a in")) == ("granted", "right")
    assert said(await park.read_badge("door a in", 1)) == ("denied", "unknown_credential")


async def test_what_a_first_badge_unlocked_is_locked_where_the_door_is_turned(park: Park) -> None:
    await with_a_right(park)
    schedule_id = await add_schedule(park)
    await turn(park, "door a", "first_badge", unlock_schedule_id=schedule_id)
    await park.read_badge("door a in", NUMBER)
    await turn(park, "door a", "badge")
    await turn(park, "door a", "first_badge", unlock_schedule_id=schedule_id)
    assert said(await park.read_badge("door a in", 1)) == ("denied", "unknown_credential")


async def test_a_right_counts_at_the_hours_of_its_schedule(park: Park) -> None:
    await park.give_badge(ALICE, NUMBER)
    schedule_id = await add_schedule(park)
    await park.let_in(ALICE, "suite a", schedule_id=schedule_id)
    assert said(await park.read_badge("door a in", NUMBER)) == ("granted", "right")
    park.now = NINE.replace(hour=18)
    assert said(await park.read_badge("door a in", NUMBER)) == ("denied", "outside_schedule")
    park.now = NINE.replace(hour=17, minute=59)
    assert said(await park.read_badge("door a in", NUMBER)) == ("granted", "right")
    group_id = await add_group(park)
    day = {"group_id": group_id, "day": "2026-11-23", "names": {"fr": "F", "ar": "ع", "en": "H"}}
    made = await park.post(OPERATOR, "/special-days", day)
    assert made.status_code == 201, made.text
    assert said(await park.read_badge("door a in", NUMBER)) == ("denied", "outside_schedule")


async def test_a_schedule_in_use_cannot_be_delisted(park: Park) -> None:
    schedule_id = await add_schedule(park)
    right = await park.let_in(ALICE, "suite a", schedule_id=schedule_id)
    other_id = await add_schedule(park, "doors", weekly=OFFICE)
    await turn(park, "door a", "schedule", unlock_schedule_id=other_id)
    for each in (schedule_id, other_id):
        refused = await park.post(OPERATOR, f"/schedules/{each}/delist")
        assert (refused.status_code, refused.json()["code"]) == (409, "schedule_in_use")
    assert (await park.post(OPERATOR, f"/rights/{right['right_id']}/end")).status_code == 204
    assert (await park.post(OPERATOR, f"/schedules/{schedule_id}/delist")).status_code == 204


async def test_a_tenants_grant_on_a_shared_zone_counts_under_a_ceiling_alone(park: Park) -> None:
    await park.give_badge(ALICE, NUMBER)
    holder = {"kind": "person", "id": park.ids[ALICE.email]}
    grant = {"holder": holder, "zone_id": park.ids["floor"]}
    assert (await park.post(ATLAS_ADMIN, "/rights", grant)).status_code == 201
    assert said(await park.read_badge("stairs in", NUMBER)) == ("denied", "outside_ceiling")
    cap = {"zone_id": park.ids["floor"], "tenant_id": park.ids["atlas"]}
    made = await park.made("/ceilings", cap)
    opened = await park.read_badge("stairs in", NUMBER)
    assert said(opened) == ("granted", "right")
    (right,) = (await explained(park, SECURITY, opened))["found"]["rights"]
    assert (right["author_tenant_id"], right["ceiling_id"]) == (
        park.ids["atlas"],
        made["ceiling_id"],
    )
    ended = await park.post(OPERATOR, f"/ceilings/{made['ceiling_id']}/end")
    assert ended.status_code == 204
    assert said(await park.read_badge("stairs in", NUMBER)) == ("denied", "outside_ceiling")


async def test_whoever_is_in_a_group_has_its_rights(park: Park) -> None:
    await park.give_badge(ALICE, NUMBER)
    group = await park.made("/groups", {"name": "Cleaners"})
    path = f"/groups/{group['group_id']}/members"
    holder = {"kind": "group", "id": group["group_id"]}
    await park.made("/rights", {"holder": holder, "zone_id": park.ids["suite a"]})
    assert said(await park.read_badge("door a in", NUMBER)) == ("denied", "no_right")
    member = f"{path}/{park.ids[ALICE.email]}"
    added = await park.http.put(f"/v1{member}", headers=park.headers(OPERATOR))
    assert added.status_code in {200, 201, 204}, added.text
    assert said(await park.read_badge("door a in", NUMBER)) == ("granted", "right")
    gone = await park.http.delete(f"/v1{member}", headers=park.headers(OPERATOR))
    assert gone.status_code == 204
    assert said(await park.read_badge("door a in", NUMBER)) == ("denied", "no_right")


async def test_a_lockdown_closes_ways_in_to_whoever_is_not_exempt(park: Park) -> None:
    await with_a_right(park)
    await park.give_badge(BASMA, NUMBER + 1)
    await park.let_in(BASMA, "suite a")
    body = {
        "zone_id": park.ids["floor"],
        "reason": "drill",
        "exempt_person_ids": [park.ids[BASMA.email]],
    }
    lockdown = await park.post(SECURITY, "/lockdowns", body)
    assert lockdown.status_code == 201, lockdown.text
    assert said(await park.read_badge("door a in", NUMBER)) == ("denied", "locked_down")
    assert said(await park.read_badge("door a in", NUMBER + 1)) == ("granted", "right")
    assert said(await park.read_badge("door a out", NUMBER)) == ("granted", "way_out")
    path = f"/lockdowns/{lockdown.json()['lockdown_id']}/release"
    assert (await park.post(SECURITY, path)).status_code == 200
    assert said(await park.read_badge("door a in", NUMBER)) == ("granted", "right")


async def test_an_unlocked_door_is_closed_by_a_lockdown(park: Park) -> None:
    await turn(park, "door a", "unlocked")
    body = {"zone_id": park.ids["suite a"], "reason": "drill"}
    assert (await park.post(SECURITY, "/lockdowns", body)).status_code == 201
    assert said(await park.read_badge("door a in", 1)) == ("denied", "unknown_credential")


async def test_after_a_lockdown_a_first_badge_is_needed_again(park: Park) -> None:
    await with_a_right(park)
    schedule_id = await add_schedule(park)
    await turn(park, "door a", "first_badge", unlock_schedule_id=schedule_id)
    assert said(await park.read_badge("door a in", NUMBER)) == ("granted", "right")
    assert said(await park.read_badge("door a in", 1)) == ("granted", "unlocked")
    body = {"zone_id": park.ids["floor"], "reason": "drill"}
    lockdown = (await park.post(SECURITY, "/lockdowns", body)).json()
    released = f"/lockdowns/{lockdown['lockdown_id']}/release"
    assert (await park.post(SECURITY, released)).status_code == 200
    assert said(await park.read_badge("door a in", 1)) == ("denied", "unknown_credential")


async def test_an_evacuation_outranks_whatever_objects(park: Park) -> None:
    await with_a_right(park)
    await rule(park, "suite a", anti_passback="hard", max_people=1)
    await turn(park, "door a", "locked")
    locked = {"zone_id": park.ids["suite a"], "reason": "drill"}
    assert (await park.post(SECURITY, "/lockdowns", locked)).status_code == 201
    leaving = {"zone_id": park.ids["building"], "reason": "fire"}
    assert (await park.post(SECURITY, "/evacuations", leaving)).status_code == 201
    answer = await park.read_badge("door a in", NUMBER)
    assert (said(answer), answer["flags"]) == (("granted", "evacuation"), ["locked_down"])
    assert said(await park.read_badge("door a out", NUMBER)) == ("granted", "way_out")
    assert said(await park.read_badge("lobby in", 1)) == ("granted", "evacuation")


async def test_who_needs_it_gets_longer(park: Park) -> None:
    await with_a_right(park)
    usual = await park.read_badge("door a in", NUMBER)
    needs = {"needs_extended_time": True, "needs_help": False}
    path = f"/v1/people/{park.ids[ALICE.email]}/needs"
    answer = await park.http.put(path, headers=park.headers(SECURITY), json=needs)
    assert answer.status_code in {200, 204}, answer.text
    longer = await park.read_badge("door a in", NUMBER)
    assert (usual["strike_ms"], usual["open_ms"]) == (5000, 30_000)
    assert (longer["strike_ms"], longer["open_ms"]) == (15_000, 90_000)
