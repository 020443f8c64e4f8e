"""Whatever is changed at once, and in whichever order it commits: a client that asks for what has
changed ends with what the whole list shows, each time it asks.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from hypothesis import given, settings
from hypothesis import strategies as st

from services.booking.bookings.mine import STANDS, Reader
from shared.database import Database
from shared.identity.listed import Person, Role
from shared.web import PageRequest
from shared.web.values import EARLIEST, LATEST
from tests.booking.park import NINE, Park

WRITERS, PEOPLE = 3, 3

BOOK = """
INSERT INTO bookings (id, status, room_id, zone_id, tenant_id, organiser_id, starts_at, ends_at,
    starts_wall, ends_wall, timezone, capacity, people, created_at)
SELECT $1, 'confirmed', id, zone_id, $3, $2, '2027-03-01 09:00Z', '2027-03-01 10:00Z',
    '2027-03-01 09:00', '2027-03-01 10:00', 'Africa/Casablanca', 8, 1, now()
FROM rooms LIMIT 1
"""
INVITE = """
INSERT INTO participants
    (id, booking_id, position, person_id, is_colleague, name, email, language)
SELECT gen_random_uuid(), id, 0, $2::uuid, true, 'B', $2::uuid::text, 'fr'
FROM bookings WHERE id = $1 FOR UPDATE
ON CONFLICT DO NOTHING
"""
TAKE_OFF = "DELETE FROM participants WHERE booking_id = $1 AND person_id = $2"
HAND_OVER = "UPDATE bookings SET organiser_id = $2 WHERE id = $1"
CANCEL = "UPDATE bookings SET status = 'cancelled' WHERE id = $1 AND $2::uuid IS NOT NULL"
NAME = "UPDATE bookings SET title = gen_random_uuid() WHERE id = $1 AND $2::uuid IS NOT NULL"
VISIT = """
INSERT INTO guest_visits (visit_id, booking_id, guest_id, status, sequence)
SELECT gen_random_uuid(), booking_id, id, 'arrived', 1 FROM participants
WHERE booking_id = $1 AND $2::uuid IS NOT NULL
"""
CHANGES = (INVITE, TAKE_OFF, HAND_OVER, CANCEL, NAME, VISIT)

step = st.one_of(
    st.tuples(st.just("book"), st.integers(0, WRITERS - 1), st.integers(0, PEOPLE - 1)),
    st.tuples(
        st.sampled_from(CHANGES),
        st.integers(0, WRITERS - 1),
        st.integers(0, PEOPLE - 1),
        st.integers(0, 7),
    ),
    st.tuples(st.sampled_from(["commit", "commit", "undo"]), st.integers(0, WRITERS - 1)),
    st.just(("sync", 0)),
)


@dataclass
class Client:
    """What somebody's phone keeps."""

    person: Person
    kept: dict[UUID, Any] = field(default_factory=dict)
    sync: str | None = None


def a_colleague(tenant_id: UUID) -> Person:
    return Person(
        person_id=uuid4(),
        tenant_id=tenant_id,
        display_name="Somebody",
        email="somebody@acme.example",
        language="fr",
        is_landlord=False,
        roles=frozenset({Role.EMPLOYEE}),
    )


class World:
    """Writers with a transaction each, open for as long as chance wants it, and the clients."""

    def __init__(self, database: Database, writers: list[Any]) -> None:
        self._database, self._writers = database, writers
        self._open: dict[int, Any] = {}
        self._held: dict[UUID, int] = {}
        """Who holds a booking's row: others leave it alone, as they would wait for ever."""
        self._bookings: list[UUID] = []
        tenant_id = uuid4()
        self.clients = [Client(a_colleague(tenant_id)) for _ in range(PEOPLE)]

    async def take(self, what: str, who: int, *rest: int) -> None:
        if what == "sync":
            await self.sync()
        elif what in {"commit", "undo"}:
            await self._end(who, is_kept=what == "commit")
        elif what == "book":
            self._bookings.append(uuid4())
            organiser = self.clients[rest[0]].person
            await self._do(who, BOOK, self._bookings[-1], organiser.person_id, organiser.tenant_id)
        elif self._bookings:
            booking_id = self._bookings[rest[1] % len(self._bookings)]
            await self._do(who, what, booking_id, self.clients[rest[0]].person.person_id)

    async def end(self) -> None:
        for who in list(self._open):
            await self._end(who, is_kept=True)
        await self.sync()

    async def sync(self) -> None:
        for client in self.clients:
            await self._sync(client)

    async def _sync(self, client: Client) -> None:
        whole, token = await self._read(client, None)
        if client.sync is None:
            client.kept, client.sync = whole, token
        else:
            _, client.sync = await self._read(client, client.sync)
        assert client.kept == whole

    async def _read(self, client: Client, since: str | None) -> tuple[dict[UUID, Any], str]:
        found: dict[UUID, Any] = {}
        cursor = None
        while True:
            async with self._database.transaction() as session:
                reader = Reader(session, client.person, at=NINE)
                asked = PageRequest(limit=2 if since else 200, cursor=cursor)
                if since is None:
                    page = await reader.listed(
                        asked, between=(EARLIEST, LATEST), standing=STANDS, filters=""
                    )
                else:
                    page = await reader.changed(since, asked)
            kept = found if since is None else client.kept
            kept |= {one.booking_id: one for one in page.items}
            for one in page.gone:
                client.kept.pop(one.booking_id, None)
            cursor = page.next
            if page.sync is not None:
                return found, page.sync

    async def _do(self, who: int, statement: str, booking_id: UUID, *values: UUID) -> None:
        if self._held.setdefault(booking_id, who) != who:
            return
        if who not in self._open:
            self._open[who] = self._writers[who].transaction()
            await self._open[who].start()
        await self._writers[who].execute(statement, booking_id, *values)

    async def _end(self, who: int, *, is_kept: bool) -> None:
        transaction = self._open.pop(who, None)
        if transaction is None:
            return
        await (transaction.commit() if is_kept else transaction.rollback())
        self._held = {each: by for each, by in self._held.items() if by != who}


@asynccontextmanager
async def a_world(url: str) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        database = Database(url, name="booking")
        database.info["base_url"] = "http://booking"
        stack.push_async_callback(database.close)
        writers = [await asyncpg.connect(url) for _ in range(WRITERS)]
        for writer in writers:
            stack.push_async_callback(writer.close)
        yield World(database, writers)


async def play(url: str, steps: list[Any]) -> None:
    async with a_world(url) as world:
        await world.sync()
        for one in steps:
            await world.take(*one)
        await world.end()


async def test_what_began_first_and_commits_last_is_not_missed(park: Park) -> None:
    await park.a_room()
    async with a_world(park.ground.database.url) as world:
        await world.take("book", 0, 0)
        await world.take("book", 1, 1)
        await world.take("commit", 1)
        await world.sync()
        await world.take("commit", 0)
        await world.sync()
        assert [len(client.kept) for client in world.clients] == [1, 1, 0]


async def test_a_client_that_asks_at_random_moments_keeps_what_the_whole_list_shows(
    park: Park,
) -> None:
    await park.a_room()
    url = park.ground.database.url

    @settings(max_examples=10)
    @given(steps=st.lists(step, min_size=15, max_size=30))
    def whatever_happens(steps: list[Any]) -> None:
        asyncio.run(play(url, steps))

    await asyncio.to_thread(whatever_happens)
