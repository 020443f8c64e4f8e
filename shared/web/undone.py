"""A change that the database has undone for the sake of another is made once more, silently.

Who meets in a deadlock did nothing wrong, and of one of them nothing has happened: its request is
run again from its beginning, by what stands then. Undone a second time, it is refused (`Busy`).
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_FIRST_TRY = "first_try"
"""In the scope of a request that may be run once more."""


class OnceMore:
    """ASGI middleware right around the routes. What only reads is passed on as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            await self._app(scope, receive, send)
            return
        scope[_FIRST_TRY] = first = _FirstTry(receive, send)
        await self._app(scope, first.receive, first.send)
        if first.is_undone:
            del scope[_FIRST_TRY]
            await self._app(scope, first.receive_again, send)


class _FirstTry:
    """What was read, and whether its answer counts."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._read: list[Message] = []
        self.is_undone = False

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._read.append(message)
        return message

    async def receive_again(self) -> Message:
        return self._read.pop(0) if self._read else await self._receive()

    async def send(self, message: Message) -> None:
        if not self.is_undone:
            await self._send(message)


def note_undone(request: Request) -> None:
    """The answer that is about to be sent is of a transaction that the database has undone."""
    first: _FirstTry | None = request.scope.get(_FIRST_TRY)
    if first is not None:
        first.is_undone = True
