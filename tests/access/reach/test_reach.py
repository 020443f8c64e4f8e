"""Who reaches what, who may pass here, and why: asked by those who may know."""

from datetime import timedelta

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
from tests.access.rights.asking import cap, every, form, grant, holding, reach, who, why
from tests.access.schedules.asking import add_schedule


async def test_a_person_reaches_what_any_of_their_names_is_let_into(park: Park) -> None:
    await grant(park, ATLAS_ADMIN, holding(park, "person", ALICE.email), zone="suite a")
    await grant(park, OPERATOR, holding(park, "tenant", "atlas"), zone="building")
    await form(park, OPERATOR, "wardens", ALICE)
    await grant(park, OPERATOR, holding(park, "group", "wardens"), zone="suite b")
    point = park.ids["stairs in"]
    await grant(park, OPERATOR, holding(park, "person", ALICE.email), access_point_id=point)
    booking = a_booking(zone_id=park.id("room"), organiser_id=park.id(ALICE.email))
    await park.hear(BookingConfirmed(booking=booking))
    zones = {park.ids[name] for name in ("suite a", "building", "suite b")}
    assert await reach(park, ALICE, limit=2) == zones | {point}
    during = (NINE + timedelta(hours=1)).isoformat()
    assert await reach(park, ALICE, limit=2, at=during) == zones | {point, park.ids["room"]}
    assert await reach(park, BASMA) == set()


async def test_reach_shows_each_right_with_both_authors(park: Park) -> None:
    await grant(park, ATLAS_ADMIN, holding(park, "tenant", "atlas"), zone="building")
    await grant(park, SECURITY, holding(park, "person", ALICE.email), zone="building")
    await cap(park, "atlas", "building", by=SECURITY)
    path = f"/people/{park.ids[ALICE.email]}/reach"
    (row,) = await every(park, ALICE, path)
    words = {
        (right["author_id"], right["ceiling"] and right["ceiling"]["author_id"])
        for right in row["rights"]
    }
    assert words == {
        (park.ids[ATLAS_ADMIN.email], park.ids[SECURITY.email]),
        (park.ids[SECURITY.email], None),
    }


async def test_only_those_who_look_after_somebody_ask_what_they_reach(park: Park) -> None:
    colleague = Somebody("lina@atlas.example")
    await park.list_person(colleague)
    person, point = park.ids[ALICE.email], park.ids["door a in"]
    for who_asks, status in (
        (ALICE, 200),
        (ATLAS_ADMIN, 200),
        (SECURITY, 200),
        (colleague, 403),
        (BASMA, 404),
        (BAHIA_ADMIN, 404),
    ):
        reached = await park.get(who_asks, f"/people/{person}/reach")
        told = await park.get(who_asks, f"/people/{person}/why", access_point_id=point)
        assert (reached.status_code, told.status_code) == (status, status)


async def test_why_tells_of_each_right_whether_it_counts_and_what_it_lacks(park: Park) -> None:
    alice = holding(park, "person", ALICE.email)
    early = (NINE - timedelta(days=2)).isoformat()
    late = (NINE - timedelta(days=1)).isoformat()
    later = (NINE + timedelta(days=1)).isoformat()
    made = {
        "counts": {"zone": "building"},
        "expired": {"zone": "building", "valid_from": early, "valid_until": late},
        "not_yet_valid": {"zone": "building", "valid_from": later},
        "outside_schedule": {"zone": "building", "schedule_id": await add_schedule(park)},
        "other_zone": {"zone": "suite b"},
    }
    park.now = NINE.replace(hour=7)
    expected = {
        (await grant(park, OPERATOR, alice, **more))["right_id"]: standing
        for standing, more in made.items()
    }
    given = await grant(park, ATLAS_ADMIN, alice, zone="building")
    expected[given["right_id"]] = "outside_ceiling"
    found = await why(park, ALICE, "lobby in")
    assert {each["right_id"]: each["standing"] for each in found["rights"]} == expected
    assert (found["reason"], found["is_complete"]) == ("right", True)


async def test_why_names_what_the_nearest_right_lacks(park: Park) -> None:
    alice = holding(park, "person", ALICE.email)
    assert (await why(park, ALICE, "lobby in"))["reason"] == "no_right"
    times = {"valid_until": (NINE - timedelta(days=1)).isoformat()}
    await grant(park, OPERATOR, alice, zone="building", **times)
    assert (await why(park, ALICE, "lobby in"))["reason"] == "expired"
    later = {"valid_from": (NINE + timedelta(days=1)).isoformat()}
    await grant(park, OPERATOR, alice, zone="building", **later)
    assert (await why(park, ALICE, "lobby in"))["reason"] == "not_yet_valid"
    await grant(park, ATLAS_ADMIN, alice, zone="building")
    assert (await why(park, ALICE, "lobby in"))["reason"] == "outside_ceiling"


async def test_a_way_out_is_everybodys(park: Park) -> None:
    found = await why(park, ALICE, "lobby out")
    assert (found["may_pass"], found["reason"]) == (True, "way_out")
    refused = await park.get(OPERATOR, f"/access-points/{park.ids['lobby out']}/who")
    assert (refused.status_code, refused.json()["code"]) == (409, "everybody_may_leave")


async def test_who_has_left_reaches_nothing_and_is_told_so(park: Park) -> None:
    await grant(park, OPERATOR, holding(park, "tenant", "atlas"), zone="building")
    path = f"/people/{park.ids[ALICE.email]}/delist"
    assert (await park.post(OPERATOR, path, {"reason": "left"})).status_code == 204
    assert await reach(park, ALICE) == set()
    assert park.ids[ALICE.email] not in await who(park, "lobby in")
    assert (await why(park, ALICE, "lobby in"))["reason"] == "holder_delisted"


async def test_who_lists_all_who_may_pass_and_a_tenants_admin_sees_their_own(park: Park) -> None:
    await grant(park, OPERATOR, holding(park, "tenant", "atlas"), zone="building")
    await form(park, OPERATOR, "wardens", BASMA, SECURITY)
    await grant(park, OPERATOR, holding(park, "group", "wardens"), zone="building")
    atlas = {park.ids[ALICE.email], park.ids[ATLAS_ADMIN.email]}
    others = {park.ids[BASMA.email], park.ids[SECURITY.email]}
    assert await who(park, "lobby in", limit=1) == atlas | others
    assert await who(park, "lobby in", by=ATLAS_ADMIN, limit=1) == atlas
    assert await who(park, "lobby in", by=BAHIA_ADMIN) == {park.ids[BASMA.email]}
    denied = await park.get(ALICE, f"/access-points/{park.ids['lobby in']}/who")
    assert denied.status_code == 403


async def test_a_door_into_another_tenants_zone_is_not_there(park: Park) -> None:
    point = park.ids["door b in"]
    assert (await park.get(ATLAS_ADMIN, f"/access-points/{point}/who")).status_code == 404
    path = f"/people/{park.ids[ALICE.email]}/why"
    for who_asks in (ALICE, ATLAS_ADMIN):
        asked = await park.get(who_asks, path, access_point_id=point)
        assert (asked.status_code, asked.json()["code"]) == (404, "no_such_access_point")


async def test_a_cursor_is_its_callers_own(park: Park) -> None:
    await grant(park, OPERATOR, holding(park, "tenant", "atlas"), zone="building")
    path = f"/access-points/{park.ids['lobby in']}/who"
    page = (await park.get(OPERATOR, path, limit=1)).json()
    stolen = await park.get(ATLAS_ADMIN, path, cursor=page["next"])
    assert (stolen.status_code, stolen.json()["code"]) == (422, "bad_cursor")
