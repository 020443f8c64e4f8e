"""Resident memory of each service's process: after its start, and after a day."""

from __future__ import annotations

import psutil

from benchmarks.figures import Figure
from benchmarks.rig import a_park
from deploy.local.day import play
from tests.support.processes import ParkOfProcesses

MIB = 1024 * 1024


async def measure(scale: float) -> list[Figure]:
    """The day is played once, at any scale."""
    async with a_park() as park:
        figures = _resident(park, "started")
        await play(await park.open())
        return figures + _resident(park, "after_a_day")


def _resident(park: ParkOfProcesses, when: str) -> list[Figure]:
    figures = []
    for name, service in park.services.items():
        assert service.running is not None
        resident = psutil.Process(service.running.pid).memory_info().rss
        figures.append(Figure(f"memory.{name}.{when}", resident / MIB, "MiB"))
    return figures
