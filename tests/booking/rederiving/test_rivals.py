"""Others are at the same rooms while bookings follow their wall time."""

import asyncio
from uuid import UUID

import asyncpg
import pytest

from services.booking.cli import REDERIVE
from services.booking.rederiving.commands import Became
from tests.booking.bookings.test_holds import hold
from tests.booking.bookings.test_locks import somebody_waits
from tests.booking.bookings.test_rivals import deadlocks, overlaps
from tests.booking.park import Park, minutes
from tests.booking.rederiving.test_rederiving import ELEVEN, NINE, TEN, booked, rederived
from tests.support.eventually import eventually

HOLD_ALL = "SELECT FROM spaces WHERE id = ANY ($1) FOR NO KEY UPDATE"


async def test_what_a_booking_holds_is_read_once_its_spaces_are_held(park: Park) -> None:
    """A rival has them, and comes out by the door with a longer buffer for the same booking."""
    room = await park.a_room(buffer_after_minutes=5)
    booking = await booked(park, room, NINE)
    space_ids = [UUID(space_id) for space_id in room["space_ids"]]
    rival = await asyncpg.connect(park.ground.database.url)
    try:
        async with rival.transaction():
            await rival.execute(HOLD_ALL, space_ids)
            moving = asyncio.create_task(rederived(park))
            await eventually(lambda: somebody_waits(park))
            await rival.execute(
                "SELECT claim_spaces($1, $2, $3, $4, $5, NULL)",
                *([UUID(booking["booking_id"])], space_ids, [NINE], [TEN + minutes(20)]),
                park.now,
            )
    finally:
        await rival.close()
    assert (await moving)[booking["booking_id"]].has_moved
    assert await park.claims(booking) == [(TEN, ELEVEN + minutes(20))]


async def test_it_goes_on_where_nobody_is_and_says_what_is_left(
    park: Park, capsys: pytest.CaptureFixture[str]
) -> None:
    busy, *quiet = [await park.a_room() for _ in range(3)]
    left = await booked(park, busy, NINE)
    others = [await booked(park, room, NINE) for room in quiet]
    rival = await asyncpg.connect(park.ground.database.url)
    try:
        async with rival.transaction():
            await rival.execute(HOLD_ALL, [UUID(space_id) for space_id in busy["space_ids"]])
            with pytest.raises(SystemExit, match="1 bookings are still to move"):
                await REDERIVE.asked(dry_run=False)(park.ground)
    finally:
        await rival.close()
    said = capsys.readouterr().out
    assert f'"became":"left","booking_id":"{left["booking_id"]}"' in said
    assert "2 bookings moved, 0 stay" in said
    for booking in others:
        assert await park.claims(booking) == [(TEN, ELEVEN)]
    await REDERIVE.asked(dry_run=False)(park.ground)
    assert "1 bookings moved, 0 stay" in capsys.readouterr().out
    assert await park.claims(left) == [(TEN, ELEVEN)]


async def test_what_is_held_for_minutes_only_keeps_nobody_at_an_old_instant(park: Park) -> None:
    room = await park.a_room()
    booking = await booked(park, room, NINE)
    held = await hold(
        park, room, starts_at=TEN.isoformat(), ends_at=ELEVEN.isoformat(), timezone="UTC"
    )
    assert held.status_code == 201, held.text
    for is_dry_run in (True, False):
        outcomes = await rederived(park, is_dry_run=is_dry_run)
        assert outcomes[booking["booking_id"]].became is Became.LEFT
    assert (await park.shown(booking))["attention"] is None
    park.now += minutes(5)
    assert (await rederived(park))[booking["booking_id"]].has_moved


async def test_a_dry_run_waits_for_nobody(park: Park) -> None:
    room = await park.a_room()
    booking = await booked(park, room, NINE)
    rival = await asyncpg.connect(park.ground.database.url)
    try:
        async with rival.transaction():
            await rival.execute("SELECT FROM spaces FOR UPDATE")
            await rival.execute("SELECT FROM bookings FOR UPDATE")
            assert (await rederived(park, is_dry_run=True))[booking["booking_id"]].has_moved
    finally:
        await rival.close()


async def test_whoever_books_and_cancels_and_moves_meanwhile_no_space_is_held_twice(
    park: Park,
) -> None:
    room = await park.a_room(spaces=["left", "right"])
    part = await park.a_room(spaces=["left"])
    bookings = [await booked(park, room, NINE + minutes(60 * nth)) for nth in range(4)]
    wished = [TEN + minutes(30 * nth) for nth in range(8)]
    outcomes, (cancelled, moved, *answers) = await asyncio.gather(
        rederived(park),
        asyncio.gather(
            park.do(bookings[0], "cancel"),
            park.do(bookings[3], "move", starts_at=(NINE - minutes(90)).isoformat()),
            *(
                park.book(
                    part,
                    by="driss@other.example",
                    starts_at=at,
                    ends_at=at + minutes(30),
                    timezone="UTC",
                )
                for at in wished
            ),
        ),
    )
    assert all(one.became is not Became.LEFT for one in outcomes.values())
    assert (cancelled.status_code, moved.status_code) == (204, 200)
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert await rederived(park) == {}
    assert await overlaps(park) == 0
    assert await deadlocks(park) == 0
