"""A booking is ended, prolonged and wanted by the next, all at one moment."""

import asyncio
from datetime import datetime

import pytest

from tests.booking.bookings.test_rivals import deadlocks, overlaps
from tests.booking.park import NINE, TEN, Park, minutes

BUFFER = minutes(10)


@pytest.mark.parametrize("first", range(3))
async def test_whoever_is_faster_a_booking_holds_what_it_says_and_nobody_else_does(
    park: Park, first: int
) -> None:
    for _ in range(3):
        park.now = NINE - minutes(60)
        room = await park.a_room(buffer_after_minutes=10)
        booking = await park.a_booking(room)
        park.now = NINE + minutes(30)
        next_starts = NINE + minutes(45)
        rivals = [
            park.do(booking, "end-early"),
            park.do(booking, "extend", ends_at=(TEN + minutes(30)).isoformat()),
            park.book(room, by="driss@other.example", starts_at=next_starts, ends_at=TEN + BUFFER),
        ]
        order = [*rivals[first:], *rivals[:first]]
        answers = await asyncio.gather(*order)
        ended, extended, booked = [answers[(nth - first) % 3].status_code for nth in range(3)]
        assert ended in {200, 204}  # it is theirs to end, whatever else happens
        assert extended in {200, 409}
        assert booked in {201, 409}
        shown = await park.shown(booking)
        assert shown["status"] == "ended"
        ends_at = datetime.fromisoformat(shown["ends_at"])
        assert ends_at == park.now
        assert await park.claims(booking) == [(NINE, ends_at + BUFFER)]
        told = ["confirmed", *["rescheduled"] * (extended == 200), "ended_early"]
        assert await park.announced(booking) == told
    assert await overlaps(park) == 0
    assert await deadlocks(park) == 0
