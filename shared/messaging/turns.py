"""One at a time per subject, in the order of asking; subjects do not wait for each other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """Queues of those who wait for their turn on a subject."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def turn(self, subject: str) -> AsyncIterator[None]:
        """Holds the subject. Who calls first comes first, without an await before the queue."""
        lock, waiting = self._locks.get(subject) or (asyncio.Lock(), 0)
        self._locks[subject] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._locks[subject]
            if waiting == 1:
                del self._locks[subject]
            else:
                self._locks[subject] = (lock, waiting - 1)
