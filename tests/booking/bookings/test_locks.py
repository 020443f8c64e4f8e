"""What happens at one moment: a leaver who books, a deadlock somebody else has made."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from services.booking.bookings.commands.changing import booking_to_change
from services.booking.bookings.commands.making import book_room
from tests.booking.park import ELEVEN, TEN, Park, a_wish
from tests.support.eventually import eventually


async def somebody_waits(park: Park) -> bool:
    """Whether a session of this database waits for a lock."""
    rows = await park.query(
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
        "AND wait_event_type = 'Lock'"
    )
    return bool(rows)


async def test_a_booking_made_while_its_organiser_leaves_does_not_survive_them(park: Park) -> None:
    room = await park.a_room()
    async with park.ground.database.transaction() as session:
        await book_room(session, UUID(room["room_id"]), a_wish(), by=park.caller(), at=park.now)
        leaving = asyncio.create_task(park.delist("amal@acme.example"))
        await eventually(lambda: somebody_waits(park))
    await leaving
    assert await park.announced() == ["confirmed", "cancelled", "person_left"]
    assert await park.query("SELECT * FROM claims") == []


async def test_a_stranger_neither_waits_for_a_booking_nor_holds_it(park: Park) -> None:
    booking = await park.a_booking()
    async with park.ground.database.transaction() as session:
        await booking_to_change(session, UUID(booking["booking_id"]), by=park.caller())
        answer = await park.do(booking, "cancel", by="driss@other.example")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_booking")


async def test_a_deadlock_is_retried_once_and_nobody_sees_it(park: Park) -> None:
    room = await park.a_room(spaces=["left", "right"])
    for _ in range(5):
        if (answer := await book_against_the_order(park, room)) is not None:
            break
    assert answer is not None
    assert answer.status_code == 201


async def book_against_the_order(park: Park, room: dict[str, Any]) -> httpx.Response | None:
    """The answer to a booking that PostgreSQL chose as the victim of a deadlock.

    None where it chose the other side: it takes whoever looks first, a second after waiting.
    """
    first, last = sorted(UUID(space_id) for space_id in room["space_ids"])
    rival = await asyncpg.connect(park.ground.database.url)
    lock = "SELECT FROM spaces WHERE id = $1 FOR UPDATE"
    was_victim = True
    try:
        async with rival.transaction():
            await rival.execute(lock, last)
            booking = asyncio.create_task(park.book(room))
            await eventually(lambda: somebody_waits(park))
            await rival.execute(lock, first)
    except asyncpg.DeadlockDetectedError:
        was_victim = False
    finally:
        await rival.close()
    answer = await booking
    if not was_victim:
        await park.do(answer.json(), "cancel")
    return answer if was_victim else None


async def test_who_waits_too_long_for_a_space_is_told_to_try_again(park: Park) -> None:
    room = await park.a_room()
    await park.a_booking(room)  # now the process knows all it needs for the way in one statement
    rival = await asyncpg.connect(park.ground.database.url)
    try:
        async with rival.transaction():
            await rival.execute("SELECT FROM spaces FOR UPDATE")
            answers = await asyncio.gather(
                park.book(room, starts_at=TEN, ends_at=ELEVEN),
                park.http.post(
                    "/v1/bookings",
                    json={"any": {}, "starts_at": TEN.isoformat(), "ends_at": ELEVEN.isoformat()},
                    headers=park.as_("badr@acme.example"),
                ),
            )
    finally:
        await rival.close()
    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (503, "busy")
        assert int(answer.headers["retry-after"]) >= 1
    await park.a_booking(room, starts_at=TEN, ends_at=ELEVEN)
