"""A small HTTP/1.1 client that costs little: connections kept alive, requests made ready before."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import orjson

MakeRequest = Callable[[], bytes]


@dataclass
class Answered:
    """What came back."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    took: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.seconds) / self.took


def post(url: str, body: object, headers: Mapping[str, str]) -> bytes:
    """A POST as it goes over the wire."""
    parts, content = urlsplit(url), orjson.dumps(body)
    lines = [f"POST {parts.path} HTTP/1.1", f"host: {parts.netloc}"]
    lines += ["content-type: application/json", f"content-length: {len(content)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + content


async def load(url: str, make: MakeRequest, *, connections: int, seconds: float) -> Answered:
    """Closed loop: each connection sends its next request when the last one is answered."""
    parts, found = urlsplit(url), Answered()
    began = time.perf_counter()

    async def ask() -> None:
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        while (sent := time.perf_counter()) - began < seconds:
            writer.write(make())
            found.statuses[await _answer(reader)] += 1
            found.seconds.append(time.perf_counter() - sent)
        writer.close()

    await asyncio.gather(*(ask() for _ in range(connections)))
    found.took = time.perf_counter() - began
    return found


async def _answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    lower = head.lower()
    at = lower.find(b"content-length:")
    if at >= 0:
        await reader.readexactly(int(lower[at + 15 : lower.index(b"\r\n", at)]))
    return int(head[9:12])
