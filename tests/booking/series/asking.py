"""Asking for series over HTTP, as a phone does."""

from typing import Any

import httpx

from tests.booking.park import Park

MONDAY = "2027-03-01T09:00:00"
AMAL, BADR, DRISS = "amal@acme.example", "badr@acme.example", "driss@other.example"


async def ask_for(
    park: Park,
    room: dict[str, Any],
    rule: str | None = "FREQ=WEEKLY;COUNT=4",
    *,
    by: str = AMAL,
    headers: dict[str, str] | None = None,
    path: str = "/v1/series",
    **wish: Any,
) -> httpx.Response:
    """Mondays from nine to ten."""
    body = {"room_id": room["room_id"], "starts_wall": MONDAY, "minutes": 60, "rrule": rule}
    return await park.http.post(path, json={**body, **wish}, headers=park.as_(by) | (headers or {}))


async def a_series(
    park: Park, room: dict[str, Any] | None = None, rule: str = "FREQ=WEEKLY;COUNT=4", **wish: Any
) -> Any:
    """A series that stands, with its bookings."""
    answer = await ask_for(park, room or await park.a_room(), rule, **wish)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def occurrences(park: Park, series: Any, *, by: str = AMAL) -> list[Any]:
    series_id = series["series"]["series_id"]
    answer = await park.http.get(
        f"/v1/series/{series_id}/occurrences", params={"limit": 200}, headers=park.as_(by)
    )
    assert answer.status_code == 200, answer.text
    items: list[Any] = answer.json()["items"]
    return items
