"""Anti-passback, occupancy, the two-person rule and escorts: what depends on where people are."""

import asyncio

import pytest

from shared.events.visits import EscortFacts, VisitExpected
from tests.access.builders import a_visit
from tests.access.decisions.asking import explained, rule, said, turn
from tests.access.park import ALICE, ATLAS_ADMIN, BASMA, SECURITY, Park

ALICES, BASMAS = 1, 2


@pytest.fixture
async def both(park: Park) -> Park:
    """Two people who may enter suite a."""
    for who, number in ((ALICE, ALICES), (BASMA, BASMAS)):
        await park.give_badge(who, number)
        await park.let_in(who, "suite a")
    return park


async def walk(park: Park, point: str, number: int) -> tuple[str, str]:
    answer = await park.read_badge(point, number)
    if answer["outcome"] == "granted":
        assert (await park.tell(point, answer)).status_code == 204
    return said(answer)


async def test_hard_anti_passback_lets_nobody_in_twice(both: Park) -> None:
    await rule(both, "suite a", anti_passback="hard")
    assert await walk(both, "door a in", ALICES) == ("granted", "right")
    both.pass_time(hours=1)
    assert await walk(both, "door a in", ALICES) == ("denied", "passback")
    assert await walk(both, "door a in", BASMAS) == ("granted", "right")
    assert await walk(both, "door a out", ALICES) == ("granted", "way_out")
    assert await walk(both, "door a in", ALICES) == ("granted", "right")


async def test_soft_anti_passback_flags(both: Park) -> None:
    await rule(both, "suite a", anti_passback="soft")
    await walk(both, "door a in", ALICES)
    both.pass_time(minutes=5)
    answer = await both.read_badge("door a in", ALICES)
    assert (said(answer), answer["flags"]) == (("granted", "right"), ["passback"])


async def test_timed_anti_passback_forgets(both: Park) -> None:
    await rule(both, "suite a", anti_passback="timed", anti_passback_minutes=15)
    await walk(both, "door a in", ALICES)
    both.pass_time(minutes=14, seconds=59)
    assert await walk(both, "door a in", ALICES) == ("denied", "passback")
    both.pass_time(seconds=1)
    assert await walk(both, "door a in", ALICES) == ("granted", "right")


async def test_a_badge_passed_back_before_the_door_has_told_is_denied(both: Park) -> None:
    await rule(both, "suite a", anti_passback="hard")
    answers = await asyncio.gather(*(both.read_badge("door a in", ALICES) for _ in range(6)))
    assert sorted(answer["outcome"] for answer in answers) == ["denied"] * 5 + ["granted"]
    both.pass_time(seconds=61)
    assert said(await both.read_badge("door a in", ALICES)) == ("granted", "right")


async def test_a_way_not_taken_is_no_entry(both: Park) -> None:
    await rule(both, "suite a", anti_passback="hard")
    answer = await both.read_badge("door a in", ALICES)
    assert (await both.tell("door a in", answer, taken=False)).status_code == 204
    assert said(await both.read_badge("door a in", ALICES)) == ("granted", "right")


async def test_somebody_is_forgiven_once_and_it_is_journalled(both: Park) -> None:
    await rule(both, "suite a", anti_passback="hard")
    await walk(both, "door a in", ALICES)
    both.pass_time(minutes=5)
    body = {"kind": "person", "holder_id": both.ids[ALICE.email], "reason": "left by the garage"}
    for nobody in (ALICE, ATLAS_ADMIN):
        assert (await both.post(nobody, "/forgiveness", body)).status_code == 403
    assert (await both.post(SECURITY, "/forgiveness", body)).status_code == 204
    assert await walk(both, "door a in", ALICES) == ("granted", "right")
    both.pass_time(minutes=5)
    assert await walk(both, "door a in", ALICES) == ("denied", "passback")
    (act,) = await both.journalled("passback_forgiven")
    assert act["author_id"] == both.ids[SECURITY.email]
    unknown = body | {"holder_id": both.ids["atlas"]}
    assert (await both.post(SECURITY, "/forgiveness", unknown)).status_code == 404


async def test_a_way_not_taken_uses_no_forgiveness_up(both: Park) -> None:
    await rule(both, "suite a", anti_passback="hard")
    await walk(both, "door a in", ALICES)
    both.pass_time(minutes=5)
    body = {"kind": "person", "holder_id": both.ids[ALICE.email], "reason": "left by the garage"}
    assert (await both.post(SECURITY, "/forgiveness", body)).status_code == 204
    answer = await both.read_badge("door a in", ALICES)
    assert said(await both.read_badge("door a in", ALICES)) == ("denied", "passback")
    assert (await both.tell("door a in", answer, taken=False)).status_code == 204
    assert await walk(both, "door a in", ALICES) == ("granted", "right")


