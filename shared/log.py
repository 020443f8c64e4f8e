"""Logs: one JSON object a line, dotted facts, with ids of trace and event, no personal data.

`shared/log_fields.py` lists what a line may say.
"""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from pathlib import Path
from typing import Any, TextIO

import orjson
import structlog
from opentelemetry import trace
from structlog.types import EventDict, WrappedLogger

from shared.log_fields import of_a_library, only_what_is_listed, without_its_words

CHATTY = (
    *("uvicorn.access", "httpx", "httpcore", "aio_pika", "aiormq", "alembic", "urllib3"),
    "shared.pool",  # SQLAlchemy's, which speaks under the name of whoever inherits it
)


def with_trace(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The trace that the line belongs to."""
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = f"{context.trace_id:032x}"
    return event


def _json(event: Any, **_: Any) -> str:
    return orjson.dumps(event, default=str).decode()


def prepare_logs(*, level: str, stream: TextIO | None = None) -> None:
    """Sends our logs and those of the libraries to `stream` (standard error) as JSON.

    Ours go straight to the stream: every request writes a line, and the way through `logging` costs
    more than the line.
    """
    stream = stream or sys.stderr
    common: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        with_trace,
        without_its_words,
    ]
    as_json = structlog.processors.JSONRenderer(_json)
    structlog.configure(
        processors=[*common, only_what_is_listed, as_json],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    lines = logging.StreamHandler(stream)
    lines.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[of_a_library, *common],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                only_what_is_listed,
                as_json,
            ],
        )
    )
    logging.basicConfig(handlers=[lines], level=level.upper(), force=True)
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))


def log_what_nobody_catches() -> None:
    """For the rest of the process. Python itself would print what an exception or a warning says,
    and that may quote a row.
    """
    log = structlog.get_logger(__name__)

    def broken(error: BaseException | None) -> None:
        log.critical("process.broken", error=type(error).__name__, exc_info=error)

    def warned(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        place = f"{Path(filename).stem}.{lineno}"
        log.warning("library.warned", error=category.__name__, place=place)

    sys.excepthook = lambda _, error, __: broken(error)
    sys.unraisablehook = lambda lost: broken(lost.exc_value)
    threading.excepthook = lambda lost: broken(lost.exc_value)
    warnings.showwarning = warned
