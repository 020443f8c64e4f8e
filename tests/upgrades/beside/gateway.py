"""One address for each service: whoever serves it answers in turn, as behind a real gateway."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from deploy.local.callers import Addresses
from tests.support.eventually import eventually
from tests.support.processes import SERVICES, SHORTER_THAN_THEIRS, Process

AT = Addresses(*(f"http://{name}.park.example" for name in SERVICES))


@dataclass
class Answers:
    """What was answered through the gateway."""

    by: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many by each release of each service."""
    errors: list[str] = field(default_factory=list)
    slowest: float = 0.0
    """Seconds."""


class Gateway(httpx.AsyncBaseTransport):
    """Of all that are put on it, each gets the next request."""

    def __init__(self) -> None:
        self._serving: Mapping[str, deque[Process]] = {name: deque() for name in SERVICES}
        self._asked: Counter[str] = Counter()
        """Requests not answered yet, by address."""
        self._way = httpx.AsyncHTTPTransport(limits=SHORTER_THAN_THEIRS)
        self.answers = Answers()

    def put_on(self, process: Process) -> None:
        self._serving[process.name].append(process)

    async def take_off(self, process: Process) -> None:
        """It is asked no more; returns when it has answered what it was asked before."""
        if process in self._serving[process.name]:
            self._serving[process.name].remove(process)
        await eventually(lambda: not self._asked[process.url], within=30)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        name = request.url.host.partition(".")[0]
        serving = self._serving[name]
        serving.rotate(-1)
        process = serving[0]
        its = httpx.URL(process.url)
        asked = httpx.Request(
            request.method,
            request.url.copy_with(host=its.host, port=its.port),
            headers=request.headers,
            stream=request.stream,
            extensions=request.extensions,
        )
        began = time.perf_counter()
        self._asked[process.url] += 1
        try:
            answer = await self._way.handle_async_request(asked)
            await answer.aread()
        except httpx.HTTPError as error:
            logged = process.log.read_text()[-3000:]
            raise AssertionError(f"{process.name} gave no answer: {error!r}\n{logged}") from error
        finally:
            self._asked[process.url] -= 1
        self.answers.slowest = max(self.answers.slowest, time.perf_counter() - began)
        release = "this" if process.tree is None else "last"
        self.answers.by[name, release] += 1
        if answer.status_code >= 500:
            logged = "\n".join(process.log.read_text().splitlines()[-5:])
            self.answers.errors.append(
                f"{release} release of {name}: {request.method} {request.url.path}: {logged}"
            )
            raise AssertionError(self.answers.errors[-1])
        return answer

    async def aclose(self) -> None:
        await self._way.aclose()
