"""Rights over HTTP: who may give which, and who sees them."""

from datetime import timedelta
from uuid import uuid4

from shared.events.booking import BookingConfirmed
from tests.access.builders import a_booking
from tests.access.park import (
    ALICE,
    ATLAS_ADMIN,
    BAHIA_ADMIN,
    BASMA,
    NINE,
    OPERATOR,
    SECURITY,
    Park,
    Somebody,
)
from tests.access.rights.asking import every, form, holding
from tests.access.schedules.asking import add_schedule, hours, refusal


def a_right(park: Park, who: Somebody, zone: str) -> dict[str, object]:
    return {"holder": {"kind": "person", "id": park.ids[who.email]}, "zone_id": park.ids[zone]}


async def test_an_admin_lets_their_own_people_in_by_themselves_into_their_own_zones_alone(
    park: Park,
) -> None:
    own = await park.post(ATLAS_ADMIN, "/rights", a_right(park, ALICE, "suite a"))
    assert own.status_code == 201
    assert own.json()["author_tenant_id"] == park.ids["atlas"]
    assert own.json()["standing"] == "counts"
    shared = await park.post(ATLAS_ADMIN, "/rights", a_right(park, ALICE, "building"))
    assert (shared.status_code, shared.json()["standing"]) == (201, "outside_ceiling")
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


async def test_an_admin_of_the_landlord_opens_no_shared_zone(park: Park) -> None:
    landlords_admin = Somebody("admin@landlord.example", ("tenant_admin",))
    await park.list_person(landlords_admin)
    body = a_right(park, landlords_admin, "building")
    assert (await park.post(landlords_admin, "/rights", body)).status_code == 403


async def test_a_group_is_given_rights_by_whoever_keeps_it(park: Park) -> None:
    await form(park, ATLAS_ADMIN, "ours", ALICE, tenant_id=park.ids["atlas"])
    await form(park, OPERATOR, "the park's", ALICE, BASMA)
    own = {"holder": holding(park, "group", "ours"), "zone_id": park.ids["suite a"]}
    assert (await park.post(ATLAS_ADMIN, "/rights", own)).status_code == 201
    assert (await park.post(BAHIA_ADMIN, "/rights", own)).status_code == 404
    parks = {"holder": holding(park, "group", "the park's"), "zone_id": park.ids["building"]}
    assert (await park.post(ATLAS_ADMIN, "/rights", parks)).status_code == 404
    assert (await park.post(SECURITY, "/rights", parks)).status_code == 201
    found = await every(park, ALICE, "/rights", person_id=park.ids[ALICE.email])
    assert {right["holder"]["id"] for right in found} == {park.ids["ours"], park.ids["the park's"]}


async def test_a_right_that_would_end_before_it_begins_is_refused(park: Park) -> None:
    times = {"valid_from": "2026-12-01T00:00:00Z", "valid_until": "2026-12-01T00:00:00Z"}
    refused = await park.post(OPERATOR, "/rights", a_right(park, ALICE, "suite a") | times)
    assert (refused.status_code, refused.json()["code"]) == (422, "ends_before_it_begins")


async def test_a_right_counts_at_the_hours_of_its_schedule(park: Park) -> None:
    office = await add_schedule(park)
    given = await park.let_in(ALICE, "suite a", schedule_id=office)
    assert (given["schedule_id"], given["standing"]) == (office, "counts")
    park.now = NINE.replace(hour=20)
    (found,) = await every(park, ALICE, "/rights", person_id=park.ids[ALICE.email])
    assert found["standing"] == "outside_schedule"


async def test_nobodys_word_hangs_by_hours_that_another_tenant_may_change(park: Park) -> None:
    own = hours("ours", tenant_id=park.ids["atlas"])
    schedule_id = (await park.post(ATLAS_ADMIN, "/schedules", own)).json()["schedule_id"]
    follow = {"schedule_id": schedule_id}
    body = a_right(park, ALICE, "suite a") | follow
    assert (await park.post(ATLAS_ADMIN, "/rights", body)).status_code == 201
    refused = await park.post(OPERATOR, "/rights", body)
    assert refusal(refused) == (409, "schedule_of_another_tenant")
    ceiling = {"zone_id": park.ids["building"], "tenant_id": park.ids["atlas"]} | follow
    assert refusal(await park.post(OPERATOR, "/ceilings", ceiling))[0] == 409
    foreign = a_right(park, BASMA, "suite b") | follow
    refused = await park.post(BAHIA_ADMIN, "/rights", foreign)
    assert refusal(refused) == (404, "no_such_schedule")


async def test_who_granted_and_who_ended_a_right_is_journalled(park: Park) -> None:
    given = (await park.post(ATLAS_ADMIN, "/rights", a_right(park, ALICE, "suite a"))).json()
    await park.post(SECURITY, f"/rights/{given['right_id']}/end")
    entries = await every(park, SECURITY, "/journal", person_id=park.ids[ALICE.email])
    acts = [(each["reason"], each["author_id"]) for each in entries if each["kind"] == "act"]
    assert acts == [
        ("right_ended", park.ids[SECURITY.email]),
        ("right_granted", park.ids[ATLAS_ADMIN.email]),
    ]
    entries = await every(park, BAHIA_ADMIN, "/journal", person_id=park.ids[ALICE.email])
    assert entries == []


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


async def test_an_access_point_into_anothers_zone_is_as_if_there_were_none(park: Park) -> None:
    holder = {"kind": "person", "id": park.ids[ALICE.email]}
    points = (park.ids["door b in"], str(uuid4()))
    grants = [{"holder": holder, "access_point_id": point} for point in points]
    there, nowhere = [await park.post(ATLAS_ADMIN, "/rights", grant) for grant in grants]
    assert there.json() == nowhere.json()
    assert (there.status_code, there.json()["code"]) == (404, "no_such_access_point")


async def test_what_has_been_over_for_long_is_ended(park: Park) -> None:
    until = (NINE + timedelta(hours=1)).isoformat()
    over = await park.let_in(ALICE, "suite a", valid_until=until)
    standing = await park.let_in(ALICE, "suite a")
    end = park.loops["rights.end"]
    assert await end.round() is False
    park.pass_time(days=8)
    assert await end.round() is False
    rows = await park.rows("SELECT right_id, ended_at = valid_until AS ended FROM rights")
    ended = {str(row["right_id"]): row["ended"] for row in rows}
    assert (ended[over["right_id"]], ended[standing["right_id"]]) == (True, None)
