"""A request's body is held in memory before anybody has signed in: up to a limit."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.web.problems import BodyTooLarge, problem

LARGEST_BODY = 1024 * 1024


class Limited:
    """ASGI middleware around one service; more than the limit is refused while it is read.

    `larger` names the paths of files that are sent whole, and how many bytes they may have.
    """

    def __init__(self, app: ASGIApp, *, larger: Mapping[str, int]) -> None:
        self._app, self._larger = app, larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        read = 0
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        limit = self._larger.get(path, LARGEST_BODY)

        async def limited() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                raise HTTPException(413)
            return message

        try:
            await self._app(scope, limited, send)
        except HTTPException:  # whoever read it stands before the routes and their handlers
            answer = problem(Request(scope), BodyTooLarge(), status=413)
            await answer(scope, receive, send)
