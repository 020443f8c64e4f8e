"""Extras and layouts of a booking: ordered, changed, carried along, and seen by who prepares."""

from typing import Any
from uuid import UUID

import orjson
import pytest

from tests.booking.park import ELEVEN, NINE, NOON, TEN, Park, minutes

FATIMA, DRISS, BADR = "fatima@landlord.example", "driss@other.example", "badr@acme.example"
COFFEE = {"code": "coffee", "quantity": 8, "note": "sans sucre"}


async def a_room_with(
    park: Park, *, extras: dict[str, int] | None = None, layouts: dict[str, int] | None = None
) -> dict[str, Any]:
    """Extras with their leads in minutes, layouts with their seats."""
    made = await park.a_room()
    names = {"fr": "x", "ar": "x", "en": "x"}
    offered = [
        {"code": code, "names": names, "lead_minutes": lead}
        for code, lead in (extras or {}).items()
    ]
    seats = [{"layout": name, "capacity": seats} for name, seats in (layouts or {}).items()]
    await park.query(
        "UPDATE rooms SET extras = CAST(:e AS jsonb), layouts = CAST(:l AS jsonb) "
        "WHERE id = :id RETURNING id",
        e=orjson.dumps(offered).decode(),
        l=orjson.dumps(seats).decode(),
        id=UUID(made["room_id"]),
    )
    return made


async def order(park: Park, booking: dict[str, Any], *extras: Any, **as_whom: Any) -> Any:
    return await park.do(booking, "extras", method="PUT", extras=list(extras), **as_whom)


async def prepared(park: Park, *roles: str, email: str = FATIMA, **asked: Any) -> Any:
    return await park.http.get("/v1/extras", params=asked, headers=park.as_(email, *roles))


async def test_extras_are_ordered_in_time_and_given_up_at_any(park: Park) -> None:
    booking = await park.a_booking(await a_room_with(park, extras={"coffee": 30, "lunch": 90}))
    assert (await order(park, booking, COFFEE)).json()["extras"] == [COFFEE]
    late = await order(park, booking, COFFEE, {"code": "lunch"})
    assert (late.status_code, late.json()["code"]) == (409, "extra_too_late")
    absent = await order(park, booking, {"code": "technician"})
    assert (absent.status_code, absent.json()["code"]) == (409, "extra_not_offered")
    twice = await order(park, booking, COFFEE, COFFEE)
    assert (twice.status_code, twice.json()["code"]) == (422, "extra_named_twice")
    park.now = NINE - minutes(1)
    assert (await order(park, booking)).json()["extras"] == []
    park.now = NINE
    assert (await order(park, booking)).json()["code"] == "already_started"


async def test_only_the_organiser_orders(park: Park) -> None:
    room = await a_room_with(park, extras={"coffee": 0})
    booking = await park.a_booking(room, invited=[BADR])
    assert (await order(park, booking, COFFEE, by=BADR)).status_code == 403
    assert (await order(park, booking, COFFEE, by=DRISS)).status_code == 404


async def test_what_was_ordered_is_asked_of_another_room_or_time_anew(park: Park) -> None:
    first = await a_room_with(park, extras={"coffee": 30})
    same, without = await a_room_with(park, extras={"coffee": 30}), await park.a_room()
    booking = await park.a_booking(first)
    await order(park, booking, COFFEE)
    refused = await park.do(booking, "move", room_id=without["room_id"])
    assert refused.json()["code"] == "extra_not_offered"
    assert (await park.do(booking, "move", room_id=same["room_id"])).status_code == 200
    park.now = NINE - minutes(20)
    late = await park.do(booking, "move", starts_at=(NINE + minutes(5)).isoformat())
    assert late.json()["code"] == "extra_too_late"
    longer = await park.do(booking, "extend", ends_at=ELEVEN.isoformat())
    assert longer.json()["extras"] == [COFFEE]
    assert (await park.do(booking, "cancel")).status_code == 204
    assert (await park.do(booking, "restore")).json()["code"] == "extra_too_late"


async def test_a_room_is_set_up_as_it_was_asked_for_and_takes_as_many_as_that(park: Park) -> None:
    room = await a_room_with(park, layouts={"theatre": 8, "u": 2})
    booking = await park.a_booking(room, people=3)
    tight = await park.do(booking, "move", layout="u")
    assert (tight.status_code, tight.json()["code"]) == (409, "room_too_small")
    unknown = await park.do(booking, "move", layout="circus")
    assert (unknown.status_code, unknown.json()["code"]) == (409, "no_such_layout")
    set_up = await park.do(booking, "move", layout="theatre")
    assert (set_up.json()["layout"], set_up.json()["capacity"]) == ("theatre", 8)
    kept = await park.do(booking, "move", starts_at=TEN.isoformat())
    assert kept.json()["layout"] == "theatre"
    elsewhere = (await park.a_room())["room_id"]
    assert (await park.do(booking, "move", room_id=elsewhere)).json()["code"] == "no_such_layout"
    freed = await park.do(booking, "move", room_id=elsewhere, layout=None)
    assert (freed.status_code, freed.json()["layout"]) == (200, None)


