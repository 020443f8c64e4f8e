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
from aio_pika.abc import AbstractConnection, AbstractIncomingMessage
from aiormq.exceptions import ProbableAuthenticationError
from yarl import URL

from shared.addresses import Addresses
from shared.messaging.bus import (
    BusUnavailable,
    DeadMessage,
    Deliver,
    Message,
    Ready,
    Subscription,
)
from shared.messaging.rabbit_publisher import TROUBLE, RabbitPublisher
from shared.messaging.rabbit_subscription import RabbitSubscription, in_hand, is_false
from shared.messaging.rabbit_topology import (
    REFUSED,
    declare_audit,
    declare_everything,
    declare_own,
)
from shared.messaging.settings import MessagingSettings
from shared.messaging.topology import dead_queue_of


@dataclass(slots=True)
class _DeadOnRabbit:
    message: Message
    incoming: AbstractIncomingMessage
    is_false: bool

    async def remove(self) -> None:
        await self.incoming.ack()


class RabbitBus:
    """One process's way to RabbitMQ: publishes on one connection, consumes on others."""

    def __init__(
        self, where: str | Addresses, *, settings: MessagingSettings | None = None
    ) -> None:
        self.settings = settings or MessagingSettings()
        self.addresses = Addresses.of(where)
        self.user = URL(self.addresses.latest).user
        self._declaring = asyncio.Lock()
        self.is_declared = False
        """False where what a message needs may have gone; the next one has it looked at."""
        self._publisher = RabbitPublisher(self)
        self._subscriptions: list[RabbitSubscription] = []
        self._leaving: set[asyncio.Task[None]] = set()
        self._mending: asyncio.Task[None] | None = None

    async def connect(self, *, purpose: str) -> AbstractConnection:
        """A new connection, without the library's own reconnecting: losing it must be noticed, and
        each may need another password.
        """

        async def to(url: str) -> AbstractConnection:
            return await aio_pika.connect(
                URL(url).update_query(heartbeat=str(self.settings.heartbeat)),
                timeout=self.settings.publish_timeout,
                client_properties={"connection_name": f"parvis {self.user} {purpose}"},
            )

        return await self.addresses.connect(to, refused=ProbableAuthenticationError)

    async def declare(self, service: str) -> None:
        """Everything, or where the broker refuses that, what concerns this service."""
        if not await self._declare(service):
            self._look_again(service)

    async def _declare(self, service: str) -> bool:
        """Whether nothing is missing: the audit stream may be away."""
        async with asyncio.timeout(6 * self.settings.publish_timeout):
            connection = await self.connect(purpose="declare")
            try:
                try:
                    async with connection.channel() as channel:
                        await declare_everything(channel, settings=self.settings)
                    is_whole = await declare_audit(connection, settings=self.settings)
                except REFUSED:
                    await declare_own(connection, service, settings=self.settings)
                    is_whole = True
                self.is_declared = True
                return is_whole
            finally:
                self.leave(connection)

    def _look_again(self, service: str) -> None:
        """The audit stream is put on again once it is back."""
        if self._mending is None or self._mending.done():
            self._mending = asyncio.create_task(self._mend(service))

    async def _mend(self, service: str) -> None:
        is_mended = False
        while not is_mended:
            await asyncio.sleep(self.settings.audit_retry)
            with suppress(*TROUBLE):
                is_mended = await self._declare(service)

    async def publish(self, message: Message) -> None:
        """See `Bus.publish`. A timeout means *unknown*, waiting for the connection included."""
        await self._publisher.publish(message)

    async def see_that_all_is_bound(self, service: str) -> None:
        """Before the first message: one that not all its readers' queues were bound to is lost."""
        if not self.is_declared:
            async with self._declaring:
                if not self.is_declared:
                    await self.declare(service)

    def leave(self, connection: AbstractConnection) -> None:
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
                message = _as_it_died(incoming)
                said_falsely = is_false(message, reader=service, user=self.user)
                found.append(_DeadOnRabbit(message, incoming, said_falsely))
            yield found
        finally:
            await connection.close()

    async def count_dead(self, service: str) -> int:
        """See `Bus.count_dead`; asking how long a queue is takes no right to it."""
        try:
            async with asyncio.timeout(2 * self.settings.publish_timeout):
                connection = await self.connect(purpose="count")
                try:
                    channel = await connection.channel()
                    queue = await channel.declare_queue(dead_queue_of(service), passive=True)
                    return queue.declaration_result.message_count or 0
                finally:
                    self.leave(connection)
        except TROUBLE as error:
            raise BusUnavailable(type(error).__name__) from error

    async def close(self) -> None:
        if self._mending is not None:
            self._mending.cancel()
        for subscription in self._subscriptions:
            await subscription.close()
        self._publisher.give_up_on(None)
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
