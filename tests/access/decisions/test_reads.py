"""Badges at doors: one outcome, one reason, each read once."""

import asyncio
from datetime import timedelta

from tests.access.park import (
    ALICE,
    BASMA,
    FACILITY,
    NINE,
    OPERATOR,
    SECURITY,
    Park,
    bits_of,
)

NUMBER = 4711


async def test_a_badge_with_a_right_opens_and_is_told_for_how_long(park: Park) -> None:
    await park.give_badge(ALICE, NUMBER)
    await park.let_in(ALICE, "suite a")
    answer = await park.read_badge("door a in", NUMBER)
    assert (answer["outcome"], answer["reason"], answer["strike_ms"]) == ("granted", "right", 5000)
    assert answer["flags"] == []


async def test_a_right_of_the_tenant_lets_all_its_people_pass_and_nobody_else(park: Park) -> None:
    await park.give_badge(ALICE, NUMBER)
    await park.give_badge(BASMA, NUMBER + 1)
    holder = {"kind": "tenant", "id": park.ids["atlas"]}
    await park.made("/rights", {"holder": holder, "zone_id": park.ids["building"]})
    assert (await park.read_badge("lobby in", NUMBER))["reason"] == "right"
    assert (await park.read_badge("lobby in", NUMBER + 1))["reason"] == "no_right"


async def test_a_right_may_be_for_one_access_point_alone(park: Park) -> None:
    await park.give_badge(ALICE, NUMBER)
    await park.add_door("back door", None, "building", controller="floor controller")
    holder = {"kind": "person", "id": park.ids[ALICE.email]}
    await park.made("/rights", {"holder": holder, "access_point_id": park.ids["back door in"]})
    assert (await park.read_badge("back door in", NUMBER))["reason"] == "right"
    assert (await park.read_badge("lobby in", NUMBER))["reason"] == "no_right"


async def test_an_ended_right_opens_nothing_at_once(park: Park) -> None:
    await park.give_badge(ALICE, NUMBER)
    right = await park.let_in(ALICE, "suite a")
    ended = await park.post(OPERATOR, f"/rights/{right['right_id']}/end")
    assert ended.status_code == 204
    assert (await park.read_badge("door a in", NUMBER))["reason"] == "no_right"


async def test_an_unknown_badge_is_denied_and_journalled_with_its_number(park: Park) -> None:
    answer = await park.read_badge("lobby in", 9)
    assert (answer["outcome"], answer["reason"]) == ("denied", "unknown_credential")
    journal = (await park.get(SECURITY, "/journal", reason="unknown_credential")).json()
    assert [(e["facility"], e["number"]) for e in journal["items"]] == [(FACILITY, 9)]


async def test_a_frame_that_is_not_whole_is_a_bad_read(park: Park) -> None:
    await park.give_badge(ALICE, NUMBER)
    whole = bits_of(FACILITY, NUMBER)
    flipped = whole[:5] + ("1" if whole[5] == "0" else "0") + whole[6:]
    for bits in (flipped, whole + "0", whole[1:], "", "x" * 26):
        assert (await park.read_bits("lobby in", bits))["reason"] == "bad_read"


async def test_the_number_of_two_tenants_badges_is_ambiguous(park: Park) -> None:
    await park.give_badge(ALICE, NUMBER)
    await park.give_badge(BASMA, NUMBER)
    await park.let_in(ALICE, "suite a")
    assert (await park.read_badge("door a in", NUMBER))["reason"] == "ambiguous_credential"
    assert (await park.read_badge("door a out", NUMBER))["outcome"] == "granted"


async def test_the_same_read_within_ten_seconds_gets_the_same_answer(park: Park) -> None:
    await park.give_badge(ALICE, NUMBER)
    body = park.a_read({"kind": "card", "bits": bits_of(FACILITY, NUMBER)})
    first = (await park.ask("door a in", body)).json()
    await park.let_in(ALICE, "suite a")
    park.pass_time(seconds=10)
    assert (await park.ask("door a in", body)).json() == first
    park.pass_time(seconds=1)
    late = await park.ask("door a in", body)
    assert (late.status_code, late.json()["code"]) == (409, "sequence_used")


