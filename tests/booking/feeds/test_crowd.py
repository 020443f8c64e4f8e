"""A crowd that listens to one process, and in part never reads: the process goes on answering, and
forgets them when they go.
"""

import asyncio
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from services.booking.feeds.domain import Limits
from tests.booking.feeds.test_feeds import another_app
from tests.booking.park import NINE, Park, minutes
from tests.support.eventually import eventually
from tests.support.serving import served

CROWD = 60
LIMITS = Limits(gap=0.01, of_a_person=CROWD, of_a_process=CROWD)


@dataclass
class Listener:
    """A bare connection, of which nothing is read that nobody asks for."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def hears_of(self, booking_id: str) -> bool:
        async with asyncio.timeout(30):
            while line := await self.reader.readline():
                if booking_id.encode() in line:
                    return True
        return False


async def test_a_crowd_that_listens_delays_nobody_and_is_forgotten_when_it_goes(
    park: Park,
) -> None:
    """There is room for the second crowd only if all of the first are gone."""
    with socket.create_server(("127.0.0.1", 0)) as at:
        async with served(another_app(park, LIMITS), listening=at) as url:
            for _ in range(2):
                room = await park.a_room()
                crowd = [await let_in(park, url) for _ in range(CROWD)]
                for nth in range(4):
                    starts_at = NINE + minutes(30 * nth)
                    async with asyncio.timeout(2):
                        last = await park.a_booking(
                            room, starts_at=starts_at, ends_at=starts_at + minutes(30)
                        )
                hear = [one.hears_of(last["booking_id"]) for one in crowd[::3]]
                assert all(await asyncio.gather(*hear))
                for one in crowd:
                    one.writer.close()


async def let_in(park: Park, url: str) -> Listener:
    """At once, or when somebody of the crowd before has been seen to go."""
    address = urlsplit(url)
    token = park.as_("amal@acme.example")["authorization"]
    asked = f"GET /v1/bookings/feed HTTP/1.1\r\nhost: booking\r\nauthorization: {token}\r\n\r\n"

    async def opened() -> Listener | None:
        reader, writer = await asyncio.open_connection(address.hostname, address.port, limit=2**20)
        writer.write(asked.encode())
        if b" 200 " in await reader.readline():
            return Listener(reader, writer)
        writer.close()
        return None

    found = await eventually(opened)
    assert found is not None
    return found
