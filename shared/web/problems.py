"""Refusals on the wire: RFC 9457 `application/problem+json`, in the language the caller reads.

One rule: status codes are decided here and nowhere below. Nothing that the caller sent is repeated.
"""

from __future__ import annotations

from typing import Any

import asyncpg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from shared.database import Busy, cause_of
from shared.errors import (
    Conflict,
    LostRace,
    Malformed,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Refusal,
    TryLater,
)
from shared.web.ground import ground_of
from shared.web.language import language_of
from shared.web.observed import note_broken, note_refusal
from shared.web.undone import note_undone

log = structlog.get_logger(__name__)

STATUS: dict[type[Refusal], int] = {
    Malformed: 422,
    NotSignedIn: 401,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    LostRace: 412,
    TryLater: 503,
}
RETRY_AFTER_SECONDS = "1"
PROBLEM = "application/problem+json"


class MalformedRequest(Malformed):
    """The request is not of the form that is asked for; see the named fields."""


class NotJson(Malformed):
    """The body is to be JSON, and to say so: Content-Type: application/json."""


class UnreadableBody(Malformed):
    """The body cannot be read as JSON in UTF-8."""


class BodyTooLarge(Malformed):
    """The request is larger than what is taken here; send less at once."""


class NoSuchPage(NotFound):
    """There is nothing at this address."""


class NoSuchMethod(Refusal):
    """This address does not take that method."""


class Broken(Refusal):
    """Something is broken on our side; it has been noted. Try again, and tell the operator if it
    lasts.
    """


class Problem(BaseModel):
    """RFC 9457. `code` is stable; `detail` is a sentence in the language of `Accept-Language`. Some
    codes have members of their own beside these.
    """

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "example": {
                "type": "about:blank",
                "title": "Conflict",
                "status": 409,
                "code": "room_taken",
                "detail": "The room is taken for that time; choose another time or room.",
            }
        },
    )

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    errors: list[dict[str, str]] | None = None
    """For a malformed request: where (`pointer`) and what kind (`code`), perhaps in words."""


TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    412: "Precondition Failed",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}

PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "A refusal: a stable `code`, and a sentence a person can act on.",
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
}


def problem(
    request: Request, refusal: Refusal, *, status: int, errors: list[dict[str, str]] | None = None
) -> JSONResponse:
    """The answer that a refusal becomes."""
    note_refusal(request.scope, refusal.code)
    language = language_of(request.headers.get("accept-language"))
    body = Problem(
        title=TITLES.get(status, "Refused"),
        status=status,
        code=refusal.code,
        detail=ground_of(request).catalogue.said(refusal, language=language),
        errors=errors,
    ).model_dump(exclude_none=True)
    body |= refusal.members
    headers = {"content-language": language, "cache-control": "no-store"}
    if status == 401:
        headers["www-authenticate"] = "Bearer"
    if status == 503:
        headers["retry-after"] = RETRY_AFTER_SECONDS
    return JSONResponse(body, status, headers, PROBLEM)


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a kind of refusal."""
    return next((STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS), 400)


def problem_of(request: Request, error: Refusal | RequestValidationError) -> JSONResponse:
    """What a refusal, or a request of the wrong form, is answered with."""
    if isinstance(error, Refusal):
        log.info("http.refused", code=error.code)
        return problem(request, error, status=status_of(error))
    if isinstance(error.body, bytes) and error.body:  # FastAPI has read it as JSON otherwise
        return problem(request, NotJson(), status=415)
    errors = [
        {"pointer": _pointer(entry), "code": str(entry["type"])} for entry in error.errors()[:20]
    ]
    return problem(request, MalformedRequest(), status=422, errors=errors)


def _pointer(entry: Any) -> str:
    """Where it does not fit; a field that nobody asked for is the caller's own text."""
    place = entry["loc"][:-1] if entry["type"] == "extra_forbidden" else entry["loc"]
    return "/".join(str(step) for step in place)


async def _refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refusal | RequestValidationError)
    if isinstance(error, Busy) and error.is_undone:
        note_undone(request)
    return problem_of(request, error)


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return problem(request, NoSuchPage(), status=404)
    if error.status_code == 405:
        answer = problem(request, NoSuchMethod(), status=405)
        answer.headers.update(error.headers or {})
        return answer
    if error.status_code == 413:
        return problem(request, BodyTooLarge(), status=413)
    return problem(request, UnreadableBody(), status=error.status_code)


async def _database(request: Request, error: Exception) -> JSONResponse:
    if isinstance(cause_of(error), asyncpg.DataError):
        return problem(request, MalformedRequest(), status=422)
    note_broken(error)
    return await _broken(request, error)


async def _broken(request: Request, _: Exception) -> JSONResponse:
    return problem(request, Broken(), status=500)


def answer_refusals(app: FastAPI) -> None:
    """Makes the application answer every refusal, and every surprise, as a problem."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DBAPIError, _database)
    app.add_exception_handler(asyncpg.DataError, _database)
    app.add_exception_handler(Exception, _broken)
