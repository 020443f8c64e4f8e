"""Two who act on one visit at the same moment: whoever wins, the visit's history is a legal one.

Each pair meets on a visit of its own, on connections of its own; who is first is left to chance.
"""

import asyncio
import itertools
import random

import pytest

from shared.events.visits import VisitStatus
from tests.visitors.park import Park
from tests.visitors.visits.histories import wrong_with
from tests.visitors.visits.rivals import ACTS, AT_THE_GATE, BEFORE, a_meeting, act


async def meet(park: Park, before: str, pair: tuple[str, ...], *, is_booked: bool) -> list[str]:
    """What is wrong once the two have met; what each of them was told, and how often in vain."""
    met = await a_meeting(park, is_booked=is_booked)
    park.now = AT_THE_GATE
    for name in BEFORE[before]:
        await act(met, name)
    answers = await asyncio.gather(*(act(met, name) for name in pair))
    found = await wrong_with(met, answers) + met.in_vain
    if met.booking and "booking cancelled" in pair and not set(pair) & UNDOES:
        (row,) = await park.query("SELECT status FROM visits WHERE id = :v", v=met.visit_id)
        if row.status == VisitStatus.EXPECTED:
            found.append("still expected though the booking is cancelled")
    return found


UNDOES = {"undo check-in"}
PAIRS = list(itertools.combinations_with_replacement(ACTS, 2))
ONCE_WRONG = [
    ("merge", "booking cancelled"),
    ("merge", "batch"),
    ("merge", "check in"),
    ("merge", "undo check-out"),
    ("zones", "describe"),
]


@pytest.mark.parametrize("before", BEFORE)
async def test_whoever_is_first_the_history_is_a_legal_one(
    park: Park, round_: int, before: str
) -> None:
    chance = random.Random(f"{before} {round_}")
    for pair in chance.sample(PAIRS, 15):
        in_order = pair[:: chance.choice((1, -1))]
        found = await meet(park, before, in_order, is_booked=chance.random() < 0.5)
        assert found == [], in_order


OUT_OF_THE_BREAK = ("back", "in", "out", "batch out")
MEETINGS: dict[str, list[tuple[str, str]]] = {
    "on break": [
        *itertools.product(OUT_OF_THE_BREAK, ("booking moved", "revoke", "check out")),
        ("batch out", "host"),
        ("batch out", "batch out"),
    ],
    "checked out": [
        *itertools.product(("undo check-out", "batch undo out"), ("revoke", "in", "out")),
        ("batch undo out", "undo check-out"),
    ],
    "revoked after": [("undo check-out", "renew"), ("batch undo out", "renew")],
}
"""Those that are not left to chance, but for who is asked first."""


@pytest.mark.parametrize("before", MEETINGS)
async def test_whoever_ends_a_break_or_undoes_a_check_out_meets_all_that_may_happen_meanwhile(
    park: Park, round_: int, before: str
) -> None:
    chance = random.Random(f"{before} {round_}")
    for pair in MEETINGS[before]:
        in_order = pair[:: chance.choice((1, -1))]
        found = await meet(park, before, in_order, is_booked="booking moved" in pair)
        assert found == [], in_order


@pytest.mark.parametrize("off", ["cancel", "booking cancelled", "refuse"])
async def test_whoever_comes_in_while_it_is_called_off_is_in_or_is_looked_for(
    park: Park, off: str
) -> None:
    for order in (1, -1):
        met = await a_meeting(park, is_booked=True)
        park.now = AT_THE_GATE
        answers = await asyncio.gather(*(act(met, name) for name in ("in", off)[::order]))
        assert await wrong_with(met, answers) == []
        (row,) = await park.query(
            "SELECT status, let_in_at FROM visits WHERE id = :v", v=met.visit_id
        )
        is_in = row.status in {"arrived", "checked_in"}
        assert is_in is not (row.let_in_at is not None), row


@pytest.mark.parametrize("pair", ONCE_WRONG, ids=" and ".join)
@pytest.mark.parametrize("is_booked", [False, True], ids=["invited", "booked"])
async def test_who_changes_a_visit_waits_for_who_changes_all_of_a_visitor_or_tenant(
    park: Park, pair: tuple[str, str], is_booked: bool
) -> None:
    before = "checked out" if "undo check-out" in pair else "expected"
    for order in (1, -1) * 3:
        assert await meet(park, before, pair[::order], is_booked=is_booked) == []
