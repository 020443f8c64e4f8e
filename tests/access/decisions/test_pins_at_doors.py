"""Doors that ask for a PIN: right, wrong, forced, locked; and no PIN anywhere but in memory."""

import asyncio

import pytest

from tests.access.decisions.asking import explained, read_pin, said, turn
from tests.access.park import ALICE, FACILITY, SECURITY, Park, bits_of

NUMBER, PIN, DURESS = 4711, "582039", "7164"


@pytest.fixture
async def guarded(park: Park) -> Park:
    """A door that asks for badge and PIN, and somebody who has both."""
    await park.give_badge(ALICE, NUMBER)
    await park.let_in(ALICE, "suite a")
    await turn(park, "door a", "badge_pin")
    path = f"/v1/people/{park.ids[ALICE.email]}/pin"
    body = {"pin": PIN, "duress_pin": DURESS}
    answer = await park.http.put(path, headers=park.headers(ALICE), json=body)
    assert answer.status_code == 204, answer.text
    return park


async def test_badge_and_pin_open_and_the_badge_alone_does_not(guarded: Park) -> None:
    assert said(await read_pin(guarded, "door a in", NUMBER, None)) == ("denied", "pin_required")
    assert said(await read_pin(guarded, "door a in", NUMBER, PIN)) == ("granted", "right")
    assert said(await read_pin(guarded, "door a in", NUMBER, "000")) == ("denied", "pin_wrong")
    assert said(await read_pin(guarded, "door a out", NUMBER, None)) == ("granted", "way_out")


async def test_three_wrong_ones_lock_it_and_are_counted_exactly(guarded: Park) -> None:
    wrong = [read_pin(guarded, "door a in", NUMBER, "999999") for _ in range(5)]
    reasons = sorted([(await each)["reason"] for each in wrong])
    assert reasons == ["pin_locked"] * 2 + ["pin_wrong"] * 3
    assert said(await read_pin(guarded, "door a in", NUMBER, PIN)) == ("denied", "pin_locked")
    alarms = (await guarded.get(SECURITY, "/alarms")).json()["items"]
    assert [alarm["kind"] for alarm in alarms] == ["pin_locked"]


async def test_wrong_ones_at_once_are_counted_exactly(guarded: Park) -> None:
    answers = await asyncio.gather(
        *(read_pin(guarded, "door a in", NUMBER, "999999") for _ in range(6))
    )
    reasons = sorted(answer["reason"] for answer in answers)
    assert reasons == ["pin_locked"] * 3 + ["pin_wrong"] * 3


async def test_the_same_read_sent_again_is_counted_once(guarded: Park) -> None:
    read = {"kind": "card", "bits": bits_of(FACILITY, NUMBER), "pin": "999999"}
    body = guarded.a_read(read)
    first, again = [(await guarded.ask("door a in", body)).json() for _ in range(2)]
    assert first == again
    assert said(first) == ("denied", "pin_wrong")
    assert (await guarded.rows("SELECT wrong_count FROM pins"))[0][0] == 1


async def test_a_forced_pin_opens_and_tells_security_alone(guarded: Park) -> None:
    answer = await read_pin(guarded, "door a in", NUMBER, DURESS)
    usual = await read_pin(guarded, "door a in", NUMBER, PIN)
    assert said(answer) == said(usual) == ("granted", "right")
    assert answer["flags"] == usual["flags"] == []
    (alarm,) = (await guarded.get(SECURITY, "/alarms")).json()["items"]
    assert (alarm["kind"], alarm["source"]) == ("duress", f"decision/{answer['decision_id']}")
    assert (await explained(guarded, SECURITY, answer))["found"]["pin"] == "duress"


async def test_who_has_no_right_learns_nothing_of_a_pin(guarded: Park) -> None:
    await turn(guarded, "door b", "badge_pin")
    for pin in (PIN, "999999"):
        assert said(await read_pin(guarded, "door b in", NUMBER, pin)) == ("denied", "no_right")
    assert (await guarded.rows("SELECT wrong_count FROM pins"))[0][0] == 0


async def test_no_pin_reaches_any_table(guarded: Park) -> None:
    await read_pin(guarded, "door a in", NUMBER, PIN)
    await read_pin(guarded, "door a in", NUMBER, "314159")
    tables = await guarded.rows(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    )
    for table in tables:
        for row in await guarded.rows(f'SELECT t::text AS row FROM "{table["table_name"]}" AS t'):
            assert "314159" not in row["row"]
            assert PIN not in row["row"].replace("58203947", "")
