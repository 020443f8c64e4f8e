"""Each request seen from outside: a span that continues the caller's trace, a log line, three
metrics.

Named by the route's template, never by the path, which may hold somebody's id.
"""

from __future__ import annotations

import time

import structlog
from opentelemetry import trace
from prometheus_client import Counter, Histogram
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.telemetry import context_of, span_of
from shared.web.ground import Ground

log = structlog.get_logger("http")
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
QUIET = ("/health", "/metrics")
"""Asked all day by whoever watches: neither lines nor spans are made of it."""
_UNSEEN = trace.NoOpTracer()
GONE = 499
"""Noted where the caller went before they had said all: nobody is there to be answered, and nothing
of ours is broken. The number is nginx's."""
BROKEN = "broken"
"""The code of the refusal that a mistake of ours is answered with."""
_REFUSAL = "refusal"
"""In the scope of a request that is refused: the code of the refusal."""


def note_refusal(scope: Scope, code: str) -> None:
    """The answer that is about to be sent says no, and this is why."""
    scope[_REFUSAL] = code


def note_broken(error: Exception) -> None:
    """A mistake of ours, told within the request's trace."""
    log.error("http.broken", error=type(error).__name__, exc_info=error)


class Observed:
    """ASGI middleware around one service."""

    def __init__(self, app: ASGIApp, *, ground: Ground) -> None:
        self._app = app
        self._service = ground.name
        self._tracer = ground.traces.get_tracer("parvis.http")
        labels = ("method", "route", "status")
        self._requests = Counter(
            "parvis_http_requests_total", "Requests answered.", labels, registry=ground.registry
        )
        self._refusals = Counter(
            "parvis_http_refusals_total",
            "Requests refused, by the code of the refusal.",
            ("method", "route", "code"),
            registry=ground.registry,
        )
        self._seconds = Histogram(
            "parvis_http_request_seconds",
            "Time to answer.",
            ("method", "route"),
            registry=ground.registry,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        began = time.perf_counter()
        context = context_of(_header(scope, b"traceparent"))
        tracer = _UNSEEN if _path(scope).startswith(QUIET) else self._tracer
        kind = trace.SpanKind.SERVER
        with span_of(tracer, "http.request", context=context, kind=kind) as span:
            try:
                await self._app(scope, receive, noting)
            except ClientDisconnect:
                status = GONE
            except Exception as error:
                note_broken(error)
                note_refusal(scope, BROKEN)
                raise
            finally:
                method = scope["method"] if scope["method"] in METHODS else "OTHER"
                route = _template(scope)
                span.update_name(f"{method} {route}")
                span.set_attribute("http.response.status_code", status)
                self._note(method, route, status, time.perf_counter() - began)
                if status >= 400 and (code := scope.get(_REFUSAL)):
                    self._refusals.labels(method, route, code).inc()

    def _note(self, method: str, route: str, status: int, seconds: float) -> None:
        self._requests.labels(method, route, status).inc()
        self._seconds.labels(method, route).observe(seconds)
        if not route.startswith(QUIET):
            log.info(
                "http.answered",
                service=self._service,
                method=method,
                route=route,
                status=status,
                ms=round(seconds * 1000, 1),
            )


def _template(scope: Scope) -> str:
    """The path of the route that answered, below the prefix of its router, which has no values.
    Whoever answers in a route's stead notes one in the scope that has its `path_format`.
    """
    route = scope.get("route")
    if route is None:
        return "unknown"
    own: str = route.path_format
    steps = _path(scope).split("/")
    return "/".join(steps[: len(steps) - own.count("/")]) + own


def _path(scope: Scope) -> str:
    return str(scope["path"]).removeprefix(scope.get("root_path", ""))


def _header(scope: Scope, name: bytes) -> str | None:
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin-1"))
    return None
