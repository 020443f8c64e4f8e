"""A serving process is killed while many want one room: nobody is told what did not happen."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.local.postgres import free_port
from services.booking.bookings.domain.offers import OFFER_KEY
from shared.keys import make_key
from tests.booking.bookings.test_rivals import overlaps
from tests.booking.park import ELEVEN, NOON, Park
from tests.support.processes import Process

PEOPLE = ("amal@acme.example", "badr@acme.example", "chadia@acme.example", "driss@other.example")


def a_process(park: Park, home: Path) -> Process:
    make_key(home, OFFER_KEY)
    environment = {
        "PARVIS_DATABASE_URL": park.ground.database.url,
        "PARVIS_OIDC_ISSUER": park.issuer.address,
        "PARVIS_KEYS_DIR": str(home),
        "HOST": "127.0.0.1",
        "PORT": str(free_port()),
    }
    return Process("booking", environment, home / "booking.log")


async def book(http: httpx.AsyncClient, park: Park, body: dict[str, Any], nth: int) -> int | None:
    """The status; None where no answer came."""
    headers = park.as_(PEOPLE[nth % len(PEOPLE)]) | {"idempotency-key": f"rival-{nth}"}
    try:
        return (await http.post("/v1/bookings", json=body, headers=headers)).status_code
    except httpx.TransportError:
        return None


@pytest.mark.parametrize("place", ["before_commit:9", "after_commit:2"])
async def test_a_process_killed_among_rivals_leaves_one_winner(
    park: Park, tmp_path: Path, rivals: int, place: str
) -> None:
    room = await park.a_room(spaces=["left", "right"])
    body = {
        "room_id": room["room_id"],
        "starts_at": ELEVEN.isoformat(),
        "ends_at": NOON.isoformat(),
    }
    process = a_process(park, tmp_path)
    process.start("serve", PARVIS_CRASH_AT=place)
    try:
        await process.is_ready()
        async with httpx.AsyncClient(base_url=process.url, timeout=30) as http:
            # By the one before, whose booking is at another time, it has come to know the rooms.
            await book(http, park, {"room_id": room["room_id"], "minutes": 1}, rivals)
            first = await asyncio.gather(*(book(http, park, body, n) for n in range(rivals)))
        assert process.running is not None
        assert await asyncio.to_thread(process.running.wait, 20) == -9
        process.start("serve")
        await process.is_ready()
        async with httpx.AsyncClient(base_url=process.url, timeout=30) as http:
            again = [
                await book(http, park, body, n) for n, status in enumerate(first) if status is None
            ]
    finally:
        process.kill()
    assert again
    told = Counter(status for status in (*first, *again) if status is not None)
    assert told == {201: 1, 409: rivals - 1}
    assert await overlaps(park) == 0
    held = await park.query("SELECT count(DISTINCT booking_id) AS n FROM claims")
    assert held[0].n == len(await park.announced()) == 2
