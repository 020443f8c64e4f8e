"""Looking for rooms over HTTP, as the tests of availability do."""

import base64
from datetime import date, datetime, timedelta
from typing import Any

import httpx

from tests.booking.park import Park

AMAL = "amal@acme.example"


async def get(
    park: Park, path: str, *, by: str = AMAL, headers: dict[str, str] | None = None, **asked: Any
) -> httpx.Response:
    params = {
        name: value.isoformat() if isinstance(value, datetime | date) else value
        for name, value in asked.items()
    }
    return await park.http.get(path, params=params, headers=park.as_(by) | (headers or {}))


async def looked_up(park: Park, path: str, **asked: Any) -> Any:
    answer = await get(park, path, **asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def first_free(park: Park, **asked: Any) -> list[tuple[str, str]]:
    """Each room's first slot: its code, and when it starts by the wall clock."""
    found = await looked_up(park, "/v1/rooms/first-free", **asked)
    return [(slot["code"], slot["starts_wall"]) for slot in found["items"]]


def bits_of(packed: str, *, slots: int) -> str:
    """The bits as they are read: a character a slot, `1` where the room can be had."""
    read = "".join(f"{byte:08b}" for byte in base64.b64decode(packed, validate=True))
    assert set(read[slots:]) <= {"0"}
    assert len(read) - slots in range(8)
    return read[:slots]


async def day(park: Park, on: date, **asked: Any) -> tuple[Any, dict[str, str]]:
    """The answer, and each room's slots."""
    found = await looked_up(park, "/v1/rooms/day", date=on, **asked)
    assert (parsed(found["ends_at"]) - parsed(found["starts_at"])) == found["slots"] * timedelta(
        minutes=found["slot_minutes"]
    )
    return found, {
        code: bits_of(packed, slots=found["slots"]) for code, packed in found["rooms"].items()
    }


def parsed(shown: str) -> datetime:
    return datetime.fromisoformat(shown)
