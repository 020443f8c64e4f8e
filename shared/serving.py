"""An HTTP server that ends in order: the process goes on after it, to drain and to close.

uvicorn itself raises SIGTERM anew once it has stopped serving, which ends the process before
anything around it can finish its work; and it waits for answers that are still sent before it tells
the application that it ends. Answers without end are therefore told by `ending_of`.
"""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import Scope

_ENDING = "ending"


class OrderlyServer(uvicorn.Server):
    """`serve` returns once `should_exit` is set; with `end_on_signals`, a signal sets it."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self.lifespan.state[_ENDING] = self._ending = asyncio.Event()
        await super().startup(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._ending.set()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def end_on_signals(self) -> None:
        """SIGTERM and SIGINT end it in order; a second SIGINT no longer waits for open requests."""
        loop = asyncio.get_running_loop()
        for signum in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signum, self.handle_exit, signum, None)


def ending_of(scope: Scope) -> asyncio.Event:
    """Is set when the server that took this request begins to stop; of another server, never."""
    ending: asyncio.Event | None = scope.get("state", {}).get(_ENDING)
    return ending or asyncio.Event()
