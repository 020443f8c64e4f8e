"""A park made of shared parts only: access tells of tenants, visitors notes what it hears.

The effects table has no unique key, so that an effect that happens twice is seen. What a reaction
is to do wrong stands in the tenant's name.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from opentelemetry.trace import TracerProvider
from prometheus_client import CollectorRegistry
from sqlalchemy import BigInteger, Column, DateTime, Identity, Table, Text, Uuid, func
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database import Database, service_registry
from shared.events.base import Envelope, Event
from shared.events.directory import TenantDelisted, TenantEvent, TenantFacts, TenantListed
from shared.events.retelling import AccessAnnouncedAgain
from shared.messaging.bus import Bus
from shared.messaging.inbox import Inbox
from shared.messaging.machinery import Machinery
from shared.messaging.outbox import announce, driver_in_transaction, messaging_ddl
from shared.messaging.retelling import keep_retelling
from shared.messaging.settings import MessagingSettings
from shared.messaging.timers import Timers

REGISTRY = service_registry()
THINGS = Table(
    "things",
    REGISTRY.metadata,
    Column("subject", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
)
EFFECTS = Table(
    "effects",
    REGISTRY.metadata,
    Column("nth", BigInteger, Identity(), primary_key=True),
    Column("event_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("noted_at", DateTime(timezone=True), server_default=func.clock_timestamp()),
)

QUICK = MessagingSettings(
    relay_poll=0.1,
    backoff_first=0.05,
    backoff_longest=0.5,
    publish_timeout=2.0,
    heartbeat=2,
    drain=3.0,
    reaction_timeout=0.5,
    batch_timeout=0.2,
    retries_in_process=(0.01, 0.02, 0.05),
    waiting_ladder=(0.1, 0.2, 0.3),
    waiting_poll=0.05,
    timers_poll=0.05,
    measure_every=0.2,
    count_dead_every=0.2,
    relay_idle_timeout=3.0,
)
"""Tenths of the real times."""


class Poison(Exception):
    """A reaction that fails, as its event told it to."""


async def create_tables(url: str) -> None:
    """The tables and the trigger, as a first migration makes them."""
    database = Database(url, name="migrate")
    async with database.engine.begin() as connection:
        await connection.run_sync(REGISTRY.metadata.create_all)
        for statement in messaging_ddl():
            await connection.exec_driver_sql(statement)
    await database.close()


def tenant(tenant_id: UUID, *, name: str = "ok") -> TenantFacts:
    """Facts of a tenant; `name` says what the reaction does."""
    return TenantFacts(
        tenant_id=tenant_id,
        name=name,
        is_landlord=False,
        language="fr",
        desk_address=None,
        zone_ids=(),
        is_listed=True,
    )


@dataclass
class Noting:
    """The reader's reactions: they note each effect, and fail where the name says so."""

    healed: bool = False
    by_sequence: bool = False
    """As readers do who keep facts: a sequence not above the known one has no effect."""
    seen: Counter[str] = field(default_factory=Counter)
    heard: list[Envelope] = field(default_factory=list)
    gate: asyncio.Event | None = None
    inside: asyncio.Event = field(default_factory=asyncio.Event)

    def inbox(self, service: str = "visitors") -> Inbox:
        inbox = Inbox(service)
        inbox.on(TenantListed, TenantDelisted)(self.note)
        inbox.on(AccessAnnouncedAgain)(keep_retelling)
        return inbox

    async def note(self, event: TenantEvent, session: AsyncSession) -> None:
        heard, name = event.heard, event.tenant.name
        self.seen[heard.subject] += 1
        self.heard.append(heard)
        if not (self.by_sequence and await _is_known(session, event)):
            await note_effect(session, event)
        if self.healed:
            return
        if name == "poison" or (name == "fails once" and self.seen[heard.subject] == 1):
            raise Poison("as I was told")
        if name == "never ends":
            await asyncio.Event().wait()
        if name == "slow" and self.gate is not None:
            self.inside.set()
            await self.gate.wait()


async def _is_known(session: AsyncSession, event: Event) -> bool:
    connection = await driver_in_transaction(session)
    known = await connection.fetchval(
        "INSERT INTO things AS t (subject, version) VALUES ($1, $2) ON CONFLICT (subject) "
        "DO UPDATE SET version = excluded.version WHERE t.version < excluded.version RETURNING 1",
        event.heard.subject,
        event.heard.sequence,
    )
    return known is None


async def note_effect(session: AsyncSession, event: Event) -> None:
    connection = await driver_in_transaction(session)
    heard = event.heard
    await connection.execute(
        "INSERT INTO effects (event_id, name, subject, sequence) VALUES ($1, $2, $3, $4)",
        heard.id,
        heard.type,
        heard.subject,
        heard.sequence,
    )


