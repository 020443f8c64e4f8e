"""Patience that grows: 0.2 s, 0.4 s, 0.8 s … with jitter, never more than half a minute."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress


class Backoff:
    """How long to wait before the next try; `reset` when one has gone well."""

    def __init__(self, *, first: float, longest: float) -> None:
        self._first, self._longest = first, longest
        self._tries = 0

    def reset(self) -> None:
        self._tries = 0

    def next_wait(self) -> float:
        """Seconds: between half of the step and the whole, so that many do not come at once."""
        step = min(self._first * 2.0 ** min(self._tries, 30), self._longest)
        self._tries += 1
        return step * random.uniform(0.5, 1.0)  # noqa: S311 - jitter is no secret

    async def wait(self, *, unless: asyncio.Event) -> None:
        """Waits, or returns at once when `unless` is set."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self.next_wait()):
                await unless.wait()
