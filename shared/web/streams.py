"""Server-sent events (WHATWG HTML, 9.2): an answer that goes on until somebody ends it.

One rule: a stream never outlives what it belongs to: it ends with its reader, with its source, with
the server, and with the patience for a reader who does not read.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress

import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from shared.serving import ending_of

log = structlog.get_logger(__name__)

KEEP_ALIVE = b": still here\n\n"
"""A comment: readers pass over it, proxies see that the connection lives."""


def event(name: str, data: str, *, event_id: str | None = None) -> bytes:
    """One event; `data` and `event_id` have no line breaks."""
    named = f"id: {event_id}\n" if event_id is not None else ""
    return f"{named}event: {name}\ndata: {data}\n\n".encode()


class EventStream(Response):
    """Sends what the generator yields, each within `patience` seconds."""

    media_type = "text/event-stream"

    def __init__(self, events: AsyncGenerator[bytes], *, patience: float) -> None:
        super().__init__(headers={"cache-control": "no-store", "x-accel-buffering": "no"})
        del self.headers["content-length"]
        self._events, self._patience = events, patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        head = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(head)
        tasks = [
            asyncio.create_task(work)
            for work in (self._write(send), _until_gone(receive), ending_of(scope).wait())
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._events.aclose()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._patience):
                await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _write(self, send: Send) -> None:
        try:
            async for chunk in self._events:
                async with asyncio.timeout(self._patience):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
        except TimeoutError:
            log.info("stream.reader_too_slow")
        except Exception as error:  # an edge: the head is sent, nothing else can be answered
            log.error("stream.broken", error=type(error).__name__, exc_info=error)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
