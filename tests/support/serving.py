"""An application behind a real port, in the test's own event loop."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI

from shared.serving import OrderlyServer


@asynccontextmanager
async def served(
    app: FastAPI, *, listening: socket.socket, by: type[OrderlyServer] = OrderlyServer
) -> AsyncIterator[str]:
    """Serves until the block ends; gives the address."""
    listening.listen()  # whoever connects before the server is up waits in the queue
    server = by(uvicorn.Config(app, log_config=None, lifespan="on"))
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield "http://{}:{}".format(*listening.getsockname())
    finally:
        server.should_exit = True
        await task