async def test_whoever_leaves_with_a_stolen_badge_is_not_its_holder(both: Park) -> None:
    badge = await both.give_badge(ALICE, 3)
    await walk(both, "door a in", ALICES)
    stolen = f"/badges/{badge['badge_id']}/revoke"
    assert (await both.post(SECURITY, stolen, {"reason": "stolen"})).status_code == 200
    both.pass_time(minutes=5)
    assert await walk(both, "door a out", 3) == ("granted", "way_out")
    rows = await both.rows("SELECT zone_id FROM presence")
    assert [str(row["zone_id"]) for row in rows] == [both.ids["suite a"]]


async def test_a_full_zone_takes_nobody_more(both: Park) -> None:
    await rule(both, "suite a", max_people=1)
    answers = await asyncio.gather(
        both.read_badge("door a in", ALICES), both.read_badge("door a in", BASMAS)
    )
    reasons = sorted(answer["reason"] for answer in answers)
    assert reasons == ["right", "zone_full"]


async def test_a_place_is_free_again_when_somebody_has_left(both: Park) -> None:
    await rule(both, "suite a", max_people=1)
    await walk(both, "door a in", ALICES)
    both.pass_time(minutes=5)
    assert await walk(both, "door a in", BASMAS) == ("denied", "zone_full")
    await walk(both, "door a out", ALICES)
    assert await walk(both, "door a in", BASMAS) == ("granted", "right")


async def test_nobody_enters_alone_where_two_must_be(both: Park) -> None:
    await rule(both, "suite a", min_people=2)
    assert await walk(both, "door a in", ALICES) == ("denied", "second_person_needed")
    assert await walk(both, "door a in", ALICES) == ("denied", "second_person_needed")
    assert await walk(both, "door a in", BASMAS) == ("granted", "right")
    assert await walk(both, "door a in", ALICES) == ("granted", "right")


async def test_the_second_person_comes_soon_or_not_at_all(both: Park) -> None:
    await rule(both, "suite a", min_people=2)
    assert await walk(both, "door a in", ALICES) == ("denied", "second_person_needed")
    both.pass_time(seconds=31)
    assert await walk(both, "door a in", BASMAS) == ("denied", "second_person_needed")


async def test_an_escorted_visitor_passes_behind_their_escort(both: Park) -> None:
    visit = a_visit(
        tenant_id=both.id("atlas"),
        zone_ids=(both.id("suite a"),),
        host_id=both.id(BASMA.email),
        escort=EscortFacts(is_required=True, person_ids=(both.id(ALICE.email),)),
    )
    await both.hear(VisitExpected(visit=visit))
    assert said(await both.read_qr("door a in")) == ("denied", "escort_needed")
    assert await walk(both, "door a in", ALICES) == ("granted", "right")
    answer = await both.read_qr("door a in")
    assert said(answer) == ("granted", "right")
    await explained(both, SECURITY, answer)
    both.pass_time(seconds=31)
    assert said(await both.read_qr("door a in")) == ("denied", "escort_needed")
    assert said(await both.read_qr("door a out")) == ("granted", "way_out")


async def test_rules_of_the_whole_park_count_at_its_gates(both: Park) -> None:
    await both.let_in(ALICE, "building")
    await rule(both, "park", anti_passback="hard")
    assert await walk(both, "lobby in", ALICES) == ("granted", "right")
    both.pass_time(hours=1)
    assert await walk(both, "door a in", ALICES) == ("granted", "right")
    both.pass_time(hours=1)
    assert await walk(both, "lobby in", ALICES) == ("denied", "passback")


async def test_a_card_that_may_be_anybodys_moves_nobody(both: Park) -> None:
    await rule(both, "suite a", anti_passback="hard")
    await both.give_badge(BASMA, ALICES)
    await turn(both, "door a", "unlocked")
    answer = await both.read_badge("door a in", ALICES)
    assert (said(answer), answer["flags"]) == (("granted", "unlocked"), ["ambiguous_credential"])
    assert await both.rows("SELECT FROM presence") == []


async def test_an_entry_told_after_the_next_read_is_known_all_the_same(both: Park) -> None:
    await rule(both, "suite a", anti_passback="hard")
    await both.let_in(ALICE, "building")
    entered = await both.read_badge("lobby in", ALICES)
    both.pass_time(seconds=5)
    suite = await both.read_badge("door a in", ALICES)
    assert (await both.tell("lobby in", entered)).status_code == 204
    assert (await both.tell("door a in", suite, taken=False)).status_code == 204
    (where,) = await both.rows("SELECT is_inside, zone_id FROM presence")
    assert (where["is_inside"], where["zone_id"]) == (True, both.id("building"))
