"""Pages of other origins that browsers let speak to a service (CORS): none, unless they are named.

Nobody signs in by cookie, so nothing of a person's is sent along without the page having it.
"""

from __future__ import annotations

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
SENT = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "Last-Event-ID",
    "Traceparent",
)
READ = ("Content-Language", "ETag", "Location", "Retry-After")
REMEMBERED_SECONDS = 600


def let_in(app: FastAPI, origins: tuple[str, ...]) -> None:
    """Pages of these origins may ask with a token and read what is answered, refusals as well."""
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=METHODS,
            allow_headers=SENT,
            expose_headers=READ,
            max_age=REMEMBERED_SECONDS,
        )
