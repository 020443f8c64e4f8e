"""Threads for what takes a core for milliseconds, so that the event loop never waits for it.

One rule: no more than `waiting` calls are accepted at a time; one more is refused at once, since a
queue that grows without end answers nobody.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from shared.errors import TryLater

T = TypeVar("T")


class TooBusy(TryLater):
    """There is too much to do at the moment; try again in a few seconds."""


class Threads:
    """So many threads, and room for so many calls, those at work included. The function called
    should leave the interpreter's lock (as argon2 does), else the loop waits after all.
    """

    def __init__(self, count: int, *, waiting: int, name: str) -> None:
        self._executor = ThreadPoolExecutor(count, thread_name_prefix=name)
        self._room = threading.BoundedSemaphore(waiting)

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` returns, or raises. Raises `TooBusy`."""
        if not self._room.acquire(blocking=False):
            raise TooBusy
        future = self._executor.submit(work)
        future.add_done_callback(lambda _: self._room.release())
        return await asyncio.wrap_future(future)
