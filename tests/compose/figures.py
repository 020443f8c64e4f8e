"""What the stack that runs weighs: its images, its processes, and its starts.

Prints a line a figure, for docs/benchmarks.md; run it after a day was played (KEEP=1).
"""

import asyncio
import os
import time
from pathlib import Path

import httpx

from shared.messaging.topology import SERVICES
from tests.compose.containers import IMAGES, address_of, container_of, podman, process_of

BASE = os.environ.get("PYTHON_IMAGE", "localhost/parvis-stand-in-python")
MIB = 1024 * 1024


def say(name: str, value: float, unit: str) -> None:
    print(f"{name} {value:.1f} {unit}")


def weigh_images() -> None:
    """What a service adds to the image of Python that it is built on."""
    base = _size(BASE)
    say("image.python", base, "MiB")
    for service in SERVICES:
        say(f"image.{service}.added", _size(f"{IMAGES}{service}") - base, "MiB")


def _size(image: str) -> float:
    return int(podman("image", "inspect", "--format", "{{.Size}}", image)) / MIB


def weigh_processes() -> None:
    for service in SERVICES:
        for part in ("api", "worker"):
            say(f"memory.{service}.{part}", _resident(process_of(f"{service}-{part}")), "MiB")


def _resident(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    (line,) = (each for each in status.splitlines() if each.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


async def time_starts(client: httpx.AsyncClient) -> None:
    """From the start of the container until it says that it is ready."""
    for service in SERVICES:
        name = f"{service}-api"
        container = container_of(name)
        podman("stop", "--time", "30", container)
        began = time.perf_counter()
        podman("start", container)
        while not await _is_ready(client, f"http://{address_of(name)}:8000/health/ready"):
            await asyncio.sleep(0.02)
        say(f"start.{service}", (time.perf_counter() - began) * 1000, "ms")


async def _is_ready(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).status_code == 200
    except httpx.TransportError:
        return False


async def main() -> None:
    weigh_images()
    weigh_processes()
    async with httpx.AsyncClient(timeout=10) as client:
        await time_starts(client)


if __name__ == "__main__":
    asyncio.run(main())
