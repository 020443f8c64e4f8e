"""Zones, doors and controllers over HTTP, and which directions are ways out."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from services.access.premises.domain import Zone, is_way_out
from shared.events.premises import ZoneKind
from tests.access.park import ALICE, ATLAS_ADMIN, BASMA, NINE, OPERATOR, SECURITY, Park

NAMES = {"fr": "x", "ar": "x", "en": "x"}


def a_zone(*ancestors: Zone) -> Zone:
    return Zone(
        zone_id=uuid4(),
        code="zone",
        kind=ZoneKind.ROOM,
        name_fr="zone",
        name_ar="zone",
        name_en="zone",
        ancestor_ids=[each.zone_id for each in ancestors],
        listed_at=NINE,
    )


def test_only_a_way_to_an_ancestor_or_outside_is_a_way_out() -> None:
    park = a_zone()
    building = a_zone(park)
    suite, room = a_zone(park, building), a_zone(park, building)
    assert is_way_out(source=park, target=None)
    assert is_way_out(source=suite, target=building)
    assert is_way_out(source=suite, target=park)
    assert not is_way_out(source=None, target=park)
    assert not is_way_out(source=building, target=suite)
    assert not is_way_out(source=suite, target=room)


async def test_a_door_between_neighbours_has_two_ways_in(park: Park) -> None:
    door = (await park.get(OPERATOR, "/doors", code="between")).json()["items"][0]
    ways = {point["direction"]: point["is_way_out"] for point in door["access_points"]}
    assert ways == {"in": False, "out": False}
    lobby = (await park.get(OPERATOR, f"/doors/{park.ids['lobby']}")).json()
    ways = {point["direction"]: point["is_way_out"] for point in lobby["access_points"]}
    assert ways == {"in": False, "out": True}


async def test_a_zone_is_told_to_the_others_with_its_tenants_new_zones(park: Park) -> None:
    body = {"code": "suite c", "parent_id": park.ids["floor"], "kind": "suite", "names": NAMES}
    made = await park.made("/zones", body | {"tenant_id": park.ids["atlas"]})
    (zone,) = await park.announced("premises.zone_listed.v1")
    assert zone["zone"]["zone_id"] == made["zone_id"]
    (tenant,) = await park.announced("directory.tenant_listed.v1")
    assert set(tenant["tenant"]["zone_ids"]) == {park.ids["suite a"], made["zone_id"]}


async def test_what_lies_in_a_rented_zone_is_rented_too(park: Park) -> None:
    body = {"code": "a room", "parent_id": park.ids["suite a"], "kind": "room", "names": NAMES}
    assert (await park.made("/zones", body))["tenant_id"] == park.ids["atlas"]
    other = body | {"code": "another", "tenant_id": park.ids["bahia"]}
    refused = await park.post(OPERATOR, "/zones", other)
    assert (refused.status_code, refused.json()["code"]) == (409, "zone_is_let")


@pytest.mark.parametrize(
    ("kind", "parent"), [("building", "floor"), ("floor", "floor"), ("building", None)]
)
async def test_a_zone_fits_only_into_a_larger_one(
    park: Park, kind: str, parent: str | None
) -> None:
    parent_id = park.ids[parent] if parent else None
    body = {"code": "odd", "parent_id": parent_id, "kind": kind, "names": NAMES}
    refused = await park.post(OPERATOR, "/zones", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "zone_does_not_fit")


async def test_no_tenant_sees_anothers_zones_and_doors(park: Park) -> None:
    zones = (await park.get(BASMA, "/zones")).json()["items"]
    assert "suite b" in {zone["code"] for zone in zones}
    assert "suite a" not in {zone["code"] for zone in zones}
    assert (await park.get(BASMA, "/zones", code="suite a")).json()["items"] == []
    assert (await park.get(BASMA, f"/zones/{park.ids['suite a']}")).status_code == 404
    doors = {door["code"] for door in (await park.get(ALICE, "/doors")).json()["items"]}
    assert doors == {"lobby", "stairs", "door a", "room door"}
    assert (await park.get(BASMA, f"/doors/{park.ids['door a']}")).status_code == 404
    assert (await park.get(BASMA, "/doors", code="door a")).json()["items"] == []


async def test_only_operators_and_facility_managers_build(park: Park) -> None:
    for who in (ALICE, ATLAS_ADMIN, SECURITY):
        zone = {"code": "z", "parent_id": park.ids["floor"], "kind": "room", "names": NAMES}
        assert (await park.post(who, "/zones", zone)).status_code == 403
        assert (await park.post(who, "/controllers", {"code": "c"})).status_code == 403
        controller = park.ids["lobby controller"]
        assert (await park.post(who, f"/controllers/{controller}/keys")).status_code == 403
        assert (await park.post(who, f"/controllers/{controller}/epochs")).status_code == 403
    assert (await park.get(ALICE, "/controllers")).status_code == 403
    assert len((await park.get(SECURITY, "/controllers")).json()["items"]) == 2


async def test_codes_are_used_once(park: Park) -> None:
    zone = {"code": "room", "parent_id": park.ids["floor"], "kind": "room", "names": NAMES}
    door = {
        "code": "lobby",
        "names": NAMES,
        "to_zone_id": park.ids["building"],
        "controller_id": park.ids["lobby controller"],
    }
    taken = [
        await park.post(OPERATOR, "/zones", zone),
        await park.post(OPERATOR, "/doors", door),
        await park.post(OPERATOR, "/controllers", {"code": "lobby controller"}),
    ]
    codes = [(answer.status_code, answer.json()["code"]) for answer in taken]
    assert codes == [
        (409, "zone_code_taken"),
        (409, "door_code_taken"),
        (409, "controller_code_taken"),
    ]
    lost = await park.post(OPERATOR, "/doors", door | {"code": "x", "controller_id": str(uuid4())})
    assert (lost.status_code, lost.json()["code"]) == (404, "no_such_controller")


async def test_a_rotated_key_counts_for_a_day_beside_the_new_one(park: Park) -> None:
    old = park.keys["lobby controller"]
    path = f"/controllers/{park.ids['lobby controller']}/keys"
    new = (await park.post(OPERATOR, path)).json()["key"]
    frame = {"kind": "qr", "text": "unknown"}
    for key in (old, new):
        assert (await park.ask("lobby in", park.a_read(frame), key=key)).status_code == 200
    park.pass_time(hours=24)
    refused = await park.ask("lobby in", park.a_read(frame), key=old)
    assert (refused.status_code, refused.json()["code"]) == (401, "device_key_not_accepted")
    assert (await park.ask("lobby in", park.a_read(frame), key=new)).status_code == 200


async def test_secrets_of_keys_reach_no_table_however_the_request_is_sent(park: Park) -> None:
    headers = park.headers(OPERATOR) | {"Idempotency-Key": "k-1"}
    controllers = "/v1/controllers"
    made = (await park.http.post(controllers, headers=headers, json={"code": "new"})).json()
    keys = f"{controllers}/{made['controller_id']}/keys"
    renewed = (await park.http.post(keys, headers=headers)).json()
    secrets = [each["key"].partition(".")[2] for each in (made, renewed)]
    tables = await park.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    for (table,) in tables:
        for (row,) in await park.rows(f'SELECT t::text FROM "{table}" AS t'):
            found = re.findall(r"\\\\x((?:[0-9a-f]{2})+)", row)  # as PostgreSQL writes bytes
            kept = b"".join(map(bytes.fromhex, found)).decode(errors="replace")
            assert not any(secret in row or secret in kept for secret in secrets), table


@pytest.mark.parametrize("key", ["", "nonsense", "a.b", "0000000000000000.secret"])
async def test_a_controller_without_a_known_key_is_refused(park: Park, key: str) -> None:
    read = park.a_read({"kind": "qr", "text": "unknown"})
    path = f"/v1/access-points/{park.ids['lobby in']}/decisions"
    answer = await park.http.post(path, headers={"X-Device-Key": key}, json=read)
    assert answer.status_code == 401


async def test_a_read_without_end_is_refused_before_its_key_is_looked_for(park: Park) -> None:
    path = f"/v1/access-points/{park.ids['lobby in']}/decisions"
    headers = {"X-Device-Key": "nobody.knows"}
    answer = await park.http.post(path, headers=headers, content=b"x" * 2_000_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_a_person_is_no_controller(park: Park) -> None:
    path = f"/access-points/{park.ids['lobby in']}/decisions"
    refused = await park.post(OPERATOR, path, park.a_read({"kind": "qr", "text": "unknown"}))
    assert (refused.status_code, refused.json()["code"]) == (401, "no_device_key")


async def test_a_controller_asks_for_its_own_doors_alone(park: Park) -> None:
    read = park.a_read({"kind": "qr", "text": "unknown"})
    refused = await park.ask("door a in", read, key=park.keys["lobby controller"])
    assert (refused.status_code, refused.json()["code"]) == (404, "no_such_access_point")


async def test_a_replaced_device_counts_anew_in_its_own_epoch(park: Park) -> None:
    frame = {"kind": "qr", "text": "unknown"}
    assert (await park.ask("lobby in", park.a_read(frame, sequence=1))).status_code == 200
    path = f"/controllers/{park.ids['lobby controller']}/epochs"
    assert (await park.post(OPERATOR, path)).json()["epoch"] == 2
    park.now += timedelta(minutes=1)
    old = await park.ask("lobby in", park.a_read(frame, sequence=2))
    assert (old.status_code, old.json()["code"]) == (409, "wrong_epoch")
    assert (await park.ask("lobby in", park.a_read(frame, sequence=1, epoch=2))).status_code == 200
