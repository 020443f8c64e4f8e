"""A log line says what happened, and to nobody by name."""

import ast
import io
import logging
import re
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
import structlog

from shared.log import prepare_logs
from shared.log_fields import FIELDS

ROOT = Path(__file__).parents[2]
A_LINE = re.compile(
    r"(log\.(debug|info|warning|error|exception|critical)|say|.*bound_contextvars|.*\.bind)"
).fullmatch
"""What our code calls to write a line, or to have all that follow say more."""


def calls() -> Iterator[tuple[str, ast.Call]]:
    """All there are in what runs in a park, with where they stand."""
    for path in files():
        if "structlog" in (text := path.read_text()):
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Call) and A_LINE(ast.unparse(node.func)):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def files() -> Iterator[Path]:
    for folder in ("shared", "services"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def test_every_line_of_ours_says_only_what_is_listed() -> None:
    told = list(calls())
    assert len(told) > 30
    for where, call in told:
        unknown = {str(each.arg) for each in call.keywords} - set(FIELDS) - {"exc_info"}
        assert not unknown, f"{where} says {unknown}: list it in shared/log_fields.py, or leave it"


def test_every_line_of_ours_is_a_dotted_fact() -> None:
    for where, call in calls():
        for said in call.args:
            text = ast.unparse(said).removeprefix("f").strip("'\"")
            assert re.fullmatch(r"[a-z_]+\.([a-z_]+|\{outcome\})", text), f"{where} says {text}"


def test_no_line_is_written_past_the_list() -> None:
    for path in files():
        wrote = re.search(r"logging\.(debug|info|warning|error|exception)\(", path.read_text())
        assert wrote is None, f"{path} writes with `logging`"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    made = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    prepare_logs(level="info", stream=made)
    yield made
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_what_is_not_listed_is_left_out_and_counted(stream: io.StringIO) -> None:
    structlog.get_logger().info("visit.made", service="visitors", guest="Camille", status=201)
    line = orjson.loads(stream.getvalue())
    assert (line["event"], line["service"], line["status"]) == ("visit.made", "visitors", 201)
    assert line["left_out"] == 1
    assert set(line) <= set(FIELDS)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("error", "Key (email)=(camille@visitor.example) already exists"),
        ("code", "camille@visitor.example"),
        ("route", "/v1/people?name=Camille Roux"),
        ("event_id", "Camille"),
        ("status", "Camille"),
        ("why", ["Camille"]),
        ("event", "Camille Roux has come"),
    ],
)
def test_a_persons_words_fit_into_no_field(stream: io.StringIO, field: str, value: object) -> None:
    structlog.get_logger().info(**{"event": "visit.made", field: value})
    line = orjson.loads(stream.getvalue())
    assert (field in line, line["left_out"]) == (False, 1)


def test_an_exception_is_told_by_its_kinds_and_places(stream: io.StringIO) -> None:
    def breaks() -> None:
        try:
            raise KeyError("camille@visitor.example")
        except KeyError as error:
            raise ValueError("Camille Roux") from error

    try:
        breaks()
    except ValueError:
        structlog.get_logger().exception("http.broken")
    told = orjson.loads(stream.getvalue())["exception"]
    assert told[0] == "ValueError"
    assert told[1].endswith(" breaks")
    assert "KeyError" in told
    assert "amille" not in stream.getvalue()


def test_a_librarys_line_is_said_without_what_was_put_into_it(stream: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").warning("%s is gone", "camille@visitor.example")
    line = orjson.loads(stream.getvalue())
    assert (line["logger"], line["said"]) == ("uvicorn.error", "%s is gone")


def test_a_traceback_that_a_library_says_is_told_as_an_exception(stream: io.StringIO) -> None:
    try:
        raise ValueError("Camille Roux")
    except ValueError:  # as uvicorn does where an application cannot start
        logging.getLogger("uvicorn.error").error(traceback.format_exc())
    line = orjson.loads(stream.getvalue())
    assert line["said"] == "Traceback (most recent call last):"
    assert line["exception"][0] == "ValueError"
    assert "amille" not in stream.getvalue()


@pytest.mark.parametrize(
    "broken",
    [
        "raise ValueError(guest)",
        "threading.Thread(target=lambda: int(guest)).start()",
        "type('Gone', (), {'__del__': lambda self: int(guest)})()",
        "warnings.warn(guest)",
    ],
)
def test_what_nobody_catches_is_a_line_that_names_nobody(broken: str) -> None:
    program = (
        "import threading, warnings; from shared.log import *; prepare_logs(level='info');"
        f"log_what_nobody_catches(); guest = 'Camille Roux'; {broken}"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    line = orjson.loads(done.stderr)
    assert line["error"] in {"ValueError", "UserWarning"}
    assert "amille" not in done.stderr


def test_of_other_libraries_only_the_place_is_told(stream: io.StringIO) -> None:
    try:
        raise ValueError("Camille Roux")
    except ValueError as error:
        logging.getLogger("asyncio").exception(f"a task with {error} broke")
    line = orjson.loads(stream.getvalue())
    assert (line["logger"], line["level"], line["exception"][0]) == (
        "asyncio",
        "error",
        "ValueError",
    )
    assert line["place"].startswith("test_log.")
    assert "amille" not in stream.getvalue()