@pytest.mark.parametrize("waits", [False, True])
async def test_a_booking_has_the_seats_of_its_layout_however_it_is_made(
    park: Park, waits: bool
) -> None:
    room = await a_room_with(park, layouts={"theatre": 8, "u": 2})
    if waits:
        await park.query(
            "UPDATE rooms SET approved_by = 'facility_managers' WHERE id = :id RETURNING id",
            id=UUID(room["room_id"]),
        )
    booking = await park.a_booking(room, layout="u")
    if waits:
        assert booking["status"] == "requested"
        await park.do(booking, "approve", by=FATIMA, roles=["facility_manager"])
    assert (booking["capacity"], (await park.last_facts(booking))["capacity"]) == (2, 2)
    invited = [{"email": email} for email in (BADR, "guest@x.example")]
    crowd = await park.do(booking, "participants", method="PUT", participants=invited)
    assert (crowd.status_code, crowd.json()["code"]) == (409, "room_too_small")


async def test_a_room_is_not_handed_to_whom_it_is_not_for(park: Park) -> None:
    room = await park.a_room()
    booking = await park.a_booking(room)
    await park.query(
        "UPDATE rooms SET person_ids = :p WHERE id = :id RETURNING id",
        p=[park.person_id("amal@acme.example")],
        id=UUID(room["room_id"]),
    )
    answer = await park.do(booking, "hand-over", email=BADR)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_their_room")


async def test_a_room_on_request_is_not_handed_to_a_colleague_past_whom_it_asks(
    park: Park,
) -> None:
    room = await park.a_room()
    booking = await park.a_booking(room)
    approved = await park.a_booking(room, starts_at=ELEVEN, ends_at=NOON)
    await park.query(
        "UPDATE rooms SET approved_by = 'facility_managers' WHERE id = :id RETURNING id",
        id=UUID(room["room_id"]),
    )
    await park.query(
        "UPDATE bookings SET decided_by = :by WHERE id = :id RETURNING id",
        by=park.person_id(FATIMA),
        id=UUID(approved["booking_id"]),
    )
    answer = await park.do(booking, "hand-over", email=BADR)
    assert (answer.status_code, answer.json()["code"]) == (409, "colleague_needs_approval")
    assert (await park.do(approved, "hand-over", email=BADR)).status_code == 204


async def test_who_prepares_sees_what_where_and_when_and_not_what_for(park: Park) -> None:
    room = await a_room_with(park, extras={"coffee": 0, "lunch": 0})
    later = await park.a_booking(room, starts_at=ELEVEN, ends_at=NOON, title="Rachat")
    booking = await park.a_booking(room, title="Rachat")
    cancelled = await park.a_booking(room, starts_at=TEN, ends_at=ELEVEN)
    await order(park, later, COFFEE)
    await order(park, booking, {"code": "lunch", "quantity": 2}, COFFEE)
    await order(park, cancelled, COFFEE)
    await park.do(cancelled, "cancel")
    first = (await prepared(park, "facility_manager", limit=2)).json()
    found = [(one["booking_id"], one["code"], one["quantity"]) for one in first["items"]]
    assert found == [(booking["booking_id"], "coffee", 8), (booking["booking_id"], "lunch", 2)]
    told = first["items"][0]
    assert (told["room_code"], told["note"]) == (room["code"], "sans sucre")
    assert (told["starts_at"], told["starts_wall"], told["timezone"]) == (
        "2027-03-01T09:00:00Z",
        "2027-03-01T09:00:00",
        "Africa/Casablanca",
    )
    rest = (await prepared(park, "facility_manager", limit=2, cursor=first["next"])).json()
    assert [one["booking_id"] for one in rest["items"]] == [later["booking_id"]]
    assert rest["next"] is None
    assert "Rachat" not in str(first) + str(rest)
    window = {"from": TEN.isoformat(), "until": NOON.isoformat()}
    between = (await prepared(park, "facility_manager", **window)).json()
    assert [one["booking_id"] for one in between["items"]] == [later["booking_id"]]


async def test_the_orders_of_the_park_are_for_facility_managers_alone(park: Park) -> None:
    assert (await prepared(park)).status_code == 403
    answer = await prepared(park, "facility_manager", "tenant_admin", email=DRISS)
    assert answer.status_code == 403
