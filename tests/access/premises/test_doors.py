"""How a door works can be changed by those who look after it, one after the other."""

from typing import Any
from uuid import uuid4

import pytest

from tests.access.park import (
    ALICE,
    ATLAS_ADMIN,
    BAHIA_ADMIN,
    FACILITY,
    OPERATOR,
    SECURITY,
    Park,
    bits_of,
)
from tests.access.schedules.asking import add_schedule

SETTINGS: dict[str, Any] = {
    "names": {"fr": "Porte", "ar": "باب", "en": "Door"},
    "strike_ms": 4000,
    "open_ms": 20_000,
    "extended_strike_ms": 12_000,
    "extended_open_ms": 90_000,
    "evidence": "granted",
    "card_format": None,
}


async def test_what_a_door_is_told_counts_for_the_next_read(park: Park) -> None:
    path = f"/doors/{park.ids['door a']}"
    before = await park.get(OPERATOR, path)
    changed = await park.put(OPERATOR, path, SETTINGS, if_match=before.headers["etag"])
    assert changed.status_code == 200
    assert {name: changed.json()[name] for name in SETTINGS} == SETTINGS
    assert changed.headers["etag"] != before.headers["etag"]
    assert (await park.get(OPERATOR, path)).json() == changed.json()
    await park.give_badge(ALICE, 5)
    await park.let_in(ALICE, "suite a")
    read = await park.read_bits("door a in", bits_of(FACILITY, 5))
    assert (read["outcome"], read["strike_ms"]) == ("granted", 4000)
    (act,) = await park.journalled("door_changed")
    assert act["author_id"] == park.ids[OPERATOR.email]
    assert act["details"]["strike_ms"] == 4000


async def test_of_two_who_change_a_door_at_once_one_is_told(park: Park) -> None:
    path = f"/doors/{park.ids['door a']}"
    tag = (await park.get(OPERATOR, path)).headers["etag"]
    answers = await park.queue(
        f"doors WHERE door_id = '{park.ids['door a']}'",
        *[lambda: park.put(OPERATOR, path, SETTINGS, if_match=tag)] * 2,
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412]


@pytest.mark.parametrize(
    "change",
    [
        {"strike_ms": 99},
        {"open_ms": 600_001},
        {"extended_strike_ms": 3999},
        {"extended_open_ms": 19_999},
        {"card_format": "guessed"},
    ],
)
async def test_times_out_of_reason_are_malformed(park: Park, change: dict[str, Any]) -> None:
    refused = await park.put(OPERATOR, f"/doors/{park.ids['door a']}", SETTINGS | change)
    assert (refused.status_code, refused.json()["code"]) == (422, "malformed_request")


async def test_extended_times_left_out_follow_the_plain_ones(park: Park) -> None:
    made = await park.add_door("slow", "floor", "room", strike_ms=30_000)
    assert (made["extended_strike_ms"], made["extended_open_ms"]) == (60_000, 90_000)


@pytest.mark.parametrize("mode", ["locked", "unlocked", "badge", "badge_pin"])
async def test_security_turns_a_door_to_another_mode(park: Park, mode: str) -> None:
    path = f"/doors/{park.ids['door a']}"
    turned = await park.post(SECURITY, f"{path}/mode", {"mode": mode, "reason": "Works"})
    assert (turned.status_code, turned.json()["mode"]) == (200, mode)
    (act,) = await park.journalled("door_mode_changed")
    assert act["author_id"] == park.ids[SECURITY.email]
    assert (act["door_id"], act["details"]["reason"]) == (park.ids["door a"], "Works")
    assert (act["details"]["from"], act["details"]["to"]) == ("badge", mode)


@pytest.mark.parametrize("mode", ["schedule", "first_badge"])
async def test_a_mode_that_needs_a_schedule_names_one(park: Park, mode: str) -> None:
    path = f"/doors/{park.ids['door a']}/mode"
    refused = await park.post(SECURITY, path, {"mode": mode})
    assert (refused.status_code, refused.json()["code"]) == (422, "unlock_schedule_does_not_fit")
    unknown = await park.post(SECURITY, path, {"mode": mode, "unlock_schedule_id": str(uuid4())})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "no_such_schedule")
    schedule = {"unlock_schedule_id": await add_schedule(park)}
    turned = await park.post(SECURITY, path, {"mode": mode, **schedule})
    assert turned.json()["unlock_schedule_id"] == schedule["unlock_schedule_id"]
    refused = await park.post(SECURITY, path, {"mode": "badge", **schedule})
    assert refused.status_code == 422
    assert (await park.post(SECURITY, path, {"mode": "badge"})).json()["mode"] == "badge"


async def test_nobody_else_changes_a_door(park: Park) -> None:
    path = f"/doors/{park.ids['door a']}"
    for who in (ALICE, ATLAS_ADMIN, BAHIA_ADMIN):
        assert (await park.put(who, path, SETTINGS)).status_code == 403
        assert (await park.post(who, f"{path}/mode", {"mode": "unlocked"})).status_code == 403
    assert (await park.put(SECURITY, path, SETTINGS)).status_code == 403
    unknown = await park.put(OPERATOR, f"/doors/{uuid4()}", SETTINGS)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "no_such_door")
