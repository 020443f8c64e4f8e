"""Many want one room at one moment: one gets it, the others are told, nobody waits in vain."""

import asyncio
from collections import Counter

from tests.booking.park import ELEVEN, NINE, NOON, TEN, Park, minutes


async def deadlocks(park: Park) -> int:
    rows = await park.query(
        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    )
    return int(rows[0].deadlocks)


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
