"""The stage of the messaging benches: a durable PostgreSQL, a broker, one speaker, one hearer.

The speaker (access) announces passages; the hearer (visitors, its own process) writes an effect for
each. Commit times are PostgreSQL's own, so no clock of ours is in a latency.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event as Flag
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import uvloop
from prometheus_client import CollectorRegistry
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from deploy.local.postgres import DURABLE, EmbeddedPostgres
from shared.clock import prepare_zones
from shared.database import Database, service_registry
from shared.driver import engine_of
from shared.events.access import Boundary, Evidence, HolderKind, PassageFacts, PassageTaken
from shared.messaging.inbox import Inbox
from shared.messaging.machinery import Machinery
from shared.messaging.outbox import announce, driver_in_transaction, messaging_ddl
from shared.messaging.rabbit import RabbitBus
from shared.messaging.timers import Timers
from tests.support.rabbitmq import ContainerBroker, a_broker
from tests.support.rabbitmq_server import LocalBroker

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


@contextmanager
def a_server() -> Iterator[EmbeddedPostgres]:
    """PostgreSQL that writes to disk before it answers, as in earnest."""
    home = Path(tempfile.mkdtemp(prefix="parvis-bench-", dir="/var/tmp"))
    home.chmod(0o755)
    server = EmbeddedPostgres(home, {**DURABLE, "track_commit_timestamp": "on"})
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(home)


@contextmanager
def a_virtual_host() -> Iterator[str]:
    """A broker's address, an own virtual host in it."""
    broker = a_broker()
    broker.add_vhost("bench")
    try:
        yield broker.url("bench")
    finally:
        if isinstance(broker, LocalBroker | ContainerBroker):
            broker.end()


async def a_database(server: EmbeddedPostgres, name: str) -> str:
    """A fresh database with messaging's tables, and `facts` and `effects`."""
    admin = await asyncpg.connect(server.url())
    await admin.execute(f"DROP DATABASE IF EXISTS {name}")
    await admin.execute(f"CREATE DATABASE {name}")
    await admin.close()
    url = server.url(name)
    engine = engine_of(url)
    async with engine.begin() as connection:
        await connection.run_sync(service_registry().metadata.create_all)
        for statement in messaging_ddl():
            await connection.execute(text(statement))
        for table in ("facts", "effects"):
            await connection.execute(text(f"CREATE TABLE {table} (id uuid PRIMARY KEY)"))
    await engine.dispose()
    return url


def a_passage(passage_id: UUID) -> PassageTaken:
    """An event of ordinary size."""
    return PassageTaken(
        passage=PassageFacts(
            passage_id=passage_id,
            decision_id=uuid4(),
            access_point_id=uuid4(),
            holder=HolderKind.VISITOR,
            person_id=None,
            visitor_id=uuid4(),
            visit_id=uuid4(),
            booking_ids=(uuid4(),),
            from_zone_id=uuid4(),
            to_zone_id=uuid4(),
            boundary=Boundary.ENTERED_PARK,
            evidence=Evidence.CONTACT,
            occurred_at=AT,
            recorded_at=AT,
        )
    )


async def say(database: Database) -> None:
    """One fact and its event, in one transaction."""
    passage_id = uuid4()
    async with database.transaction() as session:
        await session.execute(text("INSERT INTO facts VALUES (:id)"), {"id": passage_id})
        announce(session, a_passage(passage_id))


@asynccontextmanager
async def speaking(url: str, amqp_url: str) -> AsyncIterator[Database]:
    """The speaker's database; its worker relays in a process of its own, as in earnest."""
    with working("access", url, amqp_url):
        database = Database(url, name="access", pool_size=24)
        try:
            yield database
        finally:
            await database.close()


@contextmanager
def hearing(url: str, amqp_url: str) -> Iterator[None]:
    """The hearer at work, in a process of its own."""
    with working("visitors", url, amqp_url):
        yield


@contextmanager
def working(service: str, url: str, amqp_url: str) -> Iterator[BaseProcess]:
    """A worker of that service, ready; whoever kills it does so."""
    context = multiprocessing.get_context("spawn")
    ready, stop = context.Event(), context.Event()
    process = context.Process(
        target=_work, args=(service, url, amqp_url, ready, stop), daemon=True, name=service
    )
    process.start()
    if not ready.wait(30):
        raise RuntimeError(f"the worker of {service} did not come up")
    try:
        yield process
    finally:
        if process.is_alive():  # else `set` waits for ever until it hears
            stop.set()
        process.join(30)


def _work(service: str, url: str, amqp_url: str, ready: Flag, stop: Flag) -> None:
    prepare_zones()
    uvloop.run(_work_until(service, url, amqp_url, ready, stop))


async def _work_until(service: str, url: str, amqp_url: str, ready: Flag, stop: Flag) -> None:
    inbox, database, bus = Inbox(service), Database(url, name=service), RabbitBus(amqp_url)
    if service == "visitors":
        inbox.on(PassageTaken)(_write_the_effect)
    machinery = Machinery(
        database, bus, inbox=inbox, timers=Timers(service), metrics=CollectorRegistry()
    )
    await machinery.start()
    while not machinery.is_ready:
        await asyncio.sleep(0.05)
    ready.set()
    await asyncio.to_thread(stop.wait)
    await machinery.stop()
    await bus.close()
    await database.close()


async def _write_the_effect(event: PassageTaken, session: AsyncSession) -> None:
    connection = await driver_in_transaction(session)
    await connection.execute("INSERT INTO effects VALUES ($1)", event.passage.passage_id)


async def commit_times(url: str, table: str) -> dict[UUID, datetime]:
    """When each row was committed, by PostgreSQL's clock."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            f"SELECT id, pg_xact_commit_timestamp(xmin) AS at FROM {table}"
        )
    finally:
        await connection.close()
    return {row["id"]: row["at"] for row in rows}


async def until_quiet(url: str, *, patience: float = 60) -> None:
    """Returns when the outbox is empty."""
    connection = await asyncpg.connect(url)
    try:
        async with asyncio.timeout(patience):
            while await connection.fetchval("SELECT EXISTS (SELECT FROM outbox)"):
                await asyncio.sleep(0.1)
    finally:
        await connection.close()


async def until_all_have_effects(speaker: str, hearer: str) -> None:
    """Returns when every fact has its effect."""
    one, other = await asyncpg.connect(speaker), await asyncpg.connect(hearer)
    said = await one.fetchval("SELECT count(*) FROM facts")
    async with asyncio.timeout(60):
        while await other.fetchval("SELECT count(*) FROM effects") < said:
            await asyncio.sleep(0.05)
    await one.close()
    await other.close()
