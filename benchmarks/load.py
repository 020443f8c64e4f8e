"""A small HTTP/1.1 client that costs little: connections kept alive, requests made ready before."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

import orjson


@dataclass(frozen=True, slots=True)
class Request:
    """As it goes over the wire, and whatever its sender wants to know of it later."""

    wire: bytes
    about: object = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, and when by this process's `time.perf_counter`."""

    request: Request
    status: int
    body: bytes
    sent: float
    """In an open loop: when it was due, whether or not a connection was free."""
    answered: float


IDLE_SECONDS = 2.0
"""So often at least each connection of an open loop is used."""

MakeRequest = Callable[[], Request]


@dataclass
class Answered:
    """All that came back."""

    replies: list[Reply] = field(default_factory=list)
    took: float = 0.0

    @property
    def seconds(self) -> list[float]:
        return [reply.answered - reply.sent for reply in self.replies]

    @property
    def statuses(self) -> Counter[int]:
        return Counter(reply.status for reply in self.replies)

    @property
    def per_second(self) -> float:
        return len(self.replies) / self.took

    def __iadd__(self, later: Answered) -> Answered:
        self.replies += later.replies
        self.took += later.took
        return self


def post(url: str, body: object, headers: Mapping[str, str], about: object = None) -> Request:
    """A POST."""
    return Request(head(url, headers) + ending(orjson.dumps(body)), about)


def get(url: str, headers: Mapping[str, str], about: object = None) -> Request:
    """A GET."""
    return Request(_beginning("GET", url, headers) + b"\r\n", about)


def head(url: str, headers: Mapping[str, str]) -> bytes:
    """What all POSTs to that address begin with."""
    return _beginning("POST", url, {"content-type": "application/json", **headers})


def _beginning(method: str, url: str, headers: Mapping[str, str]) -> bytes:
    parts = urlsplit(url)
    asked = f"{parts.path}?{parts.query}" if parts.query else parts.path
    lines = [f"{method} {asked} HTTP/1.1", f"host: {parts.netloc}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, ""]).encode()


def ending(content: bytes) -> bytes:
    """What they end with."""
    return b"content-length: %d\r\n\r\n%b" % (len(content), content)


class Wire(asyncio.Protocol):
    """One connection: a request, its answer, the next request."""

    def __init__(self) -> None:
        self._come = b""
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._come += data
        at = self._come.find(b"\r\n\r\n")
        if at < 0:
            return
        body_at = at + 4
        end = body_at + _length(self._come[:body_at].lower())
        if len(self._come) < end:
            return
        answer = int(self._come[9:12]), self._come[body_at:end]
        self._come = self._come[end:]
        assert self._answer is not None
        self._answer.set_result(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("the server closed the connection"))

    async def ask(self, request: Request, *, due: float | None = None) -> Reply:
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        sent = due or time.perf_counter()
        self._transport.write(request.wire)
        status, body = await self._answer
        return Reply(request, status, body, sent, time.perf_counter())

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


def _length(lower_head: bytes) -> int:
    at = lower_head.find(b"content-length:")
    return 0 if at < 0 else int(lower_head[at + 15 : lower_head.index(b"\r\n", at)])


@asynccontextmanager
async def connected(url: str, *, connections: int) -> AsyncIterator[list[Wire]]:
    """So many connections while the block lasts."""
    parts, loop = urlsplit(url), asyncio.get_running_loop()
    host, port = parts.hostname or "", parts.port or 80
    made = [await loop.create_connection(Wire, host, port) for _ in range(connections)]
    try:
        yield [wire for _, wire in made]
    finally:
        for _, wire in made:
            wire.close()


async def load(url: str, make: MakeRequest, *, connections: int, seconds: float) -> Answered:
    """Closed loop: each connection sends its next request when the last one is answered."""
    found = Answered()

    async def ask(wire: Wire) -> None:
        while time.perf_counter() - began < seconds:
            found.replies.append(await wire.ask(make()))

    async with connected(url, connections=connections) as wires:
        began = time.perf_counter()
        await asyncio.gather(*(ask(wire) for wire in wires))
        found.took = time.perf_counter() - began
    return found


async def load_steadily(
    url: str, make: MakeRequest, *, per_second: float, seconds: float, connections: int = 64
) -> Answered:
    """Open loop: each request at its own time, whether or not those before it are answered; what
    it waits for a free connection is counted too.
    """
    found, free = Answered(), asyncio.Queue[Wire]()
    # In turn, and not too many: the server closes what has been idle for some seconds.
    connections = min(connections, max(int(per_second * IDLE_SECONDS), 1))

    async def ask(due: float) -> None:
        wire = await free.get()
        found.replies.append(await wire.ask(make(), due=due))
        free.put_nowait(wire)

    async with connected(url, connections=connections) as wires:
        for wire in wires:
            free.put_nowait(wire)
        began = time.perf_counter()
        async with asyncio.TaskGroup() as asking:
            for number in range(int(per_second * seconds)):
                due = began + number / per_second
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                asking.create_task(ask(due))
        found.took = time.perf_counter() - began
    return found
