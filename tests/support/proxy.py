"""A small TCP proxy that behaves badly when told to."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from enum import StrEnum

AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER: closing sends a reset."""


class Manner(StrEnum):
    """What becomes of the bytes, both ways."""

    FAITHFUL = "faithful"
    BLACKHOLE = "blackhole"
    """Nothing arrives, nobody is told."""
    SLICES = "slices"
    """One byte at a time."""


class Proxy:
    """Between a client and `host:port`."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._open = asyncio.Event()
        self.port = 0
        self.manner = Manner.FAITHFUL

    @property
    def manner(self) -> Manner:
        return self._manner

    @manner.setter
    def manner(self, manner: Manner) -> None:
        self._manner = manner
        if manner is Manner.BLACKHOLE:
            self._open.clear()
        else:
            self._open.set()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Proxy"]:
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.manner = Manner.FAITHFUL
            self.reset_all()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def reset_all(self) -> int:
        """Ends every connection with a reset; how many there were."""
        ended = len(self._writers)
        for writer in list(self._writers):
            sock = writer.get_extra_info("socket")
            if sock is not None:
                with suppress(OSError):
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            writer.transport.abort()
        return ended

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection(self._host, self._port)
        except OSError:
            writer.transport.abort()
            return
        for source, target in ((reader, back), (there, writer)):
            task = asyncio.create_task(self._carry(source, target))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        self._writers.add(target)
        try:
            with suppress(OSError):
                while data := await source.read(65536):
                    await self._open.wait()
                    await self._write(data, target)
        finally:
            self._writers.discard(target)
            target.close()

    async def _write(self, data: bytes, target: asyncio.StreamWriter) -> None:
        if self.manner is not Manner.SLICES:
            target.write(data)
            await target.drain()
            return
        for nth in range(len(data)):
            target.write(data[nth : nth + 1])
            if nth % 64 == 0:
                await target.drain()
