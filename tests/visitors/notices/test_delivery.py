"""Sending: one Message-ID for ever, a row per attempt, never a second after a known acceptance."""

import asyncio
from datetime import timedelta
from email.message import EmailMessage

import pytest

from services.visitors.attempts import LOST_AFTER, Attempts
from services.visitors.notices.delivery import MAILS_AT_ONCE, Mails, Posted
from services.visitors.notices.domain import GIVE_UP_AFTER, Became, pause_after
from services.visitors.notices.mails import Sender
from shared.mail import MailDeferred, Mailer, MailRefused, SmtpMailer, mailer
from tests.visitors.notices.mail_server import a_server
from tests.visitors.park import Park, work


def delivery(park: Park, through: Mailer) -> Attempts[Posted, Became]:
    mails = Mails(through, Sender("Parvis", "reception@parvis.example"))
    return Attempts(mails, park.ground.database, lambda: park.now, at_once=MAILS_AT_ONCE)


async def attempts(park: Park) -> list[tuple[int, str | None]]:
    rows = await park.query("SELECT number, outcome FROM notice_attempts ORDER BY number")
    return [(row.number, row.outcome) for row in rows]


async def test_what_the_server_takes_is_sent_once(park: Park) -> None:
    visit = await park.a_visit()
    async with a_server() as (server, smtp):
        for _ in range(3):
            await work(delivery(park, smtp))
    assert len(server.taken) == 1
    assert await park.notices(visit) == [("invitation", "sent")]
    assert await attempts(park) == [(1, "accepted")]


async def test_a_server_that_is_away_is_asked_again_later_with_growing_pauses(park: Park) -> None:
    visit = await park.a_visit()
    gone = SmtpMailer("smtp://127.0.0.1:1", timeout=1)
    for seconds in (0, 5, 5, 20):
        park.now += timedelta(seconds=seconds)
        await work(delivery(park, gone))
    assert await attempts(park) == [(1, "deferred"), (2, "deferred"), (3, "deferred")]
    park.now += timedelta(minutes=1)
    async with a_server() as (server, smtp):
        await work(delivery(park, smtp))
    assert len(server.taken) == 1
    assert await park.notices(visit) == [("invitation", "sent")]


async def test_an_answer_that_was_lost_is_repeated_with_the_same_message_id(park: Park) -> None:
    await park.a_visit()
    async with a_server() as (server, smtp):
        server.answer = ""
        await work(delivery(park, smtp))
        server.answer = "250 taken"
        park.now += timedelta(minutes=1)
        await work(delivery(park, smtp))
    ids = {line for mail in server.taken for line in mail.split(b"\r\n") if b"Message-ID" in line}
    assert (len(server.taken), len(ids)) == (2, 1)


async def test_a_worker_killed_while_sending_leaves_an_attempt_that_is_repeated(park: Park) -> None:
    await park.a_visit()
    claimed = await delivery(park, mailer(None, folder=park.mail_folder())).claim()
    assert len(claimed) == 1
    await park.send_notices()
    assert park.mails() == []
    park.now += LOST_AFTER
    await park.send_notices()
    assert await attempts(park) == [(1, None), (2, "accepted")]
    assert len(park.mails()) == 1


async def test_two_workers_never_send_the_same_notice(park: Park) -> None:
    for _ in range(6):
        await park.a_visit()
    async with a_server() as (server, smtp):
        await asyncio.gather(*(work(delivery(park, smtp)) for _ in range(4)))
    assert len(server.taken) == 6


async def test_what_a_server_will_never_take_is_not_asked_again(park: Park) -> None:
    visit = await park.a_visit(visitor={"email": "nobody@visitor.example"})
    async with a_server() as (server, smtp):
        await work(delivery(park, smtp))
        park.now += timedelta(hours=1)
        await work(delivery(park, smtp))
    assert server.taken == []
    assert await park.notices(visit) == [("invitation", "failed")]
    assert await attempts(park) == [(1, "refused")]


async def test_a_greylisting_server_is_asked_again(park: Park) -> None:
    visit = await park.a_visit()
    async with a_server() as (server, smtp):
        server.answer = "451 4.7.1 come again"
        await work(delivery(park, smtp))
        assert await park.notices(visit) == [("invitation", "queued")]
        server.answer = "554 5.7.1 no"
        park.now += timedelta(minutes=1)
        await work(delivery(park, smtp))
    assert await park.notices(visit) == [("invitation", "failed")]


async def test_the_notices_of_a_visit_keep_their_order(park: Park) -> None:
    visit = await park.a_visit()
    await work(delivery(park, SmtpMailer("smtp://127.0.0.1:1", timeout=1)))
    await park.do(visit, "cancel", by="amal@acme.example")
    async with a_server() as (server, smtp):
        await work(delivery(park, smtp))
        assert server.taken == []
        for _ in range(2):
            park.now += timedelta(minutes=1)
            await work(delivery(park, smtp))
    methods = [b'method="REQUEST"' in mail or b"method=REQUEST" in mail for mail in server.taken]
    assert methods == [True, False]


async def test_an_hour_without_a_mail_server_loses_nothing_and_doubles_nothing(
    park: Park,
) -> None:
    sent = [await park.a_visit(visitor={"email": f"{n}@visitor.example"}) for n in range(20)]
    gone = SmtpMailer("smtp://127.0.0.1:1", timeout=1)
    for _ in range(12):
        await work(delivery(park, gone))
        park.now += timedelta(minutes=5)
    async with a_server() as (server, smtp):
        await delivery(park, gone).claim()  # a worker that was killed with what it had begun
        workers = [delivery(park, smtp) for _ in range(2)]
        for _ in range(3):
            for _ in range(3):
                await asyncio.gather(*(work(worker) for worker in workers))
            park.now += timedelta(minutes=15)
    told = [line for mail in server.taken for line in mail.split(b"\r\n") if line[:3] == b"To:"]
    assert len(told) == len(set(told)) == len(sent)
    for visit in sent:
        assert await park.notices(visit) == [("invitation", "sent")]


def test_pauses_grow_and_end_somewhere() -> None:
    pauses = [pause_after(number).total_seconds() for number in range(1, 10)]
    assert pauses[:4] == [10, 20, 40, 80]
    assert pauses[-1] == pause_after(10_000).total_seconds() == 900
    assert timedelta(days=1) < GIVE_UP_AFTER


async def test_what_cannot_be_a_mail_is_refused_for_good() -> None:
    async with a_server() as (_, smtp):
        mail = EmailMessage()
        mail["From"], mail["To"] = "reception@parvis.example", "nobody@visitor.example"
        with pytest.raises(MailRefused):
            await smtp.send(mail)
    with pytest.raises(MailDeferred):
        await smtp.send(mail)
