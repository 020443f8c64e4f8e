"""New bookings, asked for all the time: answered before any route is looked for."""

from __future__ import annotations

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.booking.bookings.api.making import router
from services.booking.bookings.at_once import AtOnce
from shared.errors import Refusal
from shared.web.problems import problem_of

PATH = "/v1/bookings"
(_THE_ROUTE,) = (each for each in router.routes if each.path == "/bookings")  # type: ignore[attr-defined]


class BookingsFirst:
    """ASGI middleware: what it does not answer goes on to the routes, as it came."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _is_new_booking(scope):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        at_once: AtOnce = request.app.state.at_once
        try:
            answer = await at_once.book(request)
        except Refusal as refusal:
            answer = problem_of(request, refusal)
        if answer is None:
            await self._app(scope, _again(await request.body(), receive), send)
            return
        scope["route"] = _THE_ROUTE
        await answer(scope, receive, send)


def _is_new_booking(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "POST":
        return False
    path: str = scope["path"].removeprefix(scope.get("root_path", ""))
    return path == PATH


def _again(body: bytes, receive: Receive) -> Receive:
    """The request as it came, for whoever reads it now."""
    read = False

    async def first_the_body() -> Message:
        nonlocal read
        if read:
            return await receive()
        read = True
        return {"type": "http.request", "body": body, "more_body": False}

    return first_the_body
