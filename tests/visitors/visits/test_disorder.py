"""What doors and bookings say of one visit comes late, twice and in any order."""

import itertools

import pytest

from shared.events.access import Boundary
from shared.events.booking import BookingCancelled, BookingRescheduled, BookingStatus
from tests.visitors.park import ELEVEN, TEN, Park
from tests.visitors.visits.histories import wrong_with
from tests.visitors.visits.rivals import AT_THE_GATE, Act, a_meeting, act, booked, passed

SAID: dict[str, Act] = {
    "in": passed(Boundary.ENTERED_PARK, minutes=0),
    "out": passed(Boundary.LEFT_PARK, minutes=30),
    "moved": booked(BookingRescheduled, starts_at=TEN, ends_at=ELEVEN),
    "cancelled": booked(BookingCancelled, status=BookingStatus.CANCELLED),
}
ORDERS = list(itertools.permutations(SAID))


@pytest.mark.parametrize("desk", [(), ("check in",)], ids=["doors", "desk"])
async def test_in_whatever_order_it_is_heard_who_came_has_left_and_who_did_not_is_called_off(
    park: Park, desk: tuple[str, ...]
) -> None:
    for order in ORDERS:
        met = await a_meeting(park, is_booked=True)
        park.now = AT_THE_GATE
        answers = [await act(met, name) for name in desk]
        park.now = TEN
        for name in order:
            await SAID[name](met)
        (row,) = await park.query("SELECT status FROM visits WHERE id = :v", v=met.visit_id)
        has_come = bool(desk) or order.index("in") < order.index("cancelled")
        expected = "checked_out" if has_come else "cancelled"
        assert (row.status, await wrong_with(met, answers)) == (expected, []), order
