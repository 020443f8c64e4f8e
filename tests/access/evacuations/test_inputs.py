"""A fire panel's contact evacuates its zone, however often and late it is told."""

import asyncio
from datetime import datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from services.access.evacuations.domain import seen_at
from tests.access.park import (
    ALICE,
    ATLAS_ADMIN,
    NINE,
    OPERATOR,
    SECURITY,
    Json,
    Park,
)

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def fire(park: Park) -> Park:
    """The floor's controller has a fire panel at its input."""
    path = f"/controllers/{park.ids['floor controller']}/inputs"
    body = {"inputs": {"fire": park.ids["floor"]}}
    assert (await park.put(OPERATOR, path, body)).json() == body
    return park


async def tell(
    park: Park,
    *,
    active: bool = True,
    at: datetime | None = None,
    sent_at: datetime | None = None,
    code: str = "fire",
    controller: str = "floor controller",
) -> httpx.Response:
    body = {"input": code, "active": active, "occurred_at": (at or park.now).isoformat()}
    if sent_at is not None:
        body["sent_at"] = sent_at.isoformat()
    headers = {"X-Device-Key": park.keys[controller]}
    return await park.http.post("/v1/controllers/me/inputs", headers=headers, json=body)


async def standing(park: Park) -> list[Json]:
    found: list[Json] = (await park.get(SECURITY, "/evacuations", open=True)).json()["items"]
    return found


async def end(park: Park) -> None:
    (stands,) = await standing(park)
    ended = await park.post(SECURITY, f"/evacuations/{stands['evacuation_id']}/end")
    assert ended.status_code == 200


async def test_an_input_told_many_times_at_once_gives_one_evacuation(fire: Park) -> None:
    zone = f"zones WHERE zone_id = '{fire.ids['floor']}'"
    answers = await fire.queue(zone, *[lambda: tell(fire)] * 8)
    assert {answer.status_code for answer in answers} == {200}
    (stands,) = await standing(fire)
    assert {answer.json()["evacuation_id"] for answer in answers} == {stands["evacuation_id"]}
    assert (stands["zone_id"], stands["input"]) == (fire.ids["floor"], "fire")
    assert stands["controller_id"] == fire.ids["floor controller"]
    assert stands["started_by"] is None
    assert len(await fire.announced("access.evacuation_started.v1")) == 1
    (act,) = await fire.journalled("evacuation_started")
    assert (act["author_id"], act["controller_id"]) == (None, fire.ids["floor controller"])
    assert act["details"]["input"] == "fire"


async def test_two_inputs_of_a_zone_told_at_once_give_one_evacuation(fire: Park) -> None:
    path = f"/controllers/{fire.ids['lobby controller']}/inputs"
    await fire.put(OPERATOR, path, {"inputs": {"button": fire.ids["floor"]}})
    answers = await fire.queue(
        f"zones WHERE zone_id = '{fire.ids['floor']}'",
        lambda: tell(fire),
        lambda: tell(fire, code="button", controller="lobby controller"),
    )
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["evacuation_id"] for answer in answers}) == 1
    assert len(await standing(fire)) == 1


async def test_an_inactive_input_ends_nothing(fire: Park) -> None:
    await tell(fire)
    fire.pass_time(minutes=1)
    for _ in range(3):
        heard = await tell(fire, active=False)
        assert heard.json()["evacuation_id"] is not None
    assert len(await standing(fire)) == 1
    assert len(await fire.journalled("input_inactive")) == 1


async def test_what_is_told_late_or_again_starts_nothing_that_somebody_has_ended(
    fire: Park,
) -> None:
    await tell(fire)
    fire.pass_time(minutes=10)
    await end(fire)
    fire.pass_time(minutes=1)
    again = await tell(fire, at=NINE)
    assert again.json() == {"evacuation_id": None}
    late = await tell(fire, at=NINE + 9 * MINUTE)
    assert late.json() == {"evacuation_id": None}
    assert await standing(fire) == []


async def test_a_contact_that_closes_after_the_end_evacuates_again(fire: Park) -> None:
    await tell(fire)
    fire.pass_time(minutes=10)
    await end(fire)
    at_once = await tell(fire)
    assert at_once.json()["evacuation_id"] is not None
    await end(fire)
    fire.pass_time(minutes=1)
    assert (await tell(fire)).json()["evacuation_id"] is not None


async def test_a_wrong_clock_keeps_nobody_inside(fire: Park) -> None:
    await tell(fire)
    fire.pass_time(minutes=10)
    await end(fire)
    fire.pass_time(minutes=1)
    long_ago = datetime.fromisoformat("2000-01-01T00:00:00Z")
    heard = await tell(fire, at=long_ago, sent_at=long_ago)
    assert heard.json()["evacuation_id"] is not None


