"""SIGKILL of the real service amid many visits, and of its worker amid many mails."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from deploy.local.postgres import free_port
from tests.support.eventually import eventually
from tests.support.processes import Process
from tests.visitors import conftest
from tests.visitors.notices.mail_server import Server, a_server
from tests.visitors.park import AMAL, DESK, Park

pytestmark = [pytest.mark.rabbit, pytest.mark.timeout(180)]

visitors_park = conftest.park

MANY = 200
FEW, MOST = 60, 10
WRITING = """
    SELECT count(*) FROM pg_locks JOIN pg_class ON pg_class.oid = relation
    WHERE relname = 'visit_steps' AND mode = 'RowExclusiveLock'
"""
"""Rows are being written of steps that nobody has committed yet."""


@asynccontextmanager
async def a_process(
    park: Park, amqp_url: str, home: Path, *command: str, **environment: str
) -> AsyncIterator[Process]:
    """The service on the park's database, by the clock on the wall."""
    park.now = datetime.now(UTC)
    settings: Any = park.ground.settings
    process = Process(
        "visitors",
        {
            "PARVIS_DATABASE_URL": settings.database_url.latest,
            "PARVIS_AMQP_URL": amqp_url,
            "PARVIS_OIDC_ISSUER": park.issuer.address,
            "PARVIS_KEYS_DIR": str(settings.keys_dir),
            "PARVIS_MAIL_DIR": str(settings.mail_dir),
            "PORT": str(free_port()),
        }
        | environment,
        home / "visitors.log",
    )
    process.start(*command)
    try:
        await process.is_ready()
        yield process
    finally:
        process.kill()


async def killed_in_the_midst(
    park: Park, process: Process, asked: dict[str, Any], headers: dict[str, str]
) -> httpx.Response:
    """Asked, killed, started, asked again under the same key: the answer."""
    headers = headers | {"idempotency-key": str(uuid4())}
    async with httpx.AsyncClient(base_url=process.url, timeout=60) as client:
        first = asyncio.create_task(client.post(**asked, headers=headers))

        async def is_writing() -> bool:
            assert not first.done(), first.result().text
            return bool((await park.query(WRITING))[0].count)

        await eventually(is_writing)
        process.kill()
        with pytest.raises(httpx.HTTPError):
            await first
        process.start("serve")
        await process.is_ready()
        return await client.post(**asked, headers=headers)


def an_appointment(park: Park) -> dict[str, str]:
    at = park.now + timedelta(minutes=10)
    return {"starts_at": at.isoformat(), "ends_at": (at + timedelta(hours=1)).isoformat()}


def guests() -> list[dict[str, str]]:
    return [
        {"given_name": f"Guest {n}", "family_name": "Of Many", "email": f"g{n}@visitor.example"}
        for n in range(MANY)
    ]


async def test_killed_in_a_batch_of_200_nothing_is_half_and_asked_again_all_is_done_once(
    visitors_park: Park, amqp_url: str, tmp_path: Path
) -> None:
    park = visitors_park
    async with a_process(park, amqp_url, tmp_path, "serve") as process:
        invitations = {"visitors": guests()} | an_appointment(park)
        asked = {"url": "/v1/invitations", "json": invitations}
        answer = await killed_in_the_midst(park, process, asked, park.as_(AMAL))
        assert (answer.status_code, answer.json()["done"]) == (200, MANY), answer.text
        ids = [each["visit_id"] for each in answer.json()["items"]]
        asked = {"url": "/v1/desk/batch", "json": {"action": "check_in", "visit_ids": ids}}
        answer = await killed_in_the_midst(park, process, asked, park.as_(DESK))
        assert (answer.status_code, answer.json()["done"]) == (200, MANY), answer.text
    assert Counter(await park.announced()) == {"expected": MANY, "checked_in": MANY}
    assert await numbers(park, "visit_steps", "step") == {"expect": MANY, "check_in": MANY}
    assert await numbers(park, "notices", "kind") == {"invitation": MANY, "host_told": MANY}


async def test_a_worker_killed_while_it_mails_loses_none_and_repeats_none_that_was_accepted(
    visitors_park: Park, amqp_url: str, tmp_path: Path, round_: int
) -> None:
    park = visitors_park
    park.now = datetime.now(UTC)
    wish = {"visitors": guests()[:FEW]} | an_appointment(park)
    assert (await park.http.post("/v1/invitations", json=wish, headers=park.as_(AMAL))).is_success
    chance = random.Random(round_)
    async with a_server() as (server, _):
        at_work = a_process(park, amqp_url, tmp_path, "work", PARVIS_SMTP_URL=server.url)
        server.hesitates_from = chance.randint(1, MOST)  # else all are sent before anybody looks
        async with at_work as process:
            for last in (False, False, True):
                await eventually(partial(has_taken, server, server.hesitates_from))
                process.kill()
                # Of what was on its way nothing is known; who waits two minutes finds the same.
                await park.query("UPDATE notices SET next_at = created_at RETURNING id")
                server.hesitates_from = (
                    None if last else len(server.taken) + chance.randint(1, MOST)
                )
                process.start("work")
            await eventually(partial(are_all_sent, park), within=60)
    mails = [message_from_bytes(mail) for mail in server.taken]
    sent = Counter((str(mail["To"]), str(mail["Message-ID"])) for mail in mails)
    assert len(sent) == len({to for to, _ in sent}) == FEW
    unknown = await park.query("SELECT count(*) FROM notice_attempts WHERE outcome IS NULL")
    assert sum(times - 1 for times in sent.values()) <= unknown[0].count


def has_taken(server: Server, mails: int | None) -> bool:
    return mails is not None and len(server.taken) >= mails


async def are_all_sent(park: Park) -> bool:
    return await numbers(park, "notices", "status") == {"sent": FEW}


async def numbers(park: Park, table: str, column: str) -> dict[str, int]:
    """How many rows there are with each value."""
    rows = await park.query(f"SELECT {column} AS name, count(*) AS n FROM {table} GROUP BY 1")
    return {row.name: row.n for row in rows}
