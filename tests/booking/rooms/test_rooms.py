"""Rooms over HTTP: who adds them, who sees them."""

import pytest

from tests.booking.park import Park


async def codes(park: Park, email: str, *roles: str) -> list[str]:
    answer = await park.http.get("/v1/rooms", headers=park.as_(email, *roles))
    assert answer.status_code == 200, answer.text
    return [room["code"] for room in answer.json()["items"]]


async def test_a_tenant_sees_its_own_rooms_and_the_parks(park: Park) -> None:
    await park.a_room(code="a-park")
    await park.a_room(code="b-ours", tenant_ids=[str(park.tenant_id)])
    await park.a_room(code="c-theirs", tenant_ids=[str(park.other_tenant_id)])
    assert await codes(park, "amal@acme.example") == ["a-park", "b-ours"]
    assert await codes(park, "driss@other.example") == ["a-park", "c-theirs"]
    assert await codes(park, "fatima@landlord.example") == ["a-park"]
    everything = ["a-park", "b-ours", "c-theirs"]
    assert await codes(park, "fatima@landlord.example", "facility_manager") == everything
    assert await codes(park, "amal@acme.example", "facility_manager") == ["a-park", "b-ours"]


async def test_one_room_is_shown_without_saying_who_else_sees_it(park: Park) -> None:
    both = [str(park.tenant_id), str(park.other_tenant_id)]
    room = await park.a_room(tenant_ids=both)
    assert sorted(room["tenant_ids"]) == sorted(both)
    path = f"/v1/rooms/{room['room_id']}"
    seen = await park.http.get(path, headers=park.as_("amal@acme.example"))
    untold = dict.fromkeys(("tenant_ids", "person_ids", "seen_by", "approval"))
    assert seen.json() == {**room, **untold}
    hidden = await park.http.get(path, headers=park.as_("fatima@landlord.example"))
    assert hidden.status_code == 404
    known = park.as_("amal@acme.example") | {"if-none-match": seen.headers["etag"]}
    assert (await park.http.get(path, headers=known)).status_code == 304


@pytest.mark.parametrize("role", ["employee", "tenant_admin", "facility_manager"])
async def test_tenants_add_no_rooms(park: Park, role: str) -> None:
    room = await park.a_room()
    body = {key: room[key] for key in ("names", "zone_id", "capacity")} | {"code": "mine"}
    headers = park.as_("amal@acme.example", role)
    answer = await park.http.post("/v1/rooms", json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_your_role")


async def test_a_code_names_one_room(park: Park) -> None:
    room = await park.a_room(code="Atlas")
    body = {key: room[key] for key in ("code", "names", "zone_id", "capacity")}
    headers = park.as_("fatima@landlord.example", "operator")
    answer = await park.http.post(
        "/v1/rooms", json=body, headers=headers | {"accept-language": "ar"}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "room_code_taken")
    assert answer.headers["content-language"] == "ar"
    assert answer.json()["detail"] == "هذا الرمز مستعمل لقاعة أخرى."
