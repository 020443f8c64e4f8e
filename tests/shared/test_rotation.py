"""Passwords of the database are changed while people go on asking, and nobody is refused."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from shared.database import Database
from shared.migrate import migrate, must_be_migrated
from shared.web import Ground
from tests.shared.conftest import make_schema, rows_in
from tests.support.eventually import eventually
from tests.support.postgres import Databases
from tests.support.rotation import RotatingRole

CLIENTS = 8


@pytest.fixture
async def role(databases: Databases, tmp_path: Path) -> AsyncIterator[RotatingRole]:
    made = await RotatingRole.of(databases, folder=tmp_path)
    yield made
    await made.remove()


@pytest.fixture
async def ground(ground: Ground, role: RotatingRole) -> AsyncIterator[Ground]:
    """The small service, on a database whose password is going to be changed."""
    await make_schema(role.address("first"))
    database = Database(role.addresses, name="access", pool_size=4)
    yield replace(ground, database=database)
    await database.close()


class People:
    """Who write notes without end, but for moments in which connections are cut: what is under way
    then would be refused whatever the password.
    """

    def __init__(self, http: httpx.AsyncClient, headers: dict[str, str]) -> None:
        self.answers: Counter[int] = Counter()
        self._http, self._headers = http, headers
        self._turns = asyncio.Semaphore(CLIENTS)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(self._write()) for _ in range(CLIENTS)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _write(self) -> None:
        while True:
            async with self._turns:
                note = {"name": str(uuid4())}
                key = {"idempotency-key": str(uuid4())}
                answer = await self._http.post("/v1/notes", json=note, headers=self._headers | key)
                self.answers[answer.status_code] += 1

    async def between_two_requests(self, do: Callable[[], Awaitable[None]]) -> None:
        for _ in range(CLIENTS):
            await self._turns.acquire()
        try:
            await do()
        finally:
            for _ in range(CLIENTS):
                self._turns.release()

    async def go_on(self) -> None:
        before = self.answers.total()
        await eventually(lambda: self.answers.total() > before + 2 * CLIENTS)


async def test_a_password_is_changed_and_nobody_who_asks_is_refused(
    ground: Ground, role: RotatingRole, http: httpx.AsyncClient, amal: dict[str, str]
) -> None:
    people = People(http, amal)
    async with people.writing():
        await people.go_on()
        await role.rotate(cut=lambda: people.between_two_requests(role.cut), then=people.go_on)
    assert set(people.answers) == {201}
    assert people.answers[201] <= await rows_in(role.address("second"), "notes")


async def test_a_connection_that_listens_comes_back_under_the_new_password(
    ground: Ground, role: RotatingRole
) -> None:
    async def listens() -> None:
        connection = await ground.database.connect()
        await connection.close()

    await role.rotate(cut=role.cut, then=listens)


async def test_a_process_that_is_refused_on_all_lines_lives_and_comes_back(
    ground: Ground, role: RotatingRole, http: httpx.AsyncClient, amal: dict[str, str]
) -> None:
    async def search() -> int:
        return (await http.get("/v1/search?q=x", headers=amal)).status_code

    assert await search() == 200
    role.write("third", "second")
    await role.change("fourth")
    await role.cut()
    assert await search() == 503
    assert (await http.get("/health/ready")).status_code == 503
    role.write("fourth")
    assert await search() == 200


async def test_a_start_tries_all_lines_and_is_stopped_where_all_are_wrong(
    role: RotatingRole,
) -> None:
    role.write("second", "first")
    await asyncio.to_thread(migrate, "booking", url=role.addresses)
    database = Database(role.addresses, name="booking")
    await must_be_migrated("booking", database=database)
    await database.close()
    role.write("second", "third")
    database = Database(role.addresses, name="booking")
    with pytest.raises(SystemExit, match=r"^PARVIS_DATABASE_URL is wrong: password auth"):
        await must_be_migrated("booking", database=database)
    await database.close()
