"""An HTTP server that ends in order: the process goes on after it, to drain and to close.

uvicorn itself raises SIGTERM anew once it has stopped serving, which ends the process before
anything around it can finish its work.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn


class OrderlyServer(uvicorn.Server):
    """`serve` returns once `should_exit` is set; with `end_on_signals`, a signal sets it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def end_on_signals(self) -> None:
        """SIGTERM and SIGINT end it in order; a second SIGINT no longer waits for open requests."""
        loop = asyncio.get_running_loop()
        for signum in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signum, self.handle_exit, signum, None)
