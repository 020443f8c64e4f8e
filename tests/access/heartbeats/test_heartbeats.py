"""A controller that is not heard for two minutes is silent, until it is heard again."""

import asyncio

import httpx
import pytest

from services.access.service import SERVICE
from tests.access.park import ALICE, ATLAS_ADMIN, NINE, OPERATOR, SECURITY, Json, Park

FLOOR, LOBBY = "floor controller", "lobby controller"
SILENCED, HEARD = "access.controller_silenced.v1", "access.controller_heard.v1"


async def beat(park: Park, controller: str = FLOOR) -> httpx.Response:
    headers = {"X-Device-Key": park.keys[controller]}
    return await park.http.post("/v1/controllers/me/heartbeats", headers=headers)


async def look(park: Park) -> None:
    """A round of the worker."""
    await park.loops["silence.note"].round()


async def told(park: Park, name: str) -> list[Json]:
    return [each["controller"] for each in await park.announced(name)]


async def silent(park: Park) -> list[str]:
    found = (await park.get(SECURITY, "/controllers/pulses", silent=True)).json()["items"]
    return [each["code"] for each in found]


@pytest.fixture
async def quiet(park: Park) -> Park:
    """The floor's controller was heard at nine, and never since."""
    assert (await beat(park)).json() == {"silent_after_seconds": 120.0}
    park.pass_time(seconds=120)
    return park


async def test_who_is_not_heard_for_too_long_is_told_once_with_its_zones(quiet: Park) -> None:
    quiet.pass_time(seconds=-1)
    await look(quiet)
    assert (await told(quiet, SILENCED), await silent(quiet)) == ([], [])
    quiet.pass_time(seconds=1)
    for _ in range(2):
        await look(quiet)
        quiet.pass_time(minutes=5)
    zones = ("building", "floor", "suite a", "suite b", "room")
    assert await told(quiet, SILENCED) == [
        {
            "controller_id": quiet.ids[FLOOR],
            "zone_ids": sorted(quiet.ids[zone] for zone in zones),
            "silent_since": "2026-11-23T09:00:00Z",
            "heard_at": "2026-11-23T09:00:00Z",
        }
    ]
    assert await silent(quiet) == [FLOOR]
    await quiet.loops["alarms.count"].round()
    assert quiet.ground.registry.get_sample_value("parvis_controllers_silent") == 1


async def test_who_is_heard_again_is_told_at_once(quiet: Park) -> None:
    await look(quiet)
    quiet.pass_time(minutes=10)
    for _ in range(2):
        await beat(quiet)
    (heard,) = await told(quiet, HEARD)
    assert (heard["silent_since"], heard["heard_at"]) == (None, "2026-11-23T09:12:00Z")
    assert heard["zone_ids"] == (await told(quiet, SILENCED))[0]["zone_ids"]
    assert await silent(quiet) == []


async def test_a_read_at_a_door_is_a_sign_of_life(quiet: Park) -> None:
    await quiet.read_badge("room door in", 1)
    quiet.pass_time(seconds=60)
    await look(quiet)
    assert await told(quiet, SILENCED) == []
    quiet.pass_time(seconds=60)
    await look(quiet)
    (fell,) = await told(quiet, SILENCED)
    assert fell["silent_since"] == "2026-11-23T09:02:00Z"
    quiet.pass_time(minutes=5)
    await quiet.read_badge("room door in", 1)
    await look(quiet)
    (heard,) = await told(quiet, HEARD)
    assert heard["heard_at"] == "2026-11-23T09:09:00Z"


async def test_who_has_never_sent_a_heartbeat_is_not_called_silent(park: Park) -> None:
    await beat(park, LOBBY)
    await park.read_badge("room door in", 1)
    park.pass_time(hours=1)
    await look(park)
    assert await silent(park) == [LOBBY]


async def test_where_a_silent_controller_gets_another_door_its_zones_are_told_anew(
    quiet: Park,
) -> None:
    await quiet.add_door("hatch", None, "suite a", controller=LOBBY)
    await look(quiet)
    first = (await told(quiet, SILENCED))[0]["zone_ids"]
    zone = {"code": "attic", "kind": "room", "names": {"fr": "A", "ar": "A", "en": "A"}}
    made = await quiet.made("/zones", {**zone, "parent_id": quiet.ids["floor"]})
    quiet.ids["attic"] = made["zone_id"]
    await quiet.add_door("ladder", "floor", "attic")
    await look(quiet)
    _, again = await told(quiet, SILENCED)
    assert set(again["zone_ids"]) == {*first, made["zone_id"]}
    assert again["silent_since"] == "2026-11-23T09:00:00Z"


async def test_workers_that_look_at_once_and_a_heartbeat_agree(quiet: Park) -> None:
    await asyncio.gather(*(look(quiet) for _ in range(4)))
    assert len(await told(quiet, SILENCED)) == 1
    await asyncio.gather(*(beat(quiet) for _ in range(4)), look(quiet))
    assert len(await told(quiet, HEARD)) == 1
    assert await silent(quiet) == []


async def test_a_heartbeat_makes_no_new_version_of_the_policy(park: Park) -> None:
    before = await park.rows("SELECT version FROM policy_version")
    await beat(park)
    assert await park.rows("SELECT version FROM policy_version") == before


async def test_what_is_silent_is_announced_again(quiet: Park) -> None:
    await look(quiet)
    await quiet.forget_announcements()
    await SERVICE.announce_again(quiet.ground.database)
    (again,) = await told(quiet, SILENCED)
    assert again["silent_since"] == NINE.isoformat().replace("+00:00", "Z")


async def test_only_a_controller_sends_heartbeats_and_only_the_park_looks_at_them(
    quiet: Park,
) -> None:
    refused = await quiet.post(OPERATOR, "/controllers/me/heartbeats")
    assert (refused.status_code, refused.json()["code"]) == (401, "no_device_key")
    for who in (ALICE, ATLAS_ADMIN):
        assert (await quiet.get(who, "/controllers/pulses")).status_code == 403


async def test_pulses_are_read_in_pages_the_longest_unheard_first(park: Park) -> None:
    await beat(park, LOBBY)
    park.pass_time(seconds=1)
    await beat(park, FLOOR)
    first = (await park.get(SECURITY, "/controllers/pulses", limit=1)).json()
    rest = await park.get(SECURITY, "/controllers/pulses", limit=1, cursor=first["next"])
    found = [each["code"] for each in (*first["items"], *rest.json()["items"])]
    assert (found, rest.json()["next"]) == ([LOBBY, FLOOR], None)
