"""The day against the compose stack while its containers are killed in turn, each amid a step.

People's devices ask again where nothing answers, with the key that they asked with before. The
provider is left alone: the stand-in for it forgets its keys, which no provider in earnest does.
"""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Sequence
from itertools import cycle
from uuid import uuid4

import httpx

from deploy.local.composed import main
from deploy.local.day import Step
from tests.compose.containers import process_of
from tests.compose.foreign import by_code

KILLED = (
    *("access-api", "visitors-worker", "booking-api", "rabbitmq", "access-worker"),
    *("visitors-api", "postgres", "booking-worker", "gateway", "mail"),
)
STEPS_BETWEEN = 5
PATIENCE, PAUSE = 120.0, 0.3
"""Seconds that a device keeps asking, and that it waits before it asks again."""
AWAY = {502, 503, 504}


class Persistent(httpx.AsyncHTTPTransport):
    """Asks until it is answered by whom it asks."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            request.headers.setdefault("Idempotency-Key", str(uuid4()))
        end = time.monotonic() + PATIENCE
        while True:
            try:
                answer = await super().handle_async_request(request)
                if answer.status_code not in AWAY or time.monotonic() > end:
                    return answer
                await answer.aclose()
            except httpx.TransportError:
                if time.monotonic() > end:
                    raise
            await asyncio.sleep(PAUSE)


class Killing:
    """Kills the next container after every few steps."""

    def __init__(self, containers: Sequence[str]) -> None:
        self._next, self._steps, self.killed = cycle(containers), 0, 0

    def __call__(self, step: Step) -> None:
        self._steps += 1
        if self._steps % STEPS_BETWEEN:
            return
        name = next(self._next)
        os.kill(process_of(name), signal.SIGKILL)
        self.killed += 1
        sys.stdout.write(f"            -- {name} is killed --\n")


if __name__ == "__main__":
    main(by_code, transport=Persistent(), after_each_step=Killing(KILLED))
