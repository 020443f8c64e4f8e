"""A real broker loaded with the compose stack's definitions: what each user can do, and cannot.

The matrix is tried whole, on one broker: every user, every exchange, every queue.
"""

import urllib.error
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from operator import methodcaller

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel, AbstractConnection
from aiormq.exceptions import ChannelAccessRefused, ChannelPreconditionFailed

from deploy.broker import MONITOR, OPERATOR, VHOST, definitions, with_passwords
from shared.events import all_events, owner_of
from shared.events.directory import TenantListed
from shared.messaging.topology import (
    SERVICES,
    dead_exchange_of,
    dead_queue_of,
    exchange_of,
    queue_of,
)
from tests.support.rabbitmq_server import Broker

pytestmark = pytest.mark.rabbit

USERS = (*SERVICES, OPERATOR, MONITOR)
PASSWORDS = {name: f"of {name}: @" for name in USERS}
QUEUES = [each["name"] for each in definitions()["queues"]]
EXCHANGES = [each["name"] for each in definitions()["exchanges"]]
BUILT_IN = ["", "amq.topic", "amq.fanout", "amq.direct", "amq.headers", "amq.match"]
OF_NO_READER = {
    "access": "access.of_no_reader.v1",
    "visitors": "visit.of_no_reader.v1",
    "booking": "booking.of_no_reader.v1",
}

Tried = Callable[[AbstractChannel], Awaitable[object]]


class Caller:
    """One user's connection; each thing is tried on a channel of its own, which a refusal ends."""

    def __init__(self, connection: AbstractConnection) -> None:
        self._connection = connection

    async def is_let(self, what: Tried) -> bool:
        """Whether the broker lets it; any other trouble is raised."""
        channel = await self._connection.channel()
        try:
            await what(channel)
        except ChannelAccessRefused:
            return False
        await channel.close()
        return True

    async def publishes(
        self,
        exchange: str,
        key: str,
        *,
        user: str | None = None,
        headers: dict[str, list[str]] | None = None,
    ) -> bool:
        message = aio_pika.Message(b"{}", user_id=user, headers=headers)  # type: ignore[arg-type]

        async def publish(channel: AbstractChannel) -> None:
            if exchange:
                place = await channel.get_exchange(exchange, ensure=False)
            else:
                place = channel.default_exchange
            await place.publish(message, key, mandatory=False, timeout=5)

        return await self.is_let(publish)

    async def gets(self, queue: str) -> bool:
        async def get(channel: AbstractChannel) -> None:
            await (await channel.get_queue(queue, ensure=False)).get(fail=False)

        return await self.is_let(get)

    async def counts(self, queue: str) -> int | None:
        """How many messages wait there; seen by whoever may do all."""
        async with self._connection.channel() as channel:
            place = await channel.declare_queue(queue, passive=True)
            return place.declaration_result.message_count

    async def consumes(self, queue: str) -> bool:
        async def ignore(_: object) -> None: ...

        async def consume(channel: AbstractChannel) -> None:
            await channel.set_qos(1)
            await (await channel.get_queue(queue, ensure=False)).consume(ignore)

        return await self.is_let(consume)

    async def binds(self, kind: str, destination: str, source: str) -> bool:
        async def bind(channel: AbstractChannel) -> None:
            if kind == "queue":
                await (await channel.get_queue(destination, ensure=False)).bind(source, "x")
            else:
                await (await channel.get_exchange(destination, ensure=False)).bind(source, "x")

        return await self.is_let(bind)


As = Callable[[str], AbstractAsyncContextManager[Caller]]


@pytest.fixture(scope="module")
def loaded(broker: Broker) -> Iterator[Broker]:
    """The broker as the compose stack starts it."""
    broker.ask("POST", "definitions", with_passwords(PASSWORDS))
    yield broker
    broker.ask("DELETE", f"vhosts/{VHOST}")
    for name in USERS:
        broker.ask("DELETE", f"users/{name}")


@pytest.fixture
def as_user(loaded: Broker) -> As:
    @asynccontextmanager
    async def connected(name: str) -> AsyncIterator[Caller]:
        url = loaded.url(VHOST, user=name, password=PASSWORDS[name])
        async with await aio_pika.connect(url) as connection:
            yield Caller(connection)

    return connected


each_service = pytest.mark.parametrize("service", SERVICES)


@each_service
async def test_a_service_speaks_on_its_own_exchange_alone(as_user: As, service: str) -> None:
    """Nor on the default exchange, which reaches any queue, nor on a dead-letter exchange but its
    own.
    """
    mine = {exchange_of(service), dead_exchange_of(service)}
    async with as_user(service) as caller:
        for exchange in (*EXCHANGES, *BUILT_IN):
            name = OF_NO_READER[service]
            assert await caller.publishes(exchange, name) == (exchange in mine), exchange
        for queue in QUEUES:
            assert not await caller.publishes("", queue), queue


