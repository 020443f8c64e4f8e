"""All that a phone asks, with few bookings in the year and with many; the same rooms and people."""

from __future__ import annotations

from benchmarks.figures import Figure
from benchmarks.phones import days, home, search, series
from benchmarks.reference.booking.oracle import oracle_of
from benchmarks.reference.booking.park import Size
from benchmarks.rooms import rooms

FULL_SECONDS = 30.0
LEAST = 5_000
QUESTIONS = {"search": search, "days": days, "home": home, "series": series}
"""The last one writes."""


async def measure(scale: float) -> list[Figure]:
    """With 5,000 bookings, then with 500,000 (at a smaller scale: fewer)."""
    most = max(round(Size.bookings * scale), 2 * LEAST)
    seconds = max(FULL_SECONDS * scale, 3.0)
    with_few = await _with(LEAST, seconds=seconds)
    with_many = await _with(most, seconds=seconds)
    return [*with_few, *with_many, *_grown(with_few, with_many, most=most)]


async def _with(bookings: int, *, seconds: float) -> list[Figure]:
    figures: list[Figure] = []
    async with rooms(Size.of_bookings(bookings)) as stage:
        oracle, offered = oracle_of(stage.park), await stage.paths()
        for name, question in QUESTIONS.items():
            if question.PATH not in offered:
                print(f"phones: {question.PATH} is not there yet", flush=True)
                continue
            figures += await question.measure(
                stage, oracle, f"phones.{name}.with_{bookings}", seconds=seconds
            )
    return figures


def _grown(few: list[Figure], many: list[Figure], *, most: int) -> list[Figure]:
    """How much longer the processor and the slowest of twenty take with many."""
    grown = []
    before = {figure.name: figure.value for figure in few}
    for figure in many:
        least = figure.name.replace(f"with_{most}", f"with_{LEAST}")
        if figure.name.endswith((".processor", "per_s.p95")) and least in before:
            grown.append(Figure(f"{figure.name}_to_{LEAST}", figure.value / before[least], "1"))
    return grown
