"""`make bench`: every bench at a tenth of its scale, or one of them in full."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Coroutine
from typing import Any

import uvloop

from benchmarks import (
    at_the_door,
    bookings,
    decisions,
    failover,
    flat,
    gateway,
    imports,
    latency,
    memory,
    pins,
    replicas,
    revocations,
    rivals,
    room_rivals,
    throughput,
)
from benchmarks.desk import measuring as desk
from benchmarks.figures import Figure, keep, machine
from benchmarks.phones import growth as phones
from shared.clock import prepare_zones

Bench = Callable[[float], Coroutine[Any, Any, list[Figure]]]

BENCHES: dict[str, Bench] = {
    "throughput": throughput.measure,
    "latency": latency.measure,
    "memory": memory.measure,
    "failover": failover.measure,
    "replicas": replicas.measure,
    "gateway": gateway.measure,
    "decisions": decisions.measure,
    "rivals": rivals.measure,
    "flat": flat.measure,
    "revocations": revocations.measure,
    "pins": pins.measure,
    "import": imports.measure,
    "bookings": bookings.measure,
    "room_rivals": room_rivals.measure,
    "phones": phones.measure,
    "desk": desk.measure,
    "at_the_door": at_the_door.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", choices=sorted(BENCHES))
    parser.add_argument("--scale", type=float, default=0.1)
    asked = parser.parse_args()
    prepare_zones()
    for name in ("CALLER_REQUESTS", "STRANGER_REQUESTS", "CODES"):  # one caller asks for thousands
        os.environ.setdefault(f"PARVIS_{name}_A_MINUTE", "1000000000")
    print(" ".join(f"{name}={value}" for name, value in machine().items()), f"scale={asked.scale}")
    found: dict[str, list[Figure]] = {}
    for name in [asked.only] if asked.only else BENCHES:
        print(f"\n# {name}", flush=True)
        found[name] = uvloop.run(BENCHES[name](asked.scale))
        for figure in found[name]:
            print(figure, flush=True)
        keep({name: found[name]}, scale=asked.scale)


if __name__ == "__main__":
    main()
