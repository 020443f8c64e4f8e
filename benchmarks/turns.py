"""What is measured and its limit take turns, so that what else the machine does meets both."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field

import psutil

from benchmarks.figures import Figure, spread
from benchmarks.load import Answered, MakeRequest, load, post

EMPTY = {"text": "nothing"}
TURNS = 3


@dataclass
class Turns:
    """What came back in several turns, and what the serving process needed for it."""

    url: str
    running: subprocess.Popen[bytes]
    make: MakeRequest
    answered: Answered = field(default_factory=Answered)
    used: float = 0.0

    async def once_more(self, *, connections: int, seconds: float) -> None:
        before = processor_seconds(self.running)
        self.answered += await load(self.url, self.make, connections=connections, seconds=seconds)
        self.used += processor_seconds(self.running) - before

    @property
    def per_second(self) -> float:
        return self.answered.per_second

    @property
    def processor(self) -> float:
        """Microseconds of a processor for each."""
        return self.used / len(self.answered.replies) * 1e6

    def beside(self, empty: Turns, name: str, *, unit: str) -> list[Figure]:
        """The figures of these requests, of the empty route, and the one to the other."""
        return [
            Figure(name, self.per_second, f"{unit}s/s"),
            Figure(f"{name}.empty_route", empty.per_second, "requests/s"),
            Figure(f"{name}.to_empty_route", self.per_second / empty.per_second, "1"),
            Figure(f"{name}.processor", self.processor, f"us/{unit}"),
            Figure(f"{name}.empty_route.processor", empty.processor, "us/request"),
            *spread(name, self.answered.seconds),
        ]


async def in_turns(
    url: str,
    running: subprocess.Popen[bytes],
    make: MakeRequest,
    *,
    connections: int,
    seconds: float,
) -> tuple[Turns, Turns]:
    """These requests, and as long the empty route of the same server: `(found, empty)`."""
    nothing = post(f"{url}/v1/empty", EMPTY, {})
    found, empty = Turns(url, running, make), Turns(url, running, lambda: nothing)
    for _ in range(TURNS):
        await empty.once_more(connections=connections, seconds=seconds / TURNS)
        await found.once_more(connections=connections, seconds=seconds / TURNS)
    return found, empty


def processor_seconds(running: subprocess.Popen[bytes]) -> float:
    """What that process has used of the processors so far."""
    times = psutil.Process(running.pid).cpu_times()
    return times.user + times.system