@dataclass
class Park:
    """Two services on two databases, with a bus between them."""

    access: Database
    visitors: Database
    bus_of: dict[str, Bus]
    settings: MessagingSettings = QUICK
    noting: Noting = field(default_factory=Noting)
    running: dict[str, Machinery] = field(default_factory=dict)
    traces: dict[str, TracerProvider] = field(default_factory=dict)
    registries: dict[str, CollectorRegistry] = field(default_factory=dict)

    async def start(self, *services: str, timers: Timers | None = None) -> None:
        for service in services or ("access", "visitors"):
            database = self.visitors if service == "visitors" else self.access
            self.registries[service] = CollectorRegistry()
            machinery = Machinery(
                database,
                self.bus_of[service],
                inbox=self.noting.inbox() if service == "visitors" else Inbox(service),
                timers=timers or Timers(service),
                settings=self.settings,
                metrics=self.registries[service],
                traces=self.traces.get(service),
            )
            self.running[service] = machinery
            await machinery.start()

    async def stop(self, *services: str) -> None:
        for service in services or tuple(self.running):
            await self.running.pop(service).stop()

    async def tell(self, *tenant_ids: UUID, name: str = "ok", gone: bool = False) -> None:
        """One transaction of access that announces each of these tenants."""
        async with self.access.transaction() as session:
            for tenant_id in tenant_ids:
                facts = tenant(tenant_id, name=name)
                event = TenantDelisted(tenant=facts) if gone else TenantListed(tenant=facts)
                await session.execute(_one_more(event.subject))
                announce(session, event)

    async def effects(self, tenant_id: UUID | None = None) -> list[tuple[str, int]]:
        """(name, sequence) of each effect, in the order they happened."""
        subject = None if tenant_id is None else f"tenant/{tenant_id}"
        rows = await rows_of(
            self.visitors.url,
            "SELECT name, sequence FROM effects "
            "WHERE $1::text IS NULL OR subject = $1 ORDER BY nth",
            subject,
        )
        return [(row["name"].split(".")[1], row["sequence"]) for row in rows]

    async def shows(self, service: str, metric: str, value: float) -> bool:
        """Whether what was started last shows this value."""
        return self.registries[service].get_sample_value(metric) == value

    async def outbox(self) -> int:
        return int((await rows_of(self.access.url, "SELECT count(*) FROM outbox"))[0][0])

    async def inbox(self, status: str) -> list[asyncpg.Record]:
        return await rows_of(
            self.visitors.url, "SELECT * FROM inbox WHERE status = $1 ORDER BY sequence", status
        )


def _one_more(subject: str) -> Any:
    from sqlalchemy.dialects.postgresql import insert

    statement = insert(THINGS).values(subject=subject, version=1)
    return statement.on_conflict_do_update(
        index_elements=["subject"], set_={"version": THINGS.c.version + 1}
    )


async def rows_of(url: str, query: str, *arguments: object) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url, timeout=5)
    try:
        return await connection.fetch(query, *arguments)
    finally:
        await connection.close()


def ids(number: int) -> list[UUID]:
    return [uuid4() for _ in range(number)]


async def judge(told: str, heard: str, *, missing_are_well: Iterable[str] = ()) -> dict[str, int]:
    """The checker, after quiet: what was committed had its effect once, in order; nothing is left.

    `told` and `heard` are the databases. Returns what was counted.
    """
    things = await rows_of(told, "SELECT subject, version FROM things")
    effects = await rows_of(heard, "SELECT event_id, subject, sequence FROM effects ORDER BY nth")
    left = (await rows_of(told, "SELECT count(*) FROM outbox"))[0][0]
    aside = await rows_of(heard, "SELECT event_id FROM inbox WHERE status <> 'done'")
    by_subject: dict[str, list[int]] = {row["subject"]: [] for row in things}
    for row in effects:
        by_subject.setdefault(row["subject"], []).append(row["sequence"])
    twice = len(effects) - len({row["event_id"] for row in effects})
    expected = {row["subject"]: list(range(1, row["version"] + 1)) for row in things}
    lost = sum(
        len(set(expected[subject]) - set(by_subject[subject]))
        for subject in expected
        if subject not in set(missing_are_well)
    )
    disordered = [s for s, heard_as in by_subject.items() if heard_as != sorted(heard_as)]
    unheard_of = sum(len(set(by_subject[s]) - set(expected.get(s, []))) for s in by_subject)
    verdict = {
        "facts": sum(row["version"] for row in things),
        "effects": len(effects),
        "lost": lost,
        "twice": twice,
        "disordered": len(disordered),
        "uncommitted": unheard_of,
        "outbox": left,
        "aside": len(aside),
    }
    wrong = {k: v for k, v in verdict.items() if k not in ("facts", "effects") and v}
    assert not wrong, verdict
    return verdict
