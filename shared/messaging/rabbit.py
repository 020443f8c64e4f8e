"""RabbitMQ behind the `Bus` protocol, on aio-pika.

Publishing and consuming have connections of their own (an alarm blocks the publishing one), and
nothing here believes the library's defaults: see each comment.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import aio_pika
from aio_pika.abc import (
    AbstractChannel,
    AbstractConnection,
    AbstractExchange,
    AbstractIncomingMessage,
    DeliveryMode,
)
from aio_pika.exceptions import CONNECTION_EXCEPTIONS
from aiormq.exceptions import AMQPChannelError, ChannelNotFoundEntity, DeliveryError, PublishError
from yarl import URL

from shared.events.base import owner_of
from shared.messaging.bus import (
    BusUnavailable,
    DeadMessage,
    Deliver,
    Message,
    Ready,
    Subscription,
    Unroutable,
)
from shared.messaging.rabbit_subscription import RabbitSubscription, in_hand
from shared.messaging.rabbit_topology import (
    REFUSED,
    declare_audit,
    declare_everything,
    declare_own,
)
from shared.messaging.settings import MessagingSettings
from shared.messaging.topology import dead_queue_of

CONTENT_TYPE = "application/cloudevents+json"
TROUBLE = (*CONNECTION_EXCEPTIONS, TimeoutError)
"""Everything the library raises when the broker is away or unwilling."""


@dataclass(slots=True)
class _DeadOnRabbit:
    message: Message
    incoming: AbstractIncomingMessage

    async def remove(self) -> None:
        await self.incoming.ack()


class RabbitBus:
    """One process's way to RabbitMQ: publishes on one connection, consumes on others."""

    def __init__(self, url: str, *, settings: MessagingSettings | None = None) -> None:
        self.settings = settings or MessagingSettings()
        self.user = URL(url).user
        self._url = URL(url).update_query(heartbeat=str(self.settings.heartbeat))
        self._connecting, self._declaring = asyncio.Lock(), asyncio.Lock()
        self._is_declared = False
        self._publisher: AbstractConnection | None = None
        self._exchanges: dict[str, tuple[AbstractChannel, AbstractExchange]] = {}
        self._subscriptions: list[RabbitSubscription] = []
        self._leaving: set[asyncio.Task[None]] = set()
        self._mending: asyncio.Task[None] | None = None

    async def connect(self, *, purpose: str) -> AbstractConnection:
        """A new connection, without the library's own reconnecting: losing it must be noticed."""
        return await aio_pika.connect(
            self._url,
            timeout=self.settings.publish_timeout,
            client_properties={"connection_name": f"parvis {self.user} {purpose}"},
        )

    async def declare(self, service: str) -> None:
        """Everything, or where the broker refuses that, what concerns this service."""
        async with asyncio.timeout(6 * self.settings.publish_timeout):
            connection = await self.connect(purpose="declare")
            try:
                try:
                    async with connection.channel() as channel:
                        await declare_everything(channel, settings=self.settings)
                    if not await declare_audit(connection, settings=self.settings):
                        self._look_again(service)
                except REFUSED:
                    await declare_own(connection, service, settings=self.settings)
                self._is_declared = True
            finally:
                self._leave(connection)

    def _look_again(self, service: str) -> None:
        """The audit stream is put on again once it is back."""
        if self._mending is None or self._mending.done():
            self._mending = asyncio.create_task(self._mend(service))

    async def _mend(self, service: str) -> None:
        await asyncio.sleep(self.settings.audit_retry)
        self._mending = None
        with suppress(*TROUBLE):
            await self.declare(service)

    async def publish(self, message: Message) -> None:
        """See `Bus.publish`. A timeout means *unknown*, waiting for the connection included."""
        exchange: AbstractExchange | None = None
        try:
            async with asyncio.timeout(self.settings.publish_timeout):
                await self._see_that_all_is_bound(message)
                exchange = await self._exchange(message.exchange)
                await exchange.publish(self._on_the_wire(message), message.name, mandatory=True)
        except PublishError as returned:
            raise Unroutable(message.name) from returned
        except ChannelNotFoundEntity as error:
            self._is_declared = False
            raise BusUnavailable("the exchange is missing") from error
        except TimeoutError as error:
            self._is_declared = False  # perhaps what it is bound to is away: see again
            self._give_up_on(exchange)
            raise BusUnavailable("no answer in time") from error
        except DeliveryError as error:
            raise BusUnavailable("a queue refused it") from error
        except TROUBLE as error:
            # A connection that was reset may go on calling itself open.
            if not isinstance(error, AMQPChannelError):
                self._give_up_on(exchange)
            raise BusUnavailable(f"{type(error).__name__}: {error}") from error
        except asyncio.CancelledError as error:
            # A hung broker ends pending confirms as cancelled; our own cancellation is another.
            if (task := asyncio.current_task()) is not None and task.cancelling():
                raise
            self._give_up_on(exchange)
            raise BusUnavailable("the connection was given up") from error

    async def _see_that_all_is_bound(self, message: Message) -> None:
        """Before the first message: one that not all its readers' queues were bound to is lost."""
        if not self._is_declared:
            async with self._declaring:
                if not self._is_declared:
                    await self.declare(owner_of(message.name) or "")

    def _on_the_wire(self, message: Message) -> aio_pika.Message:
        return aio_pika.Message(
            message.body,
            content_type=CONTENT_TYPE,
            delivery_mode=DeliveryMode.PERSISTENT,
            message_id=message.message_id,
            type=message.name,
            user_id=self.user,
        )

    async def _exchange(self, name: str) -> AbstractExchange:
        async with self._connecting:
            if (known := self._exchanges.get(name)) is not None and not known[0].is_closed:
                return known[1]
            if self._publisher is None or self._publisher.is_closed:
                self._publisher = await self.connect(purpose="publish")
            # Without `on_return_raises` a message that no queue gets counts as published.
            channel = self._publisher.channel(publisher_confirms=True, on_return_raises=True)
            await channel.initialize()
            exchange = await channel.get_exchange(name, ensure=False)
            self._exchanges[name] = (channel, exchange)
            return exchange

    def _give_up_on(self, exchange: AbstractExchange | None) -> None:
        """A connection that does not answer is left, so that the next try has a fresh one."""
        if exchange is not None and exchange not in [each for _, each in self._exchanges.values()]:
            return
        self._exchanges.clear()
        if (publisher := self._publisher) is not None:
            self._publisher = None
            self._leave(publisher)

    def _leave(self, connection: AbstractConnection) -> None:
        """Closes in the background: on a hung broker even that does not end by itself."""

        async def close() -> None:
            with suppress(*TROUBLE):
                async with asyncio.timeout(self.settings.publish_timeout):
                    await connection.close()

        task = asyncio.create_task(close())
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    async def subscribe(
        self, service: str, deliver: Deliver, *, ready: Ready | None = None
    ) -> Subscription:
        """See `Bus.subscribe`: binds and consumes in the background, for as long as it takes."""
        subscription = RabbitSubscription(self, service, deliver, ready=ready)
        self._subscriptions.append(subscription)
        subscription.start()
        return subscription

    @asynccontextmanager
    async def dead(self, service: str, *, limit: int = 100) -> AsyncIterator[list[DeadMessage]]:
        """See `Bus.dead`. Messages in hand go back when the block ends."""
        connection = await self.connect(purpose="dead")
        try:
            channel = await connection.channel()
            queue = await channel.get_queue(dead_queue_of(service), ensure=False)
            found: list[DeadMessage] = []
            for _ in itertools.repeat(None, limit):
                incoming = await queue.get(fail=False)
                if incoming is None:
                    break
                found.append(_DeadOnRabbit(_as_it_died(incoming), incoming))
            yield found
        finally:
            await connection.close()

    async def close(self) -> None:
        if self._mending is not None:
            self._mending.cancel()
        for subscription in self._subscriptions:
            await subscription.close()
        self._give_up_on(None)
        if self._leaving:
            await asyncio.wait(self._leaving)


def _as_it_died(incoming: AbstractIncomingMessage) -> Message:
    """With the exchange and the name it had before the broker put it aside."""
    deaths: Any = incoming.headers.get("x-death") or [{}]
    first = deaths[0] if isinstance(deaths, list) and isinstance(deaths[0], dict) else {}
    names = first.get("routing-keys") or [incoming.routing_key or ""]
    message = in_hand(incoming)
    return Message(
        exchange=_text(first.get("exchange", message.exchange)),
        name=_text(names[0]),
        message_id=message.message_id,
        body=message.body,
        user_id=message.user_id,
        reason=_text(first.get("reason", "")),
    )


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