@each_service
async def test_a_service_speaks_in_its_own_name_alone(as_user: As, service: str) -> None:
    foreign = [name for name in all_events() if owner_of(name) != service]
    others = [name for each, name in OF_NO_READER.items() if each != service]
    queues = [name for name in QUEUES if not name.startswith(f"{service}.")]
    async with as_user(service) as caller:
        for name in (*foreign, *others, *queues, "#", ""):
            assert not await caller.publishes(exchange_of(service), name), name


@each_service
async def test_a_service_signs_with_its_own_name_alone(as_user: As, service: str) -> None:
    async with as_user(service) as caller:
        for user in USERS:
            signed = caller.publishes(exchange_of(service), OF_NO_READER[service], user=user)
            if user == service:
                assert await signed
            else:
                with pytest.raises(ChannelPreconditionFailed, match="user_id"):
                    await signed


async def test_names_smuggled_in_beside_the_first_reach_no_reader(
    as_user: As,
) -> None:
    """The broker does not judge `CC` and `BCC`; but on one's own exchange nobody hears others."""
    smuggled = [name for name in all_events() if owner_of(name) == "access"] + QUEUES
    for header in ("CC", "BCC"):
        async with as_user("booking") as caller:
            own, more = OF_NO_READER["booking"], {header: smuggled}
            assert await caller.publishes(exchange_of("booking"), own, headers=more)
    async with as_user("access") as owner:
        assert await owner.publishes(exchange_of("access"), TenantListed.name)
    async with as_user(OPERATOR) as operator:
        found = {name: await operator.counts(queue_of(name)) for name in SERVICES}
    assert found == {"access": 0, "visitors": 1, "booking": 1}, "the owner's word, and no other"


@each_service
async def test_a_service_reads_its_own_queues_alone(as_user: As, service: str) -> None:
    own = {queue_of(service), dead_queue_of(service)}
    async with as_user(service) as caller:
        for queue in QUEUES:
            assert await caller.consumes(queue) == (queue in own), queue
            if queue not in own:
                assert not await caller.gets(queue), queue


@each_service
async def test_a_binding_leads_nothing_into_what_is_anothers(as_user: As, service: str) -> None:
    """What all may hear can be led into what is one's own; that is what a starting worker does."""
    own = {queue_of(service), dead_queue_of(service), exchange_of(service)}
    heard = {exchange_of(each) for each in SERVICES} | {dead_exchange_of(service)}
    async with as_user(service) as caller:
        for source in EXCHANGES:
            for queue in QUEUES:
                may = queue in own and source in heard
                assert await caller.binds("queue", queue, source) == may, (queue, source)
            for exchange in {*EXCHANGES, "amq.topic"} - own - {dead_exchange_of(service)}:
                assert not await caller.binds("exchange", exchange, source), (exchange, source)


@each_service
async def test_a_service_declares_and_removes_nothing(as_user: As, service: str) -> None:
    async with as_user(service) as caller:
        assert not await caller.is_let(lambda channel: channel.declare_queue(exclusive=True))
        assert not await caller.is_let(lambda channel: channel.declare_exchange("of.mine"))
        for queue in QUEUES:
            assert not await caller.is_let(methodcaller("queue_delete", queue)), queue
        for name in EXCHANGES:
            assert not await caller.is_let(methodcaller("exchange_delete", name)), name


async def test_whoever_watches_sees_lengths_and_no_message(as_user: As, loaded: Broker) -> None:
    watching = loaded.seen_by(MONITOR, PASSWORDS[MONITOR])
    seen = watching.ask("GET", f"queues/{VHOST}")
    assert isinstance(seen, list)
    assert {each["name"] for each in seen} == set(QUEUES)
    async with as_user(MONITOR) as caller:
        for queue in QUEUES:
            assert not await caller.consumes(queue), queue
            assert not await caller.binds("queue", queue, exchange_of("access")), queue
        for exchange in (*EXCHANGES, *BUILT_IN):
            assert not await caller.publishes(exchange, OF_NO_READER["access"]), exchange
    body = {"count": 1, "ackmode": "ack_requeue_true", "encoding": "auto"}
    for method, path, said in (
        ("POST", f"queues/{VHOST}/{queue_of('booking')}/get", body),
        ("DELETE", f"queues/{VHOST}/{queue_of('booking')}/contents", None),
        ("PUT", f"permissions/{VHOST}/{MONITOR}", {"configure": "", "write": "", "read": ".*"}),
        ("GET", "definitions", None),  # with the hashes of passwords in it
    ):
        with pytest.raises(urllib.error.HTTPError) as refused:
            watching.ask(method, path, said)
        refused.value.close()
        assert refused.value.code in {401, 403}, (method, path)


@each_service
def test_a_service_has_no_part_in_managing(loaded: Broker, service: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        loaded.seen_by(service, PASSWORDS[service]).ask("GET", "overview")
    refused.value.close()
    assert refused.value.code == 401