def test_the_age_of_what_was_seen_goes_by_the_controllers_own_clock() -> None:
    wrong = NINE - timedelta(days=400)
    assert seen_at(wrong, sent_at=wrong + MINUTE, received_at=NINE) == NINE - MINUTE
    assert seen_at(NINE - MINUTE, sent_at=None, received_at=NINE) == NINE - MINUTE
    assert seen_at(NINE + MINUTE, sent_at=None, received_at=NINE) == NINE


async def test_an_old_contact_that_nobody_answered_still_evacuates(fire: Park) -> None:
    fire.pass_time(hours=2)
    assert (await tell(fire, at=NINE)).json()["evacuation_id"] is not None


@pytest.mark.parametrize(("seconds", "stand"), [(-1, 0), (1, 1)])
async def test_a_contact_told_while_somebody_ends_it_counts_by_when_it_closed(
    fire: Park, seconds: int, stand: int
) -> None:
    await tell(fire)
    fire.pass_time(minutes=5)
    (stands,) = await standing(fire)
    path = f"/evacuations/{stands['evacuation_id']}/end"

    async def tell_then() -> httpx.Response:
        at = fire.now + timedelta(seconds=seconds)
        fire.pass_time(seconds=1)
        return await tell(fire, at=at)

    answers = await fire.queue("evacuations", lambda: fire.post(SECURITY, path), tell_then)
    assert {answer.status_code for answer in answers} == {200}
    assert len(await standing(fire)) == stand


async def test_inputs_set_while_one_is_told_wait_for_each_other(fire: Park) -> None:
    path = f"/controllers/{fire.ids['floor controller']}/inputs"
    body = {"inputs": {"fire": fire.ids["floor"]}}
    answers = await fire.queue(
        f"zones WHERE zone_id = '{fire.ids['floor']}'",
        lambda: fire.put(OPERATOR, path, body),
        lambda: tell(fire),
    )
    assert {answer.status_code for answer in answers} == {200}


async def test_a_persons_evacuation_is_the_one_that_an_input_finds(fire: Park) -> None:
    body = {"zone_id": fire.ids["floor"], "reason": "Smoke"}
    made = (await fire.post(SECURITY, "/evacuations", body)).json()
    assert (await tell(fire)).json() == {"evacuation_id": made["evacuation_id"]}
    assert len(await fire.journalled("input_active")) == 1


async def test_a_controller_tells_of_its_own_inputs_alone(fire: Park) -> None:
    for code, controller in (("smoke", "floor controller"), ("fire", "lobby controller")):
        refused = await tell(fire, code=code, controller=controller)
        assert (refused.status_code, refused.json()["code"]) == (404, "no_such_input")
    body = {"input": "fire", "active": True, "occurred_at": NINE.isoformat()}
    refused = await fire.post(SECURITY, "/controllers/me/inputs", body)
    assert (refused.status_code, refused.json()["code"]) == (401, "no_device_key")


async def test_inputs_are_set_as_a_whole_by_those_who_saw_them(fire: Park) -> None:
    path = f"/controllers/{fire.ids['floor controller']}/inputs"
    before = await fire.get(SECURITY, path)
    body = {"inputs": {"fire": fire.ids["park"], "smoke": fire.ids["room"]}}
    answers = await asyncio.gather(
        *(fire.put(OPERATOR, path, body, if_match=before.headers["etag"]) for _ in range(2))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert (await fire.get(SECURITY, path)).json() == body
    assert len(await fire.journalled("controller_inputs_set")) == 2
    unknown = {"inputs": {"fire": str(uuid4())}}
    assert (await fire.put(OPERATOR, path, unknown)).json()["code"] == "no_such_zone"
    lost = await fire.put(OPERATOR, f"/controllers/{uuid4()}/inputs", body)
    assert lost.json()["code"] == "no_such_controller"
    odd = await fire.put(OPERATOR, path, {"inputs": {"\u0007": fire.ids["park"]}})
    assert odd.status_code == 422


async def test_tenants_neither_see_nor_set_inputs(fire: Park) -> None:
    path = f"/controllers/{fire.ids['floor controller']}/inputs"
    for who in (ALICE, ATLAS_ADMIN):
        assert (await fire.get(who, path)).status_code == 403
        assert (await fire.put(who, path, {"inputs": {}})).status_code == 403
    assert (await fire.put(SECURITY, path, {"inputs": {}})).status_code == 403


@pytest.mark.parametrize("says_when_sent", [True, False])
async def test_a_panel_whose_controller_has_lost_the_time_evacuates_its_zone(
    fire: Park, says_when_sent: bool
) -> None:
    lost = datetime(1970, 1, 1, tzinfo=NINE.tzinfo)
    for _ in range(2):
        heard = await tell(fire, at=lost, sent_at=lost if says_when_sent else None)
        assert heard.status_code == 200
        await end(fire)
        fire.pass_time(minutes=1)
