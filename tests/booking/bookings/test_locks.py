"""What happens at one moment: a leaver who books, a deadlock somebody else has made."""

import asyncio
from uuid import UUID

import asyncpg

from services.booking.bookings.commands import Wish, book_room
from services.booking.window import Window
from shared.identity.listed import Person, Role
from tests.booking.park import NINE, TEN, Park
from tests.support.eventually import eventually


async def somebody_waits(park: Park) -> bool:
    """Whether a session of this database waits for a lock."""
    rows = await park.query(
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
        "AND wait_event_type = 'Lock'"
    )
    return bool(rows)


def amal(park: Park) -> Person:
    facts = park.people["amal@acme.example"]
    return Person(
        person_id=facts.person_id,
        tenant_id=facts.tenant_id,
        display_name=facts.display_name,
        email=facts.email,
        language=facts.language,
        is_landlord=False,
        roles=frozenset({Role.EMPLOYEE}),
    )


async def test_a_booking_made_while_its_organiser_leaves_does_not_survive_them(park: Park) -> None:
    room = await park.a_room()
    wish = Wish(
        room_id=UUID(room["room_id"]),
        window=Window(NINE, TEN),
        timezone="Africa/Casablanca",
        title=None,
        people=None,
        invited=[],
    )
    async with park.ground.database.transaction() as session:
        await book_room(session, wish, by=amal(park), at=park.now)
        leaving = asyncio.create_task(park.delist("amal@acme.example"))
        await eventually(lambda: somebody_waits(park))
    await leaving
    assert await park.announced() == ["confirmed", "cancelled"]
    assert await park.query("SELECT * FROM claims") == []


async def test_a_deadlock_is_retried_once_and_nobody_sees_it(park: Park) -> None:
    room = await park.a_room(spaces=["left", "right"])
    first, last = sorted(UUID(space_id) for space_id in room["space_ids"])
    rival = await asyncpg.connect(park.ground.database.url)
    lock = "SELECT FROM spaces WHERE id = $1 FOR UPDATE"
    try:
        async with rival.transaction():
            await rival.execute(lock, last)
            booking = asyncio.create_task(park.book(room))
            await eventually(lambda: somebody_waits(park))
            await rival.execute(lock, first)  # against the order: the booking is the victim
    finally:
        await rival.close()
    assert (await booking).status_code == 201
