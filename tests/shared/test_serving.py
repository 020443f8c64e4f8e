"""What a server does with whoever is at the other end of its connections."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from datetime import timedelta

import pytest
from fastapi import FastAPI

from shared.serving import OrderlyServer
from shared.web.streams import EventStream
from tests.support.serving import served


class Impatient(OrderlyServer):
    """Waits for half a second."""

    unread = timedelta(seconds=0.5)


async def _more_than_anybody_holds(given_up: asyncio.Event) -> AsyncGenerator[bytes]:
    try:
        while True:
            yield b"data: " + b"x" * 65_536 + b"\n\n"
    finally:
        given_up.set()


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="Linux alone has it")
async def test_a_connection_that_is_never_read_is_cut() -> None:
    app, given_up = FastAPI(), asyncio.Event()

    @app.get("/")
    async def stream() -> EventStream:
        return EventStream(_more_than_anybody_holds(given_up), patience=0.2)

    loop = asyncio.get_running_loop()
    listener = socket.create_server(("127.0.0.1", 0))
    with socket.socket() as reader:
        reader.setblocking(False)
        async with asyncio.timeout(20), served(app, listening=listener, by=Impatient):
            await _is_up(listener)
            await loop.sock_connect(reader, listener.getsockname())
            await loop.sock_sendall(reader, b"GET / HTTP/1.1\r\nhost: park\r\n\r\n")
            await asyncio.wait_for(given_up.wait(), timeout=10)
        # The server has ended: it waits for all that is sent to be read, unless that is cut.


async def _is_up(listener: socket.socket) -> None:
    """Whoever connects before is not accepted under the server's terms."""
    reader, writer = await asyncio.open_connection(*listener.getsockname())
    writer.write(b"GET /nothing HTTP/1.1\r\nhost: park\r\nconnection: close\r\n\r\n")
    await reader.read()
    writer.close()
