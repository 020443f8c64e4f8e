"""What happens at one moment: a leaver who books, a deadlock somebody else has made."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from sqlalchemy import text

from services.booking.bookings.commands.changing import booking_to_change
from services.booking.bookings.commands.making import book_room
from tests.booking.bookings.test_both_ways import at_once_of
from tests.booking.park import ELEVEN, TEN, Park, a_wish
from tests.support.eventually import eventually


async def somebody_waits(park: Park, *, how_many: int = 1) -> bool:
    """Whether so many sessions of this database wait for a lock."""
    rows = await park.query(
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
        "AND wait_event_type = 'Lock'"
    )
    return len(rows) >= how_many


async def test_a_booking_made_while_its_organiser_leaves_does_not_survive_them(park: Park) -> None:
    room = await park.a_room()
    async with park.ground.database.transaction() as session:
        await book_room(session, UUID(room["room_id"]), a_wish(), by=park.caller(), at=park.now)
        leaving = asyncio.create_task(park.delist("amal@acme.example"))
        await eventually(lambda: somebody_waits(park))
    await leaving
    assert await park.announced() == ["confirmed", "cancelled", "person_left"]
    assert await park.query("SELECT * FROM claims") == []


@pytest.mark.parametrize("how", ["at once", "in several steps"])
@pytest.mark.parametrize("leaver", ["amal@acme.example", "badr@acme.example"])
async def test_who_leaves_while_a_booking_waits_for_its_room_is_not_in_it(
    park: Park, how: str, leaver: str
) -> None:
    """Organiser or invited: their delisting waits, and then finds the booking."""
    room = await park.a_room()
    await park.a_booking(room)  # now the process knows all it needs for the way in one statement
    before = at_once_of(park).made
    where: dict[str, Any] = {"room_id": room["room_id"]} if how == "at once" else {"any": {}}
    rival = await asyncpg.connect(park.ground.database.url)
    try:
        async with rival.transaction():
            await rival.execute("SELECT FROM spaces FOR UPDATE")
            wish = {"starts_at": TEN.isoformat(), "ends_at": ELEVEN.isoformat()}
            booking = asyncio.create_task(
                park.http.post(
                    "/v1/bookings",
                    json={**where, **wish, "participants": [{"email": "badr@acme.example"}]},
                    headers=park.as_("amal@acme.example"),
                )
            )
            await eventually(lambda: somebody_waits(park))
            leaving = asyncio.create_task(park.delist(leaver))
            await eventually(lambda: somebody_waits(park, how_many=2))
    finally:
        await rival.close()
    made = (await booking).json()
    await leaving
    assert at_once_of(park).made == before + (how == "at once")
    facts = await park.last_facts(made)
    if leaver == "amal@acme.example":
        assert (facts["status"], await park.claims(made)) == ("cancelled", [])
    else:
        assert (facts["status"], facts["participants"]) == ("confirmed", [])


@pytest.mark.parametrize("how", ["at once", "in several steps"])
async def test_who_is_invited_as_they_leave_is_invited_as_a_guest(park: Park, how: str) -> None:
    """Their delisting came first, by a moment: whoever invites them has seen them still there."""
    room = await park.a_room()
    if how == "at once":
        await park.a_booking(room)
    async with park.ground.database.transaction() as session:
        gone = "UPDATE known_people SET is_listed = false, sequence = 2 WHERE person_id = :p"
        await session.execute(text(gone), {"p": park.person_id("badr@acme.example")})
        booking = asyncio.create_task(
            park.a_booking(room, starts_at=TEN, ends_at=ELEVEN, invited=["badr@acme.example"])
        )
        await eventually(lambda: somebody_waits(park))
    (invited,) = (await park.last_facts(await booking))["participants"]
    assert (invited["kind"], invited["person_id"]) == ("guest", None)


async def test_who_leaves_does_not_block_who_changes_a_booking_they_are_in(park: Park) -> None:
    """Their delisting came first, and now waits for the booking that is being changed."""
    booking = await park.a_booking(invited=["badr@acme.example"])
    change = [{"email": "badr@acme.example"}, {"email": "chadia@acme.example"}]
    async with park.ground.database.transaction() as session:
        here = "SELECT FROM bookings WHERE id = :b FOR UPDATE"
        await session.execute(text(here), {"b": UUID(booking["booking_id"])})
        changing = asyncio.create_task(
            park.do(booking, "participants", method="PUT", participants=change)
        )
        await eventually(lambda: somebody_waits(park))
        leaving = asyncio.create_task(park.delist("badr@acme.example"))
        await eventually(lambda: somebody_waits(park, how_many=2))
    assert (await changing).status_code == 200
    await leaving
    facts = await park.last_facts(booking)
    assert [one["email"] for one in facts["participants"]] == ["chadia@acme.example"]


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


@pytest.mark.parametrize(("times", "status"), [(1, 201), (2, 503)])
async def test_what_is_undone_at_the_door_is_asked_for_once_more_as_a_whole(
    park: Park, times: int, status: int
) -> None:
    """Not at the door alone: what was locked before it would meet the same rival again."""
    room = await park.a_room()
    await undo_claims(park, times)
    answer = await park.http.post(
        "/v1/holds",
        json={"room_id": room["room_id"], "starts_at": TEN.isoformat(), "minutes": 60},
        headers=park.as_("amal@acme.example") | {"idempotency-key": "k"},
    )
    assert answer.status_code == status
    assert len(await park.query("SELECT 1 FROM holds")) == (status == 201)
    assert len(await park.query("SELECT 1 FROM claims")) == (status == 201)


async def undo_claims(park: Park, times: int) -> None:
    """As the database does it in a deadlock; a sequence outlives what is undone."""
    for statement in (
        "CREATE SEQUENCE tries",
        "CREATE FUNCTION undo() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF nextval('tries') <= {times} THEN RAISE EXCEPTION USING ERRCODE = '40P01'; "
        "END IF; RETURN NEW; END $$",
        "CREATE TRIGGER undo BEFORE INSERT ON claims EXECUTE FUNCTION undo()",
    ):
        async with park.ground.database.transaction() as session:
            await session.execute(text(statement))


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
