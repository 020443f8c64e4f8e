"""Sending where things go wrong: odd servers, a database that is away, a worker told to stop."""

import asyncio
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
from sqlalchemy import text

from services.visitors.attempts import LONGEST_ATTEMPT, LOST_AFTER
from shared.mail import mailer
from tests.support.eventually import eventually, remains
from tests.visitors.notices.mail_server import GREETING, a_server
from tests.visitors.notices.test_delivery import attempts, delivery
from tests.visitors.park import Park, work

SLOW = {"email": "slow@visitor.example"}


async def test_a_server_that_takes_a_mail_and_cuts_has_taken_it(park: Park) -> None:
    visit = await park.a_visit()
    async with a_server() as (server, smtp):
        server.cuts_afterwards = True
        for _ in range(2):
            await work(delivery(park, smtp))
            park.now += LOST_AFTER
    assert len(server.taken) == 1
    assert await park.notices(visit) == [("invitation", "sent")]


async def test_what_a_server_says_may_be_any_bytes(park: Park) -> None:
    visit = await park.a_visit()
    async with a_server() as (server, smtp):
        server.answer = b"250 accept\xe9 \x00"
        await work(delivery(park, smtp))
    assert await park.notices(visit) == [("invitation", "sent")]


@pytest.mark.parametrize("word", [GREETING, b"MAIL"])
async def test_a_server_that_serves_nobody_today_is_asked_again(park: Park, word: bytes) -> None:
    visit = await park.a_visit()
    async with a_server() as (server, smtp):
        server.refused_word = word
        await work(delivery(park, smtp))
        assert await park.notices(visit) == [("invitation", "queued")]
        server.refused_word = None
        park.now += timedelta(minutes=1)
        await work(delivery(park, smtp))
    assert await park.notices(visit) == [("invitation", "sent")]


async def test_a_server_that_never_answers_is_left_before_the_attempt_counts_as_lost(
    park: Park,
) -> None:
    await park.a_visit(visitor=SLOW)
    async with a_server() as (_, smtp):
        await work(replace(delivery(park, smtp), longest_attempt=timedelta(seconds=0.3)))
    assert await attempts(park) == [(1, "deferred")]
    assert LONGEST_ATTEMPT < LOST_AFTER


async def test_a_slow_mail_does_not_keep_back_the_outcome_of_another(park: Park) -> None:
    await park.a_visit(visitor=SLOW)
    quick = await park.a_visit()

    async def is_sent() -> bool:
        return await park.notices(quick) == [("invitation", "sent")]

    async with a_server() as (server, smtp):
        sending = asyncio.create_task(work(delivery(park, smtp)))
        await eventually(is_sent, within=3)
        server.may_answer.set()
        await sending
    assert len(server.taken) == 2


async def test_a_notice_that_cannot_be_written_holds_up_no_other(park: Park) -> None:
    broken, fine = await park.a_visit(), await park.a_visit()
    async with park.ground.database.transaction() as session:
        no_zone = """
            UPDATE notices SET particulars = particulars || '{"timezone": "Mars"}'
            WHERE visit_id = :visit_id
        """
        await session.execute(text(no_zone), {"visit_id": broken["visit_id"]})
    await park.send_notices()
    assert await park.notices(broken) == [("invitation", "queued")]
    assert await park.notices(fine) == [("invitation", "sent")]


class BreaksOnOdd:
    """A mailer that some mails are too much for."""

    taken = 0

    async def send(self, message: EmailMessage) -> str:
        if "odd@" in message["To"]:
            raise LookupError
        self.taken += 1
        return "taken"


async def test_what_breaks_the_mailer_makes_no_other_mail_go_twice(park: Park) -> None:
    await park.a_visit(visitor={"email": "odd@visitor.example"})
    await park.a_visit()
    through = BreaksOnOdd()
    for _ in range(2):
        await work(delivery(park, through))
        park.now += LOST_AFTER
    assert through.taken == 1


@asynccontextmanager
async def no_database(park: Park) -> AsyncIterator[None]:
    """Nobody gets in, and who was in is thrown out."""
    url = park.ground.database.url
    name = urlsplit(url).path.removeprefix("/")
    beside = await asyncpg.connect(url, database="postgres")
    try:
        await beside.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        await beside.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name
        )
        yield
    finally:
        await beside.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        await beside.close()


async def test_an_acceptance_is_noted_as_soon_as_the_database_is_back(park: Park) -> None:
    await park.a_visit(visitor=SLOW)

    async def is_waiting() -> bool:
        return not sending.done()

    async with a_server() as (server, smtp):
        sending = asyncio.create_task(work(delivery(park, smtp)))
        await eventually(lambda: len(server.taken) == 1)
        async with no_database(park):
            server.may_answer.set()
            await remains(is_waiting)
        await sending
    assert await attempts(park) == [(1, "accepted")]


async def test_a_worker_told_to_stop_ends_what_it_has_begun(park: Park) -> None:
    await park.a_visit(visitor=SLOW)
    async with a_server() as (server, smtp):
        sending = asyncio.create_task(work(delivery(park, smtp)))
        await eventually(lambda: len(server.taken) == 1)
        sending.cancel()
        server.may_answer.set()
        with pytest.raises(asyncio.CancelledError):
            await sending
    assert await attempts(park) == [(1, "accepted")]


async def test_a_mail_in_the_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["Message-ID"] = "<one@parvis.example>"
    await mailer(None, folder=tmp_path).send(mail)
    (file,) = tmp_path.glob("*.eml")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
