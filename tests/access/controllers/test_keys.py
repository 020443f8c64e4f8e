"""Keys of controllers: replaced while reads go on, and ended at once where one was stolen."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from deploy.local.issuer import Issuer
from tests.access.conftest import opened
from tests.access.park import ALICE, ATLAS_ADMIN, OPERATOR, SECURITY, Json, Park, Somebody

AUDITOR = Somebody(SECURITY.email, ("auditor",))
FRAME = {"kind": "qr", "text": "unknown"}
REFUSED = (401, "device_key_not_accepted")


@pytest.fixture
async def twin(park: Park, issuer: Issuer) -> AsyncIterator[Park]:
    """A second process on the same database, whose clock is an hour slow. The controllers' reads
    that it answers bear other numbers.
    """
    async with opened(park.ground.database.url, issuer) as twin:
        twin.ids, twin.keys, twin._numbers = park.ids, park.keys, 1_000_000
        twin.pass_time(hours=-1)
        yield twin


def keys_of(park: Park, controller: str = "lobby controller") -> str:
    return f"/controllers/{park.ids[controller]}/keys"


async def rotated(park: Park) -> str:
    """The new key of the lobby's controller."""
    answer = await park.post(OPERATOR, keys_of(park))
    assert answer.status_code == 201, answer.text
    key: str = answer.json()["key"]
    return key


async def revoke(park: Park, key: str, who: Somebody = SECURITY) -> httpx.Response:
    return await park.post(who, f"{keys_of(park)}/{key.partition('.')[0]}/revoke")


async def asked(park: Park, key: str) -> httpx.Response:
    """A read in the lobby."""
    return await park.ask("lobby in", park.a_read(FRAME), key=key)