async def test_a_number_that_was_used_for_another_read_is_refused(park: Park) -> None:
    body = park.a_read({"kind": "card", "bits": bits_of(FACILITY, 1)})
    assert (await park.ask("door a in", body)).status_code == 200
    others = [
        body | {"read": {"kind": "card", "bits": bits_of(FACILITY, 2)}},
        body | {"read": {"kind": "qr", "text": "pass"}},
        body | {"read_at": (NINE + timedelta(seconds=1)).isoformat()},
    ]
    answers = [await park.ask("door a in", other) for other in others]
    answers.append(await park.ask("door b in", body))
    assert [answer.json().get("code") for answer in answers] == ["sequence_used"] * 4


async def test_two_controllers_number_on_their_own(park: Park) -> None:
    body = park.a_read({"kind": "card", "bits": bits_of(FACILITY, 1)})
    assert (await park.ask("door a in", body)).status_code == 200
    assert (await park.ask("lobby in", body)).status_code == 200


async def test_the_same_read_asked_at_once_is_decided_and_journalled_once(park: Park) -> None:
    await park.give_badge(ALICE, NUMBER)
    await park.let_in(ALICE, "suite a")
    body = park.a_read({"kind": "card", "bits": bits_of(FACILITY, NUMBER)})
    answers = await asyncio.gather(*(park.ask("door a in", body) for _ in range(16)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["decision_id"] for answer in answers}) == 1
    rows = await park.rows("SELECT count(*) FROM journal_entries WHERE kind = 'decision'")
    assert rows[0][0] == 1


async def test_another_read_under_the_same_number_at_once_loses(park: Park) -> None:
    bodies = [
        {
            "epoch": 1,
            "sequence": 7,
            "read_at": NINE.isoformat(),
            "read": {"kind": "card", "bits": bits_of(FACILITY, number)},
        }
        for number in range(8)
    ]
    answers = await asyncio.gather(*(park.ask("door a in", body) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7


async def test_a_revoked_badge_is_dead_for_the_very_next_decision(park: Park) -> None:
    badge = await park.give_badge(ALICE, NUMBER)
    await park.let_in(ALICE, "suite a")
    assert (await park.read_badge("door a in", NUMBER))["outcome"] == "granted"
    path = f"/badges/{badge['badge_id']}/revoke"
    assert (await park.post(SECURITY, path, {"reason": "lost"})).json()["status"] == "lost"
    assert (await park.read_badge("door a in", NUMBER))["reason"] == "credential_lost"


async def test_a_leavers_badge_is_dead_for_the_very_next_decision(park: Park) -> None:
    await park.give_badge(ALICE, NUMBER)
    await park.let_in(ALICE, "suite a")
    path = f"/people/{park.ids[ALICE.email]}/delist"
    assert (await park.post(OPERATOR, path, {"reason": "left"})).status_code == 204
    assert (await park.read_badge("door a in", NUMBER))["reason"] == "holder_delisted"
    assert (await park.read_badge("door a out", NUMBER))["flags"] == ["holder_delisted"]


async def test_an_hour_off_is_flagged_and_decided_by_our_own_clock(park: Park) -> None:
    await park.give_badge(ALICE, NUMBER, valid_until=(NINE + timedelta(minutes=30)).isoformat())
    await park.let_in(ALICE, "suite a")
    wrong = (NINE + timedelta(hours=1)).isoformat()
    answer = await park.read_badge("door a in", NUMBER, read_at=wrong)
    assert (answer["outcome"], answer["flags"]) == ("granted", ["clock_off"])


async def test_a_badge_counts_within_its_validity(park: Park) -> None:
    await park.give_badge(
        ALICE,
        NUMBER,
        valid_from=(NINE + timedelta(hours=1)).isoformat(),
        valid_until=(NINE + timedelta(hours=2)).isoformat(),
    )
    await park.let_in(ALICE, "suite a")
    assert (await park.read_badge("door a in", NUMBER))["reason"] == "credential_not_yet_valid"
    park.now = NINE + timedelta(hours=2)
    assert (await park.read_badge("door a in", NUMBER))["reason"] == "credential_expired"
