"""The three services behind a gateway: the real applications (on a database that is away), but for
a few addresses that tell what has arrived.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import threading
import time
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from deploy.services import service
from shared.keys import make_key
from shared.settings import load
from shared.web.limited import Limited

ORIGIN = "https://desk.example"
"""Whose pages may ask."""
PARK = "https://park.example"
"""Where people reach it."""
EVENTS_EVERY = 0.2
OF_ITS_OWN = (
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
"""Headers as a page of a service brings them."""


def real_application(name: str, *, keys: Path) -> FastAPI:
    """A service's, standing on nothing that answers."""
    found = service(name)
    for key in found.keys:
        make_key(keys, key)
    settings = load(
        found.settings,
        database_url="postgresql://nobody@127.0.0.1:1/none",
        oidc_issuer="https://id.example",
        cors_origins=ORIGIN,
        base_url=f"{PARK}/{name}",
        keys_dir=keys,
        HOST="127.0.0.1",
        PORT=8000,
    )
    return found.create_app(found.ground(settings))


class Telling:
    """ASGI: `/v1/echo…` says what was asked, `/v1/feed` goes on, `/v1/silent` never answers."""

    def __init__(self, name: str, real: FastAPI) -> None:
        self._name, self._real = name, real
        answer: Any = self._answer  # uvicorn and starlette do not agree on what a scope is
        self._told_who_calls: Any = ProxyHeadersMiddleware(answer, trusted_hosts="127.0.0.1")

    @property
    def larger_bodies(self) -> dict[str, int]:
        """The paths at which the service takes more than elsewhere, and how much."""
        middleware: list[Any] = list(self._real.user_middleware)
        (larger,) = [each.kwargs["larger"] for each in middleware if each.cls is Limited]
        return dict(larger)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As uvicorn does it, but that the connection can still be told from others."""
        await self._told_who_calls({**scope, "connection": scope["client"][1]}, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if path.startswith("/v1/echo"):
            await self._echo(scope, receive, send)
        elif path == "/v1/feed":
            await feed(send)
        elif path == "/v1/silent":
            await receive()
            while (await receive())["type"] != "http.disconnect":
                pass
        else:
            await self._real(scope, receive, send)

    async def _echo(self, scope: Scope, receive: Receive, send: Send) -> None:
        length, more = 0, True
        while more:
            message = await receive()
            length += len(message.get("body", b""))
            more = message.get("more_body", False)
        told = {
            "service": self._name,
            "method": scope["method"],
            "raw_path": scope["raw_path"].decode("latin-1"),
            "query": scope["query_string"].decode("latin-1"),
            "headers": [[name.decode(), value.decode()] for name, value in scope["headers"]],
            "client": scope["client"][0],
            "scheme": scope["scheme"],
            "length": length,
            "connection": scope["connection"],
        }
        headers = [(b"content-type", b"application/json"), *OF_ITS_OWN]
        body = json.dumps(told).encode()
        if scope["query_string"] == b"packed":
            headers.append((b"content-encoding", b"gzip"))
            body = gzip.compress(body)
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


async def feed(send: Send) -> None:
    """As `shared.web.streams` sends them."""
    headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for number in range(50):
        body = f"event: changes\ndata: {number}\n\n".encode()
        await send({"type": "http.response.body", "body": body, "more_body": True})
        await asyncio.sleep(EVENTS_EVERY)


class Upstream:
    """A service at an address of its own, which may go and come back, also elsewhere."""

    def __init__(self, app: Telling, *, port: int) -> None:
        self.app, self._port = app, port
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def start(self, address: str) -> None:
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((address, self._port))
        listening.listen(512)
        config = uvicorn.Config(
            self.app,
            log_config=None,
            access_log=False,
            lifespan="off",
            proxy_headers=False,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([listening],), daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)

    def stop(self) -> None:
        assert self._server is not None
        assert self._thread is not None
        self._server.should_exit = True
        self._thread.join(10)
