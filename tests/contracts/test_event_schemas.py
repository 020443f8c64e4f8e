"""What was released stays readable: golden schemas, and proof that the judge can say no."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from shared.events import all_events
from tests.contracts.schemas import FOLDER, breaks, golden, schemas_of

EVENTS = all_events()
RENEW = "run python -m tests.contracts.schemas and commit what it writes"


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_breaks_no_reader_and_is_written_down(name: str) -> None:
    old, new = golden(name), schemas_of(EVENTS[name])
    assert old is not None, f"{name} has no golden schema: {RENEW}"
    assert breaks(old, new) == []
    assert old == json.loads(json.dumps(new)), f"{name} has grown: {RENEW}"


def test_no_released_event_is_gone() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} <= set(EVENTS)


def _facts(schemas: dict[str, Any], kind: str) -> dict[str, Any]:
    facts: dict[str, Any] = schemas[kind]["$defs"]["BookingFacts"]
    return facts


def _drop_a_field(schemas: dict[str, Any]) -> None:
    for kind in ("writer", "reader"):
        del _facts(schemas, kind)["properties"]["room_id"]
        _facts(schemas, kind)["required"].remove("room_id")


def _need_another_field(schemas: dict[str, Any]) -> None:
    for kind in ("writer", "reader"):
        _facts(schemas, kind)["properties"]["colour"] = {"type": "string"}
        _facts(schemas, kind)["required"].append("colour")


def _change_a_type(schemas: dict[str, Any]) -> None:
    for kind in ("writer", "reader"):
        _facts(schemas, kind)["properties"]["capacity"] = {"type": "string"}


def _say_a_new_value(schemas: dict[str, Any]) -> None:
    for kind in ("writer", "reader"):
        schemas[kind]["$defs"]["BookingStatus"]["enum"].append("dreamt_of")


def _forget_a_value(schemas: dict[str, Any]) -> None:
    for kind in ("writer", "reader"):
        schemas[kind]["$defs"]["BookingStatus"]["enum"].remove("released")


def _say_null(schemas: dict[str, Any]) -> None:
    for kind in ("writer", "reader"):
        room = _facts(schemas, kind)["properties"]["room_id"]
        _facts(schemas, kind)["properties"]["room_id"] = {"anyOf": [room, {"type": "null"}]}


@pytest.mark.parametrize(
    "change",
    [
        _drop_a_field,
        _need_another_field,
        _change_a_type,
        _say_a_new_value,
        _forget_a_value,
        _say_null,
    ],
)
def test_an_incompatible_change_is_noticed(change: Callable[[dict[str, Any]], None]) -> None:
    old = schemas_of(EVENTS["booking.confirmed.v1"])
    new = copy.deepcopy(old)
    change(new)
    assert breaks(old, new), change.__name__


def test_a_new_optional_field_hurts_nobody() -> None:
    old = schemas_of(EVENTS["booking.confirmed.v1"])
    new = copy.deepcopy(old)
    for kind in ("writer", "reader"):
        _facts(new, kind)["properties"]["colour"] = {"type": "string", "default": "grey"}
    _facts(new, "writer")["required"].append("colour")
    assert breaks(old, new) == []
