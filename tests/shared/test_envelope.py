"""What is no envelope of ours is told at the door, before a table has to hold it."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from shared.events.base import Envelope, Unreadable

GOOD = {
    "id": str(uuid4()),
    "source": "/parvis/access",
    "type": "directory.tenant_listed.v1",
    "subject": f"tenant/{uuid4()}",
    "time": datetime(2026, 11, 23, 9, tzinfo=UTC).isoformat(),
    "sequence": "000000000001",
    "data": {},
}


def test_a_good_one_is_read() -> None:
    assert Envelope.from_json(json.dumps(GOOD).encode()).sequence == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject", "tenant/\x00"),  # no column holds it: it would be delivered again and again
        ("subject", "x" * 100_000),  # no index holds it
        ("source", "\x00"),
        ("type", "\x00"),
        ("type", ""),
        ("sequence", 10**30),
        ("sequence", 0),
        ("data", None),
    ],
)
def test_what_no_table_can_hold_is_unreadable(field: str, value: Any) -> None:
    with pytest.raises(Unreadable):
        Envelope.from_json(json.dumps(GOOD | {field: value}).encode())
