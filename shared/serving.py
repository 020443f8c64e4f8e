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
from datetime import timedelta

import uvicorn
from starlette.types import Scope

_ENDING = "ending"
UNREAD = timedelta(seconds=30)
"""So long the other side may take nothing of what is sent to it; then its connection is cut, which
nobody else does: what was closed politely waits for its last byte to be read, for ever.
"""


class OrderlyServer(uvicorn.Server):
    """`serve` returns once `should_exit` is set; with `end_on_signals`, a signal sets it."""

    unread = UNREAD

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self.lifespan.state[_ENDING] = self._ending = asyncio.Event()
        await super().startup(sockets)
        for server in self.servers:
            for listener in server.sockets:
                cut_what_is_not_read(listener, after=self.unread)

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


def cut_what_is_not_read(listener: socket.socket, *, after: timedelta) -> None:
    """RFC 5482's user timeout, for all connections that are accepted from now on; Linux alone has
    it.
    """
    if hasattr(socket, "TCP_USER_TIMEOUT") and listener.family != socket.AF_UNIX:
        milliseconds = int(after.total_seconds() * 1000)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)


def ending_of(scope: Scope) -> asyncio.Event:
    """Is set when the server that took this request begins to stop; of another server, never."""
    ending: asyncio.Event | None = scope.get("state", {}).get(_ENDING)
    return ending or asyncio.Event()
