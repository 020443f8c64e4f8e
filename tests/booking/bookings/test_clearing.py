"""A room is closed or taken out under its bookings."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from tests.booking.bookings.requests import a_request, a_room_on_request
from tests.booking.bookings.test_rivals import waiting
from tests.booking.park import ELEVEN, NINE, NOON, TEN, Park, minutes
from tests.support.eventually import eventually

FATIMA, DRISS = "fatima@landlord.example", "driss@other.example"


async def clear(
    park: Park, room: dict[str, Any], *roles: str, by: str = FATIMA, **window: datetime
) -> Any:
    between = {"starts_at": NINE, "ends_at": ELEVEN} | window
    return await park.http.post(
        f"/v1/rooms/{room['room_id']}/cancel-bookings",
        json={name: at.isoformat() for name, at in between.items()},
        headers=park.as_(by, *roles),
    )


_CLOSE = """
INSERT INTO closures (id, room_id, starts_at, ends_at, starts_wall, ends_wall, timezone, reason,
    overridden_by, made_by, made_at)
VALUES (:id, :room, :a, :b, :w, :w, 'UTC', 'Travaux', 'nobody', :by, :a)
"""


async def close(park: Park, session: AsyncSession, room: dict[str, Any]) -> None:
    """Closed from nine to noon, for everybody."""
    values = {
        "id": uuid4(),
        "room": UUID(room["room_id"]),
        "a": NINE,
        "b": NOON,
        "w": NINE.replace(tzinfo=None),
        "by": park.person_id(FATIMA),
    }
    await session.execute(text(_CLOSE), values)


async def test_what_a_closed_room_was_to_have_is_cancelled_by_the_facility_manager(
    park: Park,
) -> None:
    room = await park.a_room()
    over = await park.a_booking(room, ends_at=NINE + minutes(5))
    running = await park.a_booking(room, starts_at=NINE + minutes(5), ends_at=TEN)
    ahead = await park.a_booking(room, by=DRISS, starts_at=TEN, ends_at=ELEVEN)
    later = await park.a_booking(room, starts_at=ELEVEN, ends_at=NOON)
    elsewhere = await park.a_booking()
    park.now = NINE + minutes(6)
    answer = await clear(park, room, "facility_manager")
    assert answer.status_code == 200, answer.text
    assert set(answer.json()["booking_ids"]) == {running["booking_id"], ahead["booking_id"]}
    assert answer.json()["is_complete"] is True
    for booking in (running, ahead):
        facts = await park.last_facts(booking)
        assert (facts["status"], facts["reason"]) == ("cancelled", "by_facility")
        assert await park.claims(booking) == []
    for booking in (over, later, elsewhere):
        assert await park.announced(booking) == ["confirmed"]
    again = await clear(park, room, "facility_manager")
    assert again.json()["booking_ids"] == []


async def test_nobody_else_clears_a_room(park: Park) -> None:
    room = await park.a_room()
    booking = await park.a_booking(room)
    assert (await clear(park, room, "tenant_admin", by=DRISS)).status_code == 403
    assert (await clear(park, {"room_id": str(uuid4())}, "facility_manager")).status_code == 404
    malformed = await clear(park, room, "facility_manager", ends_at=NINE)
    assert (malformed.status_code, malformed.json()["code"]) == (422, "malformed_request")
    assert await park.announced(booking) == ["confirmed"]


async def test_nothing_is_moved_or_restored_into_a_closed_room(park: Park) -> None:
    room = await park.a_room()
    cancelled = await park.a_booking(room)
    outside = await park.a_booking(room, starts_at=NINE - minutes(30), ends_at=NINE)
    elsewhere = await park.a_booking(starts_at=TEN, ends_at=ELEVEN)
    await park.do(cancelled, "cancel")
    async with park.ground.database.transaction() as session:
        await close(park, session, room)
    for booking, action, body in (
        (cancelled, "restore", {}),
        (outside, "extend", {"ends_at": TEN.isoformat()}),
        (elsewhere, "move", {"room_id": room["room_id"]}),
        (elsewhere, "swap-room", {"booking_id": outside["booking_id"]}),
    ):
        answer = await park.do(booking, action, **body)
        assert (answer.status_code, answer.json()["code"]) == (409, "closure_stands"), action


async def test_who_waits_for_a_room_while_it_is_closed_does_not_get_it(park: Park) -> None:
    room = await park.a_room()
    booking = await park.a_booking()

    async def it_waits() -> bool:
        return await waiting(park) == 1

    async with park.ground.database.transaction() as session:
        await session.execute(text("SELECT id FROM spaces ORDER BY id FOR NO KEY UPDATE"))
        moving = asyncio.create_task(park.do(booking, "move", room_id=room["room_id"]))
        await eventually(it_waits)
        await close(park, session, room)
    answer = await moving
    assert (answer.status_code, answer.json()["code"]) == (409, "closure_stands")
    assert (await park.shown(booking))["room_id"] == booking["room_id"]


async def test_what_is_only_asked_for_is_declined_with_the_rest_and_told_to_nobody(
    park: Park,
) -> None:
    room = await a_room_on_request(park)
    lapsed = await a_request(park, room)
    asked = await a_request(park, room, starts_at=TEN, ends_at=ELEVEN)
    later = await a_request(park, room, starts_at=ELEVEN, ends_at=NOON)
    park.now = NINE + minutes(1)
    answer = await clear(park, room, "facility_manager")
    assert answer.json()["booking_ids"] == [asked["booking_id"]]
    standing = [(await park.shown(one))["status"] for one in (lapsed, asked, later)]
    assert standing == ["lapsed", "declined", "requested"]
    assert await park.announced() == []
