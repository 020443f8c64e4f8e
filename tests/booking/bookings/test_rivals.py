"""Many want one room at one moment: one gets it, the others are told, nobody waits in vain."""

import asyncio
from collections import Counter
from contextlib import suppress
from uuid import UUID

import asyncpg

from services.booking.bookings.commands.making import book_room
from tests.booking.park import ELEVEN, NINE, NOON, TEN, Park, a_wish, minutes
from tests.support.eventually import eventually


async def deadlocks(park: Park) -> int:
    """How many there were; sessions report it when they end, so all are ended first."""
    await park.ground.database.engine.dispose()
    connection = await asyncpg.connect(park.ground.database.url)
    try:

        async def is_alone() -> bool:
            others = await connection.fetchval(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            return bool(others == 0)

        await eventually(is_alone)
        found: int = await connection.fetchval(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        )
        return found
    finally:
        await connection.close()


async def waiting(park: Park) -> int:
    """How many sessions wait for a lock."""
    rows = await park.query(
        "SELECT count(*) AS n FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    return int(rows[0].n)


async def overlaps(park: Park) -> int:
    rows = await park.query(
        "SELECT count(*) AS n FROM claims a JOIN claims b ON a.space_id = b.space_id "
        "AND a.booking_id < b.booking_id AND a.during && b.during"
    )
    return int(rows[0].n)


async def test_only_one_of_many_rivals_gets_the_room(park: Park, rivals: int) -> None:
    room = await park.a_room(spaces=["left", "right"])
    for hour in range(3):
        starts = NINE + minutes(60 * hour)
        answers = await asyncio.gather(
            *(
                park.book(room, starts_at=starts + minutes(n % 5), ends_at=starts + minutes(59))
                for n in range(rivals)
            )
        )
        outcomes = Counter((answer.status_code, answer.json().get("code")) for answer in answers)
        assert outcomes == {(201, None): 1, (409, "room_taken"): rivals - 1}
    assert await deadlocks(park) == 0
    assert await overlaps(park) == 0
    assert await park.announced() == ["confirmed"] * 3


async def test_rivals_for_parts_and_wholes_never_hold_one_space_twice(
    park: Park, rivals: int
) -> None:
    rooms = [
        await park.a_room(spaces=spaces)
        for spaces in (["a", "b", "c"], ["c", "b"], ["b", "a"], ["c", "a"], ["a"], ["c"])
    ]
    answers = await asyncio.gather(*(park.book(rooms[n % 6]) for n in range(rivals)))
    codes = {answer.json().get("code") for answer in answers}
    assert codes == {None, "room_taken"}
    assert await deadlocks(park) == 0
    assert await overlaps(park) == 0


async def test_moves_extensions_and_new_bookings_race_without_double_booking(park: Park) -> None:
    first, second = await park.a_room(spaces=["a", "b"]), await park.a_room(spaces=["b", "c"])
    early = [
        await park.a_booking(
            first, starts_at=NINE + minutes(5 * n), ends_at=NINE + minutes(5 * n + 5)
        )
        for n in range(6)
    ]
    waiting = await park.a_booking(second, starts_at=ELEVEN, ends_at=NOON)
    target = (ELEVEN - minutes(30)).isoformat()
    attempts = [park.do(booking, "move", starts_at=target) for booking in early[:3]]
    attempts += [
        park.do(booking, "move", starts_at=target, room_id=second["room_id"])
        for booking in early[3:5]
    ]
    attempts += [park.do(waiting, "move", starts_at=target)]
    attempts += [park.do(early[5], "extend", ends_at=ELEVEN.isoformat())]
    attempts += [
        park.book(first, starts_at=ELEVEN - minutes(35), ends_at=ELEVEN - minutes(20))
        for _ in range(8)
    ]
    answers = await asyncio.gather(*attempts)
    assert {answer.status_code for answer in answers} == {200, 409} or {
        answer.status_code for answer in answers
    } == {201, 409}
    assert sum(answer.status_code in {200, 201} for answer in answers) == 1
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {
        "room_taken"
    }
    assert await overlaps(park) == 0
    assert await deadlocks(park) == 0


async def test_changes_of_one_booking_at_once_take_their_turn(park: Park) -> None:
    booking = await park.a_booking()
    answers = await asyncio.gather(
        park.do(booking, "cancel", headers={"if-match": '"1"'}),
        park.do(booking, "move", starts_at=TEN.isoformat(), headers={"if-match": '"1"'}),
        park.do(booking, "hand-over", email="badr@acme.example", headers={"if-match": '"1"'}),
    )
    won = [answer for answer in answers if answer.is_success]
    assert len(won) == 1
    # After a cancellation or a hand-over the others may also find it gone or not theirs.
    assert {answer.status_code for answer in answers if not answer.is_success} <= {412, 404}
    assert len(await park.announced(booking)) == 2


class ChangedTheirMind(Exception):
    """Whoever was first does not take the room after all."""


async def test_when_the_first_lets_go_exactly_one_of_those_who_wait_gets_the_room(
    park: Park,
) -> None:
    room = await park.a_room(spaces=["left", "right"])
    rivals = 20
    with suppress(ChangedTheirMind):
        async with park.ground.database.transaction() as session:
            await book_room(session, UUID(room["room_id"]), a_wish(), by=park.caller(), at=park.now)
            attempts = [asyncio.create_task(park.book(room)) for _ in range(rivals)]
            await eventually(lambda: _all_wait(park, rivals))
            raise ChangedTheirMind
    answers = await asyncio.gather(*attempts)
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: rivals - 1}
    assert await deadlocks(park) == 0


async def _all_wait(park: Park, count: int) -> bool:
    return await waiting(park) == count
