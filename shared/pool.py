"""Connections given out in turn.

SQLAlchemy's own pool gives a connection that comes back to whoever asks next, and whoever has just
given one back asks next: under load some wait for ever, until they are told that all is busy.
"""

import asyncio
from collections import deque
from typing import Any

from sqlalchemy.pool import AsyncAdaptedQueuePool, ConnectionPoolEntry
from sqlalchemy.util import await_only
from sqlalchemy.util.queue import AsyncAdaptedQueue, Empty


class _InTurn(AsyncAdaptedQueue[ConnectionPoolEntry]):
    """Hands what comes back to whoever has waited longest; what lies here, nobody waits for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._waiting: deque[asyncio.Future[ConnectionPoolEntry]] = deque()

    def put_nowait(self, item: ConnectionPoolEntry) -> None:
        while self._waiting:
            first = self._waiting.popleft()
            if not first.done():
                first.set_result(item)
                return
        super().put_nowait(item)

    def get(self, block: bool = True, timeout: float | None = None) -> ConnectionPoolEntry:
        try:
            return self.get_nowait()
        except Empty:
            if not block:
                raise
        entry: ConnectionPoolEntry = await_only(self._given(timeout))
        return entry

    async def _given(self, timeout: float | None) -> ConnectionPoolEntry:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(timeout):
                entry: ConnectionPoolEntry = await turn
                return entry
        except BaseException as error:
            if turn.done() and not turn.cancelled():  # given at the very moment of going
                self.put_nowait(turn.result())
            if isinstance(error, TimeoutError):
                raise Empty from error
            raise


class PoolInTurn(AsyncAdaptedQueuePool):
    """A pool whose connections are waited for in a queue."""

    _queue_class = _InTurn
