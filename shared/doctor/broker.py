"""The broker, as the service's own user sees it: virtual host, exchanges, queues, rights, bindings.

One rule: nobody hears of it. What is published for a look has a name that no queue is bound to, and
comes back; and a queue is asked for a message in a way in which one with a single active consumer
gives none.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import uuid4

from aio_pika.abc import AbstractConnection
from aiormq.abc import AbstractChannel as BareChannel
from aiormq.exceptions import AMQPError as BrokerError
from aiormq.exceptions import (
    AuthenticationError,
    ChannelAccessRefused,
    ChannelLockedResource,
    ChannelNotFoundEntity,
    ChannelPreconditionFailed,
    InvalidFrameError,
    ProbableAuthenticationError,
)
from pamqp import commands as spec

from shared.doctor.findings import Finding, fail, ok, warn, why_not_trusted
from shared.doctor.lines import lines
from shared.events import said_by
from shared.messaging.rabbit import RabbitBus
from shared.messaging.rabbit_publisher import TROUBLE
from shared.messaging.rabbit_topology import DEAD_LIMIT, inbox_arguments
from shared.messaging.settings import MessagingSettings
from shared.messaging.topology import (
    SERVICES,
    bindings_of,
    dead_exchange_of,
    dead_queue_of,
    exchange_of,
    queue_of,
)
from shared.settings import ServiceSettings

PATIENCE_SECONDS = 5
DEPLOY_STEP = (
    "have the definitions loaded again (deploy/compose/rabbitmq/definitions.json; on Kubernetes "
    "the topology's manifests), or start a worker whose user may declare"
)
_NOT_LET_IN = (AuthenticationError, ProbableAuthenticationError)
Ask = Callable[[BareChannel], Awaitable[object]]


async def broker(service: str, settings: ServiceSettings) -> AsyncIterator[Finding]:
    """Everything about it; where it does not let us in, that alone."""
    if settings.amqp_url is None:
        yield warn(
            "broker",
            "PARVIS_AMQP_URL is not set here, as nothing but a worker needs it: ask the doctor "
            "where the worker runs.",
        )
        return
    bus = RabbitBus(settings.amqp_url)
    try:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                connection = await bus.connect(purpose="doctor")
        except _NOT_LET_IN:
            yield fail(
                "broker", "It refuses user or password: see those in PARVIS_AMQP_URL and on it."
            )
            return
        except InvalidFrameError:
            yield fail(
                "broker",
                "It does not open the virtual host of PARVIS_AMQP_URL: see that it exists and that "
                f"the user {bus.user} has permissions in it.",
            )
            return
        except TROUBLE as error:
            yield fail(
                "broker",
                why_not_trusted(error)
                or f"It does not answer ({type(error).__name__}): see that it runs, and host and "
                "port in PARVIS_AMQP_URL. Requests are answered meanwhile; events wait.",
            )
            return
        for each in lines(settings.amqp_url):
            yield each
        try:
            async for finding in _Looking(connection, service, bus.user or "").all():
                yield finding
            await connection.close()
        except TROUBLE as error:
            yield fail("broker", f"It was there and is away ({type(error).__name__}): ask again.")
    finally:
        await bus.close()


class _Looking:
    """One open connection, and each question on a channel of its own: a refusal closes it."""

    def __init__(self, connection: AbstractConnection, service: str, user: str) -> None:
        self._connection, self._service, self._user = connection, service, user

    async def all(self) -> AsyncIterator[Finding]:
        if self._user == self._service:
            yield ok("broker", f"It answers and lets {self._user} in.")
        else:
            yield warn(
                "broker",
                f"It lets us in as {self._user}: give the service a user named {self._service}, so "
                "that others can tell who speaks.",
            )
        missing = [each async for each in self._what_is_missing()]
        for finding in missing:
            yield finding
        if missing:
            return
        yield ok("topology", "All exchanges are there, and this service's queues.")
        for look in (
            self._reads,
            self._heard,
            self._declared,
            self._bound,
            self._speaks,
            self._only_there,
        ):
            yield await look()

    async def _what_is_missing(self) -> AsyncIterator[Finding]:
        for name in (*map(exchange_of, SERVICES), dead_exchange_of(self._service)):
            refused = await self._refusal(lambda ask, n=name: ask.exchange_declare(n, passive=True))  # type: ignore[misc]  # bound now
            if refused is not None:
                yield fail("topology", f"The exchange {name} is missing: {DEPLOY_STEP}.")
        for name in (queue_of(self._service), dead_queue_of(self._service)):
            refused = await self._refusal(lambda ask, n=name: ask.queue_declare(n, passive=True))  # type: ignore[misc]  # bound now
            if isinstance(refused, ChannelNotFoundEntity):
                yield fail("topology", f"The queue {name} is missing: {DEPLOY_STEP}.")
            elif refused is not None:
                yield fail("topology", f"The queue {name} is not well: {refused}")

    async def _reads(self) -> Finding:
        """The broker judges rights before it says that nobody gets single messages from there."""
        queue = queue_of(self._service)
        refused = await self._refusal(lambda ask: ask.basic_get(queue))
        if isinstance(refused, ChannelLockedResource):
            return ok("reading", f"The user may read {queue}, where one worker at a time does.")
        if refused is None:
            return fail(
                "reading",
                f"{queue} was declared without a single active consumer: two workers would react "
                "out of order. Stop the workers, delete the queue when it is empty, declare anew.",
            )
        return fail("reading", f"The user may not read {queue}: {DEPLOY_STEP}. ({refused})")

    async def _heard(self) -> Finding:
        """How many workers hear the queue: the active one, and those that stand by."""
        queue = queue_of(self._service)
        told = spec.Queue.DeclareOk()

        async def ask(channel: BareChannel) -> None:
            nonlocal told
            told = await channel.queue_declare(queue, passive=True)

        await self._refusal(ask)
        if told.consumer_count:
            return ok("worker", f"{told.consumer_count} hear {queue}.")
        return warn(
            "worker",
            f"Nobody hears {queue}, where {told.message_count or 0} messages wait: see that a "
            "worker runs.",
        )

    async def _declared(self) -> Finding:
        """Only who may declare can compare; declaring what is there changes nothing."""
        settings = MessagingSettings()
        wanted = {
            queue_of(self._service): inbox_arguments(self._service, settings=settings),
            dead_queue_of(self._service): {
                "x-queue-type": "quorum",
                "x-delivery-limit": DEAD_LIMIT,
            },
        }
        for name, arguments in wanted.items():
            refused = await self._refusal(
                lambda ask, n=name, a=arguments: ask.queue_declare(n, durable=True, arguments=a)  # type: ignore[misc]  # bound now
            )
            if isinstance(refused, ChannelPreconditionFailed):
                return fail(
                    "topology",
                    f"{name} was declared otherwise ({refused}): drain it, delete it, then "
                    "declare it anew.",
                )
            if isinstance(refused, ChannelAccessRefused):
                return ok("topology", "What the queues were declared with, the deploy step knows.")
        return ok("topology", "The queues are declared as this code declares them.")

    async def _bound(self) -> Finding:
        queue, wanted = queue_of(self._service), bindings_of(self._service)
        for exchange, name in wanted:
            refused = await self._refusal(
                lambda ask, e=exchange, n=name: ask.queue_bind(queue, e, routing_key=n)  # type: ignore[misc]  # bound now
            )
            if refused is not None:
                return fail(
                    "bindings",
                    f"The user may not bind {queue} to {name} of {exchange}: it needs write on the "
                    f"queue and read on the exchange; {DEPLOY_STEP}.",
                )
        return ok("bindings", f"{queue} is bound to all {len(wanted)} names; what was not, is now.")

    async def _speaks(self) -> Finding:
        exchange = exchange_of(self._service)
        for prefix in said_by(self._service):
            refused = await self._said(exchange, f"{prefix}doctor.{uuid4().hex}")
            if isinstance(refused, ChannelAccessRefused):
                return fail(
                    "speaking",
                    f"The user may not say {prefix}* on {exchange}: its events would be held; "
                    f"{DEPLOY_STEP}.",
                )
            if refused is None:
                return warn(
                    "speaking",
                    f"Somebody listens on {exchange} to names that do not exist: find the binding "
                    "that no service declares, and remove it.",
                )
        return ok("speaking", f"The user may say all its names on {exchange}.")

    async def _only_there(self) -> Finding:
        """What a service's user must not be able to do."""
        others = [each for each in SERVICES if each != self._service]
        places = [(exchange_of(each), f"{said_by(each)[0]}doctor.{uuid4().hex}") for each in others]
        for exchange, name in [*places, ("", f"doctor.{uuid4().hex}")]:
            refused = await self._said(exchange, name)
            if not isinstance(refused, ChannelAccessRefused):
                return warn(
                    "speaking",
                    f"The user may also speak on {exchange or 'the default exchange'}: for trying "
                    "out only; give each service a user of its own rights.",
                )
        return ok("speaking", "The user may speak nowhere else.")

    async def _said(self, exchange: str, name: str) -> Exception | None:
        return await self._refusal(
            lambda ask: ask.basic_publish(
                b"",
                exchange=exchange,
                routing_key=name,
                mandatory=True,
                properties=spec.Basic.Properties(user_id=self._user),
            )
        )

    async def _refusal(self, ask: Ask) -> Exception | None:
        """What the broker says against it; None where it does it."""
        channel = self._connection.channel(publisher_confirms=True, on_return_raises=True)
        await channel.initialize()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await ask(await channel.get_underlay_channel())
        except (BrokerError, TimeoutError) as refused:
            return refused
        finally:
            await channel.close()
        return None
