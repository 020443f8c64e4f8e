"""What the broker does not take is held, and seen; every other subject flows at its full pace."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

import aio_pika
import pytest
from prometheus_client import CollectorRegistry

from shared.events.access import AlarmFacts, AlarmKind, AlarmRaised
from shared.events.directory import TenantDelisted, TenantListed
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.operations import Held, held_events
from shared.messaging.outbox import announce
from shared.messaging.topology import AUDIT
from shared.messaging.upkeep import Upkeep
from tests.support.eventually import eventually, remains
from tests.support.faults import QUICK, Park, ids
from tests.support.rabbitmq_server import Broker

pytestmark = pytest.mark.rabbit

LISTED, DELISTED = "tenant_listed", "tenant_delisted"
MANY = 3000
"""Ten batches of the relay."""


@pytest.fixture
def amqp_or_memory(amqp_url: str) -> str:
    return amqp_url


@asynccontextmanager
async def unbound(amqp_url: str, name: str, *, reader: str) -> AsyncIterator[None]:
    """Nobody hears events of that name while the block lasts."""
    connection = await aio_pika.connect(amqp_url)
    async with connection:
        channel = await (await connection.channel()).get_underlay_channel()
        if reader == AUDIT:
            await channel.exchange_unbind(
                destination=AUDIT, source="access.events", routing_key=name
            )
            yield
            await channel.exchange_bind(destination=AUDIT, source="access.events", routing_key=name)
        else:
            await channel.queue_unbind(queue=reader, exchange="access.events", routing_key=name)
            yield
            await channel.queue_bind(queue=reader, exchange="access.events", routing_key=name)


async def raise_alarms(park: Park, number: int) -> None:
    async with park.access.transaction() as session:
        for _ in range(number):
            alarm = AlarmFacts(
                alarm_id=uuid4(),
                kind=AlarmKind.RIGHT_REFUSED,
                zone_id=None,
                source=f"booking/{uuid4()}",
                raised_at=datetime.now(UTC),
                cleared_at=None,
            )
            announce(session, AlarmRaised(alarm=alarm))


async def held(park: Park) -> list[Held]:
    return await held_events(park.access, limit=2 * MANY)


async def is_listening(park: Park) -> None:
    """Every name has been said once, so the bus has declared all that it will."""
    await park.start()
    await park.tell(first := uuid4())
    await eventually(lambda: park.effects(first))


async def test_thousands_that_only_the_absent_audit_reads_hold_up_nobody(
    park: Park, amqp_url: str
) -> None:
    await is_listening(park)
    async with unbound(amqp_url, AlarmRaised.name, reader=AUDIT):
        await raise_alarms(park, MANY)
        await park.tell(*(tenants := ids(50)))

        async def all_heard() -> bool:
            return len(await park.effects()) == 1 + len(tenants)

        await eventually(all_heard, within=10)
        await eventually(lambda: _are_held(park, MANY), within=10)
        for _ in range(20):  # at no moment does their being tried again cost the others a second
            await park.tell(one := uuid4())
            await eventually(lambda one=one: park.effects(one), within=1)  # type: ignore[misc]  # bound now
        assert {each.held_for for each in await held(park)} == {"unaudited"}
        await _seen_in_the_metrics(park, "unaudited", MANY)

    async def nothing_is_left() -> bool:
        return await park.outbox() == 0

    await eventually(nothing_is_left, within=20)


async def _are_held(park: Park, number: int) -> bool:
    return len(await held(park)) == number


async def _seen_in_the_metrics(park: Park, why: str, number: int) -> None:
    registry = CollectorRegistry()
    upkeep = Upkeep(park.access, settings=QUICK, metrics=MessagingMetrics("access", registry))
    await upkeep.measure()
    assert registry.get_sample_value("parvis_outbox_held_events", {"why": why}) == number
    oldest = registry.get_sample_value("parvis_outbox_oldest_seconds")
    assert oldest is not None
    assert (oldest == 0) == (why == "unaudited"), "the audit's absence is no backlog of ours"


async def test_a_name_without_its_binding_holds_its_own_subjects_and_keeps_their_order(
    park: Park, amqp_url: str
) -> None:
    await is_listening(park)
    one, other, leaving = ids(3)
    async with (
        unbound(amqp_url, TenantDelisted.name, reader="visitors.inbox"),
        unbound(amqp_url, TenantDelisted.name, reader="booking.inbox"),
        unbound(amqp_url, TenantDelisted.name, reader=AUDIT),
    ):
        await park.tell(one)
        await park.tell(one, gone=True)
        await park.tell(one)
        await park.tell(leaving, gone=True)
        await park.tell(other)
        await park.tell(one)
        await eventually(lambda: park.effects(other))

        async def those() -> bool:
            found = [(each.sequence, each.held_for) for each in await held(park)]
            return found == [(2, "unroutable"), (3, "behind"), (1, "unroutable"), (4, "behind")]

        await eventually(those)
        assert await park.effects(one) == [(LISTED, 1)]
        await _seen_in_the_metrics(park, "unroutable", 2)

    async def all_in_order() -> bool:
        return await park.effects(one) == [(LISTED, 1), (DELISTED, 2), (LISTED, 3), (LISTED, 4)]

    await eventually(all_in_order)
    assert await park.effects(leaving) == [(DELISTED, 1)]
    assert await park.outbox() == 0


async def test_a_delisting_is_said_although_an_earlier_event_of_its_subject_is_held(
    park: Park, amqp_url: str
) -> None:
    await is_listening(park)
    one = uuid4()
    async with (
        unbound(amqp_url, TenantListed.name, reader="visitors.inbox"),
        unbound(amqp_url, TenantListed.name, reader="booking.inbox"),
        unbound(amqp_url, TenantListed.name, reader=AUDIT),
    ):
        await park.tell(one)
        await park.tell(one, gone=True)
        await eventually(lambda: park.effects(one))
        assert await park.effects(one) == [(DELISTED, 2)]
        await eventually(lambda: _are_held(park, 1))


async def test_a_name_that_the_broker_refuses_is_held_while_the_others_flow(
    park: Park, amqp_url: str, broker: Broker, vhost: str
) -> None:
    await is_listening(park)
    user = f"{vhost}-limited"
    broker.ask("PUT", f"users/{user}", {"password": "s3cret", "tags": ""})
    broker.allow(user, vhost)
    may_say = {"exchange": "access.events", "write": "^access|^premises|_listed", "read": ".*"}
    broker.ask("PUT", f"topic-permissions/{vhost}/{user}", may_say)
    try:
        await park.stop("access")
        bus, limited = park.bus_of["access"], broker.url(vhost, user=user, password="s3cret")
        park.bus_of["access"] = type(bus)(limited, settings=QUICK)  # type: ignore[call-arg]  # a RabbitBus
        refused, follower = ids(2)
        for nth, each in enumerate(many := ids(40)):
            await park.tell(each)
            if nth % 4 == 0:
                await park.tell(refused if nth == 8 else uuid4(), gone=True)
        await park.tell(refused)
        await park.start("access")

        async def others_are_heard() -> bool:
            return len(await park.effects()) == 1 + len(many)

        await eventually(others_are_heard)
        await eventually(lambda: _are_held(park, 11))
        assert {each.held_for for each in await held(park)} == {"forbidden", "behind"}
        for _ in range(5):
            await park.tell(follower)
        await eventually(lambda: _heard_five(park, follower))
        await remains(lambda: _are_held(park, 11))
        await asyncio.to_thread(
            broker.ask, "PUT", f"topic-permissions/{vhost}/{user}", may_say | {"write": ".*"}
        )

        async def nothing_is_left() -> bool:
            return await park.outbox() == 0

        await eventually(nothing_is_left)

        async def all_are_heard() -> bool:
            assert len(await park.effects()) == 57
            return bool(await park.effects(refused))

        await eventually(all_are_heard)
        await park.stop("access")
        await park.bus_of["access"].close()
    finally:
        broker.ask("DELETE", f"users/{user}")


async def _heard_five(park: Park, tenant_id: object) -> bool:
    return len(await park.effects(tenant_id)) == 5  # type: ignore[arg-type]  # an id