def said(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", answer.json().get("outcome"))


async def test_nobody_is_turned_away_while_keys_are_replaced(park: Park) -> None:
    keys = [park.keys["lobby controller"]]
    answers: list[httpx.Response] = []

    async def read_on(key: str) -> None:
        while len(keys) < 4 or len(answers) < 60:
            answers.append(await asked(park, key))

    async def replace() -> None:
        for _ in range(3):
            keys.append(await rotated(park))
            answers.append(await asked(park, keys[-1]))

    await asyncio.gather(*(read_on(keys[0]) for _ in range(6)), replace())
    answers += [await asked(park, key) for key in keys]
    assert {answer.status_code for answer in answers} == {200}
    ids = [answer.json()["decision_id"] for answer in answers]
    assert len(set(ids)) == len(ids)
    counted = "SELECT count(*) FROM decisions WHERE controller_id = $1 AND epoch = 1"
    assert (await park.rows(counted, park.id("lobby controller")))[0][0] == len(ids)


async def test_a_read_is_the_same_by_either_key(park: Park) -> None:
    old, new = park.keys["lobby controller"], await rotated(park)
    read = park.a_read(FRAME)
    first = await park.ask("lobby in", read, key=old)
    again = await park.ask("lobby in", read, key=new)
    assert again.json() == first.json()
    other = await park.ask("lobby in", read | {"read": {"kind": "qr", "text": "else"}}, key=new)
    assert said(other) == (409, "sequence_used")


async def test_each_old_key_ends_a_day_after_it_was_replaced(park: Park) -> None:
    first = park.keys["lobby controller"]
    second = await rotated(park)
    park.pass_time(hours=20)
    third = await rotated(park)
    park.pass_time(hours=4, microseconds=-1)
    assert [(await asked(park, key)).status_code for key in (first, second, third)] == [200] * 3
    park.pass_time(microseconds=1)
    assert said(await asked(park, first)) == REFUSED
    assert [(await asked(park, key)).status_code for key in (second, third)] == [200] * 2
    park.pass_time(hours=20)
    assert said(await asked(park, second)) == REFUSED
    park.pass_time(days=4000)
    assert (await asked(park, third)).status_code == 200


async def test_of_two_new_keys_at_once_one_is_to_stay(park: Park) -> None:
    row = f"controllers WHERE controller_id = '{park.ids['lobby controller']}'"
    await rotated(park)
    given = await park.queue(row, lambda: _given(park), lambda: _given(park))
    keys = [answer.json()["key"] for answer in given]
    assert [(await asked(park, key)).status_code for key in keys] == [200, 200]
    park.pass_time(hours=24)
    assert sorted([(await asked(park, key)).status_code for key in keys]) == [200, 401]


async def _given(park: Park, if_match: str | None = None) -> httpx.Response:
    headers = park.headers(OPERATOR) | ({"If-Match": if_match} if if_match else {})
    return await park.http.post(f"/v1{keys_of(park)}", headers=headers)


async def test_of_two_who_saw_the_same_keys_one_makes_another(park: Park) -> None:
    tag = (await park.get(OPERATOR, keys_of(park))).headers["etag"]
    assert (await _given(park, tag)).status_code == 201
    assert said(await _given(park, tag)) == (412, "changed_since_you_read")
    assert len((await park.get(OPERATOR, keys_of(park))).json()["items"]) == 2


async def test_a_stolen_key_counts_nowhere_from_the_answer_on(park: Park, twin: Park) -> None:
    stolen = park.keys["lobby controller"]
    new = await rotated(park)
    beat, heart = "/v1/controllers/me/heartbeats", {"X-Device-Key": stolen}
    for process in (park, twin):
        assert (await asked(process, stolen)).status_code == 200
        assert (await process.http.post(beat, headers=heart)).status_code == 200
    answer = await revoke(park, stolen)
    assert (answer.status_code, answer.json()["revoked_at"]) == (200, "2026-11-23T09:00:00Z")
    for process in (twin, park):
        assert said(await asked(process, stolen)) == REFUSED
        assert said(await process.http.post(beat, headers=heart)) == REFUSED
        assert (await asked(process, new)).status_code == 200


async def test_no_read_asked_after_a_revocation_is_decided_under_load(
    park: Park, twin: Park
) -> None:
    ended: set[str] = set()
    keys = [await rotated(park) for _ in range(5)]
    late: list[Json] = []

    async def read_on(process: Park) -> None:
        while len(ended) < len(keys):
            for key in keys:
                was_ended = key in ended
                answer = await asked(process, key)
                if was_ended and answer.status_code == 200:
                    late.append(answer.json())

    async def revoke_all() -> None:
        for key in keys:
            assert (await revoke(park, key)).status_code == 200
            ended.add(key)

    await asyncio.gather(*(read_on(each) for each in (park, twin, twin)), revoke_all())
    assert late == []


async def test_a_device_without_any_key_is_given_another(park: Park) -> None:
    only = park.keys["lobby controller"]
    assert (await revoke(park, only)).status_code == 200
    assert said(await asked(park, only)) == REFUSED
    assert (await asked(park, await rotated(park))).status_code == 200
    assert said(await asked(park, only)) == REFUSED


async def test_a_key_is_revoked_once_and_at_its_own_controller(park: Park) -> None:
    old = park.keys["lobby controller"]
    elsewhere = park.keys["floor controller"]
    assert said(await revoke(park, elsewhere)) == (404, "no_such_controller_key")
    assert said(await revoke(park, "abc")) == (404, "no_such_controller_key")
    assert (await revoke(park, "nonsense")).status_code == 422
    lost = await park.post(SECURITY, f"/controllers/{uuid4()}/keys/abc/revoke")
    assert said(lost) == (404, "no_such_controller")
    await rotated(park)
    park.pass_time(hours=24)
    assert said(await revoke(park, old)) == (409, "controller_key_has_ended")


async def test_a_repeated_revocation_is_answered_alike(park: Park) -> None:
    path = f"/v1{keys_of(park)}/{park.keys['lobby controller'].partition('.')[0]}/revoke"
    headers = park.headers(SECURITY) | {"Idempotency-Key": "stolen"}
    first, again = [await park.http.post(path, headers=headers) for _ in range(2)]
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json()
    assert said(await revoke(park, park.keys["lobby controller"])) == (
        409,
        "controller_key_has_ended",
    )


async def test_security_ends_keys_and_gives_none(park: Park) -> None:
    key = park.keys["lobby controller"]
    assert (await park.post(SECURITY, keys_of(park))).status_code == 403
    for who in (ALICE, ATLAS_ADMIN):
        assert (await park.get(who, keys_of(park))).status_code == 403
        assert (await revoke(park, key, who)).status_code == 403
    assert (await revoke(park, key, AUDITOR)).status_code == 403
    assert (await park.get(AUDITOR, keys_of(park))).status_code == 200
    assert (await revoke(park, key, OPERATOR)).status_code == 200


async def test_the_keys_of_a_controller_are_told_without_their_secrets(park: Park) -> None:
    keys = [park.keys["lobby controller"]]
    for _ in range(2):
        park.pass_time(hours=1)
        keys.append(await rotated(park))
    newest = (await park.get(SECURITY, keys_of(park), limit=2)).json()
    rest = (await park.get(SECURITY, keys_of(park), limit=2, cursor=newest["next"])).json()
    assert rest["next"] is None
    shown = newest["items"] + rest["items"]
    assert [each["key_id"] for each in shown] == [key.partition(".")[0] for key in keys[::-1]]
    day = (park.now + timedelta(days=1)).isoformat().replace("+00:00", "Z")
    assert [each["ends_at"] for each in shown[:2]] == [None, day]
    assert not any(key.partition(".")[2] in str(shown) for key in keys)


async def test_the_journal_says_who_gave_and_who_ended_a_key(park: Park) -> None:
    old = park.keys["lobby controller"].partition(".")[0]
    new = (await rotated(park)).partition(".")[0]
    await revoke(park, old)
    listed = await park.journalled("controller_listed")
    assert old in {each["details"]["key_id"] for each in listed}
    (given,) = await park.journalled("controller_key_given")
    (ended,) = await park.journalled("controller_key_revoked")
    assert (given["author_id"], given["details"]) == (park.ids[OPERATOR.email], {"key_id": new})
    assert (ended["author_id"], ended["details"]) == (park.ids[SECURITY.email], {"key_id": old})
    assert given["controller_id"] == ended["controller_id"] == park.ids["lobby controller"]
