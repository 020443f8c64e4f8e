"""PINs over HTTP and for decisions: whose they are, how they lock, and that they stay nowhere."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from services.access.pins import commands, store
from services.access.pins.domain import PinVerdict
from services.access.surroundings import PIN_KEY
from shared.keys import KeyFile, drop_old_keys, make_key, rotate_key
from tests.access.park import (
    ALICE,
    ATLAS_ADMIN,
    BAHIA_ADMIN,
    BASMA,
    OPERATOR,
    SECURITY,
    Park,
    Somebody,
)

PIN, DURESS = "58203947", "71640825"


async def set_pin(park: Park, who: Somebody = ALICE, **more: str) -> None:
    body = {"pin": PIN, "duress_pin": DURESS} | more
    answer = await park.put(who, path_of(park, who), body)
    assert (answer.status_code, answer.text) == (204, "")


def path_of(park: Park, who: Somebody) -> str:
    return f"/people/{park.ids[who.email]}/pin"


async def enter(park: Park, *entries: str, who: Somebody = ALICE) -> list[str]:
    """One after the other, each in a transaction of its own."""
    return [(await _judge(park, entry, who)).value for entry in entries]


async def _judge(park: Park, entered: str, who: Somebody = ALICE) -> PinVerdict:
    async with park.ground.database.transaction() as session:
        return await commands.judge(session, park.id(who.email), entered, at=park.now)


async def test_a_holder_sets_their_own_and_nobody_anothers(park: Park) -> None:
    await set_pin(park)
    body = {"pin": PIN}
    for who, status in ((ATLAS_ADMIN, 403), (SECURITY, 403), (BASMA, 404), (BAHIA_ADMIN, 404)):
        assert (await park.put(who, path_of(park, ALICE), body)).status_code == status
    assert await enter(park, PIN, DURESS, "58203948") == ["right", "duress", "wrong"]
    assert await enter(park, PIN, who=BASMA) == ["none"]


async def test_pins_are_right_while_the_key_they_were_set_under_is_there(
    park: Park, tmp_path: Path
) -> None:
    make_key(tmp_path, PIN_KEY)
    known = park.ground.database.info
    known["surroundings"] = replace(known["surroundings"], pin_keys=KeyFile(tmp_path, PIN_KEY))
    await set_pin(park)
    rotate_key(tmp_path, PIN_KEY)
    await set_pin(park, BASMA)
    assert await enter(park, PIN, "1111", DURESS) == ["right", "wrong", "duress"]
    assert await enter(park, DURESS, PIN, who=BASMA) == ["duress", "right"]
    drop_old_keys(tmp_path, PIN_KEY)
    assert await enter(park, PIN) == ["wrong"]
    assert await enter(park, PIN, who=BASMA) == ["right"]


@pytest.mark.parametrize("pin", ["123", "123456789", "12a4", "١٢٣٤", "", " 582", "58.2"])
async def test_what_is_no_pin_is_malformed_and_not_repeated(park: Park, pin: str) -> None:
    answer = await park.put(ALICE, path_of(park, ALICE), {"pin": pin})
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed_request")
    assert not pin or f'"{pin}"' not in answer.text


async def test_a_simple_pin_and_a_duress_pin_too_close_are_refused(park: Park) -> None:
    simple = await park.put(ALICE, path_of(park, ALICE), {"pin": "1234"})
    assert (simple.status_code, simple.json()["code"]) == (422, "pin_too_simple")
    close = await park.put(ALICE, path_of(park, ALICE), {"pin": PIN, "duress_pin": "58203948"})
    assert (close.status_code, close.json()["code"]) == (422, "duress_pin_too_close")


async def test_three_wrong_ones_in_a_row_lock_and_a_right_one_between_forgets(park: Park) -> None:
    await set_pin(park)
    assert await enter(park, "1111", "1111", PIN, "1111", "1111", DURESS) == [
        *("wrong", "wrong", "right", "wrong", "wrong", "duress"),
    ]
    assert await enter(park, "1111", "1111", "1111") == ["wrong"] * 3
    assert await enter(park, PIN, DURESS, "1111") == ["locked"] * 3
    seen = (await park.get(ALICE, path_of(park, ALICE))).json()
    assert (seen["is_set"], seen["is_locked"]) == (True, True)


@pytest.mark.parametrize("rounds", range(3))
async def test_of_many_guesses_at_once_three_count_and_the_right_one_is_too_late(
    park: Park, rounds: int
) -> None:
    await set_pin(park)
    guesses = await asyncio.gather(*(_judge(park, f"4{n:03}") for n in range(12)))
    assert sorted(guesses) == ["locked"] * 9 + ["wrong"] * 3
    (row,) = await park.rows("SELECT wrong_count, locked_at IS NOT NULL AS is_locked FROM pins")
    assert tuple(row) == (3, True)
    assert await enter(park, PIN) == ["locked"]


async def test_a_right_entry_that_was_computed_before_the_lock_opens_nothing_after_it(
    park: Park,
) -> None:
    await set_pin(park)
    async with park.ground.database.transaction() as session:
        pin = await store.pin(session, park.id(ALICE.email))
        assert pin is not None
        digest = pin.digest
    await enter(park, "1111", "1111", "1111")
    async with park.ground.database.transaction() as session:
        for computed in (PinVerdict.RIGHT, PinVerdict.DURESS, PinVerdict.WRONG):
            settled = await commands.settle(
                session, park.id(ALICE.email), computed, digest=digest, at=park.now
            )
            assert settled is PinVerdict.LOCKED


async def test_an_old_pin_is_wrong_once_another_is_set_though_computed_before(park: Park) -> None:
    await set_pin(park)
    async with park.ground.database.transaction() as session:
        pin = await store.pin(session, park.id(ALICE.email))
        assert pin is not None
        digest = pin.digest
    await set_pin(park, pin="60718293")
    async with park.ground.database.transaction() as session:
        settled = await commands.settle(
            session, park.id(ALICE.email), PinVerdict.RIGHT, digest=digest, at=park.now
        )
        assert settled is PinVerdict.WRONG
    assert await enter(park, PIN, "60718293") == ["wrong", "right"]


async def test_a_locked_pin_is_journalled_and_alarmed_without_a_name(park: Park) -> None:
    await set_pin(park)
    await enter(park, "1111", "1111", "1111", "1111")
    (alarm,) = (await park.get(SECURITY, "/alarms")).json()["items"]
    assert (alarm["kind"], alarm["zone_id"]) == ("pin_locked", None)
    assert park.ids[ALICE.email] not in str(alarm)
    (told,) = await park.announced("access.alarm_raised.v1")
    assert park.ids[ALICE.email] not in str(told)
    (locked,) = (await park.get(SECURITY, "/journal", reason="pin_locked")).json()["items"]
    assert alarm["source"] == f"journal/{locked['entry_id']}"
    assert (locked["person_id"], locked["author_id"]) == (park.ids[ALICE.email], None)


@pytest.mark.parametrize("who", [SECURITY, OPERATOR, ATLAS_ADMIN])
async def test_those_who_look_after_people_unlock_and_reset(park: Park, who: Somebody) -> None:
    await set_pin(park)
    path = path_of(park, ALICE)
    early = await park.post(who, f"{path}/unlock")
    assert (early.status_code, early.json()["code"]) == (409, "pin_is_not_locked")
    await enter(park, "1111", "1111", "1111")
    locked = await park.put(ALICE, path, {"pin": "60718293"})
    assert (locked.status_code, locked.json()["code"]) == (409, "pin_is_locked")
    assert (await park.post(who, f"{path}/unlock")).status_code == 204
    assert await enter(park, PIN, "1111", "1111", "1111") == ["right", *["wrong"] * 3]
    assert (await park.delete(who, path)).status_code == 204
    assert await enter(park, PIN) == ["none"]
    again = await park.delete(who, path)
    assert (again.status_code, again.json()["code"]) == (404, "no_such_pin")
    await set_pin(park)
    assert await enter(park, PIN) == ["right"]
    acts = [act["reason"] for act in await park.acts()]
    assert acts == ["pin_set", "pin_locked", "pin_unlocked", "pin_locked", "pin_reset", "pin_set"]


async def test_nobody_else_unlocks_resets_or_sees(park: Park) -> None:
    await set_pin(park)
    await enter(park, "1111", "1111", "1111")
    path = path_of(park, ALICE)
    for who, status in ((ALICE, 403), (BASMA, 404), (BAHIA_ADMIN, 404)):
        assert (await park.post(who, f"{path}/unlock")).status_code == status
        assert (await park.delete(who, path)).status_code == status
    assert (await park.get(BAHIA_ADMIN, path)).status_code == 404
    assert (await park.get(ALICE, path_of(park, ATLAS_ADMIN))).status_code == 403
    assert set((await park.get(ATLAS_ADMIN, path)).json()) == {"is_set", "is_locked", "set_at"}


async def test_no_pin_reaches_a_table_an_event_an_answer_or_a_log(
    park: Park, capfd: pytest.CaptureFixture[str]
) -> None:
    await set_pin(park)
    entered = ("60718293", "59371264", "60829371")
    await enter(park, *entered, PIN)
    await park.put(ALICE, path_of(park, ALICE), {"pin": "73019482"})
    await park.put(ALICE, path_of(park, ALICE), {"pin": "7301948259"})
    shown = [(await park.get(SECURITY, path)).text for path in ("/journal", "/alarms", "/people")]
    tables = await park.rows(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    )
    for table in tables:
        found = await park.rows(f'SELECT t::text AS row FROM "{table["table_name"]}" AS t')
        shown += [row["row"] for row in found]
    shown += capfd.readouterr()
    for secret in (PIN, DURESS, *entered, "73019482"):
        assert not any(secret in text for text in shown)
