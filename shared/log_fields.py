"""What a log line may say: these fields, in these shapes, and nothing else.

One rule: people's words, names and addresses have no shape here. What does not fit is left out
before it is written, whoever said it: `left_out` tells how many fields that were. A new field is
added here first.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any

from structlog.types import EventDict, WrappedLogger

_FACT = re.compile(r"[a-z_]+(\.[a-z_]+)+").fullmatch
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,99}").fullmatch
_ROUTE = re.compile(r"unknown|/([A-Za-z0-9_.{}-]*/?)*").fullmatch
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch
_TRACE = re.compile(r"[0-9a-f]{32}").fullmatch
_TIME = re.compile(r"[0-9T:.-]{19,32}Z").fullmatch


def _number(value: object) -> bool:
    return isinstance(value, int | float)


def _lines(value: object) -> bool:
    return isinstance(value, list)


Fits = Callable[[Any], object]
FIELDS: dict[str, Fits] = {
    "timestamp": _TIME,
    "level": _WORD,
    "event": _FACT,
    "trace_id": _TRACE,
    "service": _WORD,
    # a request
    "method": _WORD,
    "route": _ROUTE,
    "status": _number,
    "ms": _number,
    "code": _WORD,
    # an event, a timer, an attempt: things, and never whom they are about
    "event_id": _ID,
    "event_name": _WORD,
    "passage_id": _ID,
    "notice_id": _ID,
    "webhook_id": _ID,
    "delivery_id": _ID,
    "timer": _WORD,
    "queue": _WORD,
    "number": _number,
    "attempts": _number,
    "outcome": _WORD,
    # trouble
    "error": _WORD,
    "why": _WORD,
    "exception": _lines,
    "loop": _WORD,
    "what": _WORD,
    "failures": _number,
    "schema": re.compile(r"[A-Za-z0-9_]{1,40}").fullmatch,
    "user": _WORD,
    # a library's line
    "logger": _WORD,
    "place": _WORD,
    "said": str.isprintable,
    "left_out": _number,
}
"""`error` and `why` are names of classes and codes: what an exception says may quote anything."""

TRUSTED = ("uvicorn", "alembic", "opentelemetry")
"""Libraries whose lines are said with what they were made of left out; of others only the place."""
FRAMES = 30


def only_what_is_listed(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The last step before a line is written."""
    left: EventDict = {}
    for name, value in event.items():
        fits = FIELDS.get(name)
        if fits is not None and _is(fits, value):
            left[name] = value
    if len(left) < len(event):
        left["left_out"] = len(event) - len(left)
    return left


def _is(fits: Fits, value: object) -> bool:
    try:
        return bool(fits(value))
    except TypeError:  # of another type
        return False


def without_its_words(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """An exception as its kinds and where they came from. What it says may quote a row."""
    error = _error(event.pop("exc_info", None))
    if error is not None:
        event["exception"] = list(_told(error))
    return event


def _error(info: object) -> BaseException | None:
    if isinstance(info, BaseException):
        return info
    if isinstance(info, tuple):
        error: BaseException | None = info[1]
        return error
    return sys.exc_info()[1] if info else None


def _told(error: BaseException) -> Iterator[str]:
    """The kind, from where it was raised outward; then what it came of."""
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield type(one).__qualname__
        yield from reversed(list(_frames(one.__traceback__))[-FRAMES:])
        if isinstance(one, BaseExceptionGroup):
            yield from (type(each).__qualname__ for each in one.exceptions)
        one = one.__cause__ or one.__context__


def _frames(raised: TracebackType | None) -> Iterator[str]:
    for frame in traceback.extract_tb(raised):
        yield f"{frame.filename}:{frame.lineno} {frame.name}"


def of_a_library(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """A line of `logging`: which library, where in it, and its text before anything was put in."""
    record = event["_record"]
    template = record.msg if isinstance(record.msg, str) else ""
    line: EventDict = {
        "event": "library.said",
        "logger": record.name,
        "place": f"{record.module}.{record.lineno}",
        "exc_info": record.exc_info or record.levelno >= logging.ERROR,
        "_record": record,
        "_from_structlog": False,
    }
    if record.name.split(".")[0] in TRUSTED:  # after its first line stands a traceback, if anything
        line["said"] = template.strip().partition("\n")[0]
    return line
