"""Alone while there is room, together when there is a queue: one commit for many under load."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

T = TypeVar("T")


class Batches(Generic[T]):
    """A few slots. Who finds one free works alone in it; who has to wait is done with others.

    `together` does a batch in one transaction and says whether it could; where it could not, each
    of the batch works alone after all.
    """

    def __init__(
        self, together: Callable[[Sequence[T]], Awaitable[bool]], *, slots: int, largest: int
    ) -> None:
        self._together, self._free, self._largest = together, slots, largest
        self._room = asyncio.Semaphore(2 * slots)
        self._queue: deque[tuple[T, asyncio.Future[bool]]] = deque()
        self._batches: set[asyncio.Task[None]] = set()

    async def was_done_together(self, item: T) -> bool:
        """Whether a batch has dealt with it; else the caller does, within `alone()`."""
        if self._free > 0:
            return False
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._queue.append((item, done))
        return await done

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """A slot while the block lasts; after a batch that failed there may be twice as many."""
        self._free -= 1
        try:
            async with self._room:
                yield
        finally:
            self._leave()

    def _leave(self) -> None:
        self._free += 1
        while self._queue and self._free > 0:
            size = min(self._largest, len(self._queue))
            batch = [self._queue.popleft() for _ in range(size)]
            batch = [(item, done) for item, done in batch if not done.done()]
            if batch:
                self._free -= 1
                task = asyncio.create_task(self._run(batch))
                self._batches.add(task)
                task.add_done_callback(self._batches.discard)

    async def _run(self, batch: list[tuple[T, asyncio.Future[bool]]]) -> None:
        could = False
        try:
            if len(batch) > 1:
                could = await self._together([item for item, _ in batch])
        finally:
            for _, done in batch:
                if not done.done():
                    done.set_result(could)
            self._leave()
