"""Rivals for one hour of one room at the same moment, before two serving processes: one of them
gets it, the others are told that it is taken. Then all that can want the spaces of a divisible
room: wholes, halves, moves, holds, series.
"""

from __future__ import annotations

from benchmarks.contest import Contest, Rival, contest, deadlocks
from benchmarks.figures import Figure, percentile
from benchmarks.mixed_rivals import mixed_rounds
from benchmarks.reference.booking.park import Size
from benchmarks.rooms import Rooms, claims, rooms
from benchmarks.slots import Slot

RIVALS = 32
FULL_ROUNDS = 200
LEAST_ROUNDS = 10
BOOKINGS = 5_000
"""In the year around them, at any scale."""
GOAL_MS = 500.0
"""The worst answer."""


async def measure(scale: float) -> list[Figure]:
    """The same number of rounds of each."""
    rounds = max(round(FULL_ROUNDS * scale), LEAST_ROUNDS)
    async with rooms(Size.of_bookings(BOOKINGS), processes=2) as stage:
        figures = await _for_one_slot(stage, rounds=rounds)
        async with contest(stage, rivals=RIVALS) as mixed:
            await mixed_rounds(mixed, count=RIVALS, rounds=rounds)
            figures += _figures("room_rivals.mixed", mixed, rounds=rounds)
        figures += [
            Figure(f"room_rivals.mixed.won_by_{kind}", won, "rivals")
            for kind, won in sorted(mixed.won.items())
        ]
        return [*figures, Figure("room_rivals.deadlocks", await deadlocks(stage), "deadlocks")]


async def _for_one_slot(stage: Rooms, *, rounds: int) -> list[Figure]:
    before = await claims(stage)
    async with contest(stage, rivals=RIVALS) as found:
        for number in range(-1, rounds):
            if number == 0:
                found.forget()
            winners = await found.round(_rivals(stage, next(stage.slots)))
            if len(winners) != 1:
                raise RuntimeError(f"round {number} was won by {winners}")
    if (held := await claims(stage) - before) != rounds + 1:
        raise RuntimeError(f"{rounds + 1} winners hold {held} rooms")
    return _figures("room_rivals", found, rounds=rounds)


def _rivals(stage: Rooms, slot: Slot) -> list[Rival]:
    space_ids = frozenset(space.space_id for space in slot.room.spaces)
    return [
        Rival(person, "/v1/bookings", {**slot.wish, "participants": []}, space_ids)
        for person in stage.park.people[-RIVALS:]
    ]


def _figures(name: str, found: Contest, *, rounds: int) -> list[Figure]:
    worst = max(found.seconds) * 1000
    return [
        Figure(f"{name}.rounds", rounds, "rounds"),
        Figure(f"{name}.p50", percentile(found.seconds, 0.5) * 1000, "ms"),
        Figure(f"{name}.worst", worst, "ms"),
        Figure(f"{name}.worst_to_goal", worst / GOAL_MS, "1"),
    ]
