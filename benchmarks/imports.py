"""People listed from a file: 20,000 lines of CSV at full scale, by the command an operator uses."""

from __future__ import annotations

import asyncio
import csv
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.doors import Doors, doors
from benchmarks.figures import Figure
from benchmarks.reference.park import Size
from services.access.cli import COMMANDS

COMMAND = "people-import"
FULL_PEOPLE = 20_000
GOAL_SECONDS = 20.0
"""For all of them."""
COLUMNS = ("tenant", "given_name", "family_name", "email", "language")


async def measure(scale: float) -> list[Figure]:
    """Once as new ones, once more as known ones."""
    if COMMAND not in {command.name for command in COMMANDS}:
        print(f"import: skipped, there is no {COMMAND} yet", flush=True)
        return []
    people = max(round(FULL_PEOPLE * scale), 100)
    async with doors(Size.of(0)) as stage:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "people.csv"
            _write(file, stage, people)
            first, again = await _import(stage, file), await _import(stage, file)
    figures = [
        Figure("import.people", people, "people"),
        Figure("import.new", first, "s"),
        Figure("import.again", again, "s"),
    ]
    if people == FULL_PEOPLE:  # the command's own start does not shrink with the scale
        figures.append(Figure("import.new_to_goal", first / GOAL_SECONDS, "1"))
    return figures


def _write(file: Path, stage: Doors, people: int) -> None:
    with file.open("w", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(COLUMNS)
        writer.writerows(_lines(stage, people))


def _lines(stage: Doors, people: int) -> Iterator[tuple[str, ...]]:
    tenants = stage.park.tenants
    for number in range(people):
        tenant = tenants[number % len(tenants)]
        address = f"imported.{number}@example.org"
        yield tenant.name, "Imported", f"Person {number:06}", address, "fr"


async def _import(stage: Doors, file: Path) -> float:
    """Its start is part of it."""
    began = time.perf_counter()
    await asyncio.to_thread(stage.serving[0].run, COMMAND, str(file))
    return time.perf_counter() - began
