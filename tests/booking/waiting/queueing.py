"""People who wait for a room, and the worker that offers it to them."""

from typing import Any

import httpx

from services.booking.service import SERVICE
from tests.booking.park import NINE, TEN, Park, minutes

AMAL, BADR, DRISS = "amal@acme.example", "badr@acme.example", "driss@other.example"
CHADIA = "chadia@acme.example"


async def wait_for(park: Park, *, by: str, **wish: Any) -> httpx.Response:
    body = {"starts_at": NINE.isoformat(), "ends_at": TEN.isoformat(), **wish}
    answer = await park.http.post("/v1/waiting", json=body, headers=park.as_(by))
    park.now += minutes(0.01)  # who asks next asks later
    return answer


async def waits(park: Park, room: dict[str, Any], *, by: str, **wish: Any) -> Any:
    answer = await wait_for(park, by=by, room_id=room["room_id"], **wish)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def work(park: Park) -> None:
    """A round of the worker, and of what it goes on with."""
    (loop,) = (each for each in SERVICE.loops(park.ground) if each.name == "waiting.offer")
    while await loop.round():
        pass


async def listed(park: Park, by: str) -> list[Any]:
    answer = await park.http.get("/v1/waiting", headers=park.as_(by))
    found: list[Any] = answer.json()["items"]
    return found


async def turns(park: Park, *people: str) -> list[str]:
    return [each["status"] for person in people for each in await listed(park, person)]


async def accept(park: Park, waiting: Any, *, by: str) -> httpx.Response:
    body = {"hold_id": waiting["offer"]["hold_id"]}
    return await park.http.post("/v1/bookings", json=body, headers=park.as_(by))
