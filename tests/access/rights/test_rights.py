"""Rights over HTTP: who may give which, and who sees them."""

from uuid import uuid4

from shared.events.booking import BookingConfirmed
from tests.access.builders import a_booking
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


def a_right(park: Park, who: Somebody, zone: str) -> dict[str, object]:
    return {"holder": {"kind": "person", "id": park.ids[who.email]}, "zone_id": park.ids[zone]}


async def test_an_admin_lets_their_own_people_into_their_own_zones_alone(park: Park) -> None:
    own = await park.post(ATLAS_ADMIN, "/rights", a_right(park, ALICE, "suite a"))
    assert own.status_code == 201
    assert own.json()["author_tenant_id"] == park.ids["atlas"]
    shared = await park.post(ATLAS_ADMIN, "/rights", a_right(park, ALICE, "building"))
    assert shared.status_code == 403
    foreign_zone = await park.post(ATLAS_ADMIN, "/rights", a_right(park, ALICE, "suite b"))
    assert foreign_zone.status_code == 404
    foreign_person = await park.post(ATLAS_ADMIN, "/rights", a_right(park, BASMA, "suite a"))
    assert foreign_person.status_code == 404
    assert (await park.post(ALICE, "/rights", a_right(park, ALICE, "suite a"))).status_code == 403


async def test_an_admin_ends_what_their_tenant_gave_and_nothing_else(park: Park) -> None:
    given = (await park.post(ATLAS_ADMIN, "/rights", a_right(park, ALICE, "suite a"))).json()
    path = f"/rights/{given['right_id']}/end"
    assert (await park.post(BAHIA_ADMIN, path)).status_code == 404
    assert (await park.post(ALICE, path)).status_code == 403
    assert (await park.post(ATLAS_ADMIN, path)).status_code == 204
    again = await park.post(ATLAS_ADMIN, path)
    assert (again.status_code, again.json()["code"]) == (409, "already_ended")


async def test_no_tenant_sees_anothers_rights(park: Park) -> None:
    await park.let_in(ALICE, "suite a")
    person_id = park.ids[ALICE.email]
    for who in (ALICE, ATLAS_ADMIN, OPERATOR, SECURITY):
        found = (await park.get(who, "/rights", person_id=person_id)).json()["items"]
        assert [right["zone_id"] for right in found] == [park.ids["suite a"]]
    for who in (BASMA, BAHIA_ADMIN):
        assert (await park.get(who, "/rights", person_id=person_id)).status_code == 404


async def test_a_right_has_one_target(park: Park) -> None:
    both = a_right(park, ALICE, "suite a") | {"access_point_id": park.ids["lobby in"]}
    neither = {"holder": both["holder"]}
    for body in (both, neither):
        refused = await park.post(OPERATOR, "/rights", body)
        assert (refused.status_code, refused.json()["code"]) == (422, "one_target")
    lost = {"holder": both["holder"], "access_point_id": str(uuid4())}
    assert (await park.post(OPERATOR, "/rights", lost)).status_code == 404


async def test_alarms_are_for_security_and_are_cleared_once(park: Park) -> None:
    await park.hear(BookingConfirmed(booking=a_booking(zone_id=park.id("suite a"))))
    (alarm,) = (await park.get(SECURITY, "/alarms")).json()["items"]
    path = f"/alarms/{alarm['alarm_id']}/clear"
    for who in (ALICE, ATLAS_ADMIN):
        assert (await park.get(who, "/alarms")).status_code == 403
        assert (await park.post(who, path)).status_code == 403
    assert (await park.post(SECURITY, path)).json()["cleared_at"] is not None
    assert (await park.post(SECURITY, path)).json()["code"] == "already_cleared"
    assert len(await park.announced("access.alarm_cleared.v1")) == 1
