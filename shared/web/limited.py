"""A request's body is held in memory before anybody has signed in: up to a limit."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.web.problems import MalformedRequest, problem

LARGEST_BODY = 1024 * 1024


class Limited:
    """ASGI middleware around one service; more than the limit is refused while it is read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        read = 0

        async def limited() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > LARGEST_BODY:
                raise HTTPException(413)
            return message

        try:
            await self._app(scope, limited, send)
        except HTTPException:  # whoever read it stands before the routes and their handlers
            answer = problem(Request(scope), MalformedRequest(), status=413)
            await answer(scope, receive, send)
