"""A cursor is not signed: whoever has one can read it, and write another one with the same mark.

It names a place in a list, and nothing else: who sees what is asked of the database again with each
page. So whatever is written into it, nothing more is shown, and nothing breaks.
"""

import base64
import json
from collections.abc import Iterator
from itertools import product
from typing import Any

import httpx
import orjson
import pytest

from tests.booking.bookings.requests import a_request, a_room_on_request
from tests.booking.park import ELEVEN, NOON, TEN, Park
from tests.booking.secrets import DRISS, Secrets, acmes_secrets
from tests.booking.series.asking import a_series
from tests.booking.test_sight import EVERY_ROLE

LISTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("/v1/bookings", {"from": "2020-01-01T00:00:00Z"}),
    ("/v1/bookings/to-approve", {}),
    ("/v1/rooms", {}),
    ("/v1/rooms/free", {"starts_at": "2027-03-01T09:00:00Z", "minutes": "30"}),
    ("/v1/series", {}),
    ("/v1/series/{series_id}/occurrences", {}),
    ("/v1/waiting", {}),
    ("/v1/utilisation", {"month": "2027-03", "by": "room"}),
    ("/v1/utilisation", {"month": "2027-03", "by": "hour"}),
)
STRANGE: tuple[Any, ...] = (
    *("", "\x00", "é" * 200, "'; DROP TABLE bookings", "0001-01-01T00:00:00+14:00", "2027-03-01"),
    *("9999-12-31T23:59:59-14:00", "2027-03-01T09:00:00", "0:0:", "9:3:7", "x" * 36),
    *(None, True, -1, 2**63, 10**30, 1e300, [], ["x"], {"a": 1}),
)


def opened(cursor: str) -> tuple[str, list[Any]]:
    """Its mark, and the place that it names."""
    mark, *key = orjson.loads(base64.urlsafe_b64decode(cursor))
    return mark, key


def forged(mark: str, key: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps([mark, *key]).encode()).decode()


def first(value: Any) -> Any:
    """What comes before it in any list."""
    if not isinstance(value, str):
        return -1
    if len(value) == 36:
        return "00000000-0000-0000-0000-000000000000"
    return "1970-01-01T00:00:00+00:00" if "T" in value and ":" in value else ""


def strange(key: list[Any]) -> Iterator[list[Any]]:
    for nth, value in product(range(len(key)), STRANGE):
        yield [*key[:nth], value, *key[nth + 1 :]]
    yield [*key, "more"]
    yield []


@pytest.fixture
async def secrets(park: Park) -> Secrets:
    """Acme's; and in every list something of Driss, so that he gets cursors of his own."""
    found = await acmes_secrets(park)
    for _ in range(2):
        room = await park.a_room()
        await park.a_booking(room, by=DRISS, starts_at=TEN, ends_at=ELEVEN)
        series = await a_series(park, room, by=DRISS)
        await a_request(park, await a_room_on_request(park, by="people", people=(DRISS,)), by=DRISS)
        wish = {"starts_at": ELEVEN.isoformat(), "ends_at": NOON.isoformat()}
        answer = await park.http.post(
            "/v1/waiting", json={"room_id": room["room_id"], **wish}, headers=park.as_(DRISS)
        )
        assert answer.status_code == 201, answer.text
    found.ids["series_id"].append(series["series"]["series_id"])
    return found


async def ask(park: Park, path: str, **asked: Any) -> httpx.Response:
    return await park.http.get(path, params=asked, headers=park.as_(DRISS, *EVERY_ROLE))


@pytest.mark.parametrize(("path", "asked"), LISTS, ids=[" ".join((p, *a)) for p, a in LISTS])
async def test_whatever_a_cursor_says_it_shows_no_more_and_breaks_nothing(
    park: Park, secrets: Secrets, path: str, asked: dict[str, str]
) -> None:
    path = path.format(series_id=secrets.ids["series_id"][-1])
    whole = (await ask(park, path, **asked, limit=200)).json()["items"]
    cursor = (await ask(park, path, **asked, limit=1)).json()["next"]
    assert cursor is not None, "there are two of each"
    mark, key = opened(cursor)
    again = await ask(park, path, **asked, limit=200, cursor=forged(mark, [*map(first, key)]))
    assert again.json()["items"] == whole
    for each in strange(key):
        answer = await ask(park, path, **asked, limit=200, cursor=forged(mark, each))
        assert answer.status_code in {200, 422}, (each, answer.text)
        shown = answer.json().get("items", [])
        assert all(item in whole for item in shown), each
        assert not {word for word in secrets.words if word in answer.text}, each


async def test_a_forged_token_of_what_has_changed_tells_of_ones_own_alone(
    park: Park, secrets: Secrets
) -> None:
    mark, key = opened((await ask(park, "/v1/bookings")).json()["sync"])
    epoch, _ = key
    long_ago = await ask(park, "/v1/bookings", since=forged(mark, [epoch, "3:3:"]), limit=200)
    assert long_ago.status_code == 200, long_ago.text
    assert secrets.own_booking_id in long_ago.text
    tokens = [*strange(key), [epoch, "3:3:"]]
    for each in tokens:
        answer = await ask(park, "/v1/bookings", since=forged(mark, each))
        assert answer.status_code in {200, 409, 410, 422}, (each, answer.text)
        assert not {word for word in secrets.words if word in answer.text}, each
