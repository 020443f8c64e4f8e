"""Publishing on RabbitMQ: confirmed, routed, and what each kind of trouble means.

One rule: a publish returns only when every queue that the message goes to has it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aio_pika.abc import AbstractChannel, AbstractConnection, DeliveryMode
from aio_pika.exceptions import CONNECTION_EXCEPTIONS
from aiormq.abc import AbstractChannel as BareChannel
from aiormq.exceptions import (
    AMQPChannelError,
    ChannelAccessRefused,
    ChannelNotFoundEntity,
    DeliveryError,
    PublishError,
)
from pamqp import commands as spec

from shared.events.base import owner_of
from shared.messaging.bus import BusUnavailable, Forbidden, Full, Message, Unroutable

if TYPE_CHECKING:
    from shared.messaging.rabbit import RabbitBus

CONTENT_TYPE = "application/cloudevents+json"
PERSISTENT = DeliveryMode.PERSISTENT.value
TROUBLE = (*CONNECTION_EXCEPTIONS, TimeoutError)
"""Everything the library raises when the broker is away or unwilling."""
TRIES = 10
"""So often may the refusal of another's message close the channel under one."""


class RabbitPublisher:
    """One connection, one channel, many messages in flight."""

    def __init__(self, bus: RabbitBus) -> None:
        self._bus = bus
        self._connecting = asyncio.Lock()
        self._connection: AbstractConnection | None = None
        self._opened: AbstractChannel | None = None
        self._saying: BareChannel | None = None

    async def publish(self, message: Message) -> None:
        """See `Bus.publish`. A timeout means *unknown*, waiting for the connection included."""
        for _ in range(TRIES):
            try:
                return await self._publish(message)
            except ChannelAccessRefused as error:
                # The broker closes the channel for all who are on it; its words say for whose name.
                if _speaks_of_the_name(error, message.name):
                    raise Forbidden(message.name) from error
                if not _speaks_of_a_name(error):
                    raise BusUnavailable(str(error)) from error
        raise BusUnavailable("others are refused again and again")

    async def _publish(self, message: Message) -> None:
        connection: AbstractConnection | None = None
        try:
            async with asyncio.timeout(self._bus.settings.publish_timeout):
                await self._bus.see_that_all_is_bound(owner_of(message.name) or "")
                channel = await self._channel()
                connection = self._connection
                await self._say(channel, message)
        except ChannelAccessRefused:
            raise
        except PublishError as returned:
            raise Unroutable(message.name) from returned
        except ChannelNotFoundEntity as error:
            self._bus.is_declared = False
            raise BusUnavailable("the exchange is missing") from error
        except TimeoutError as error:
            self._bus.is_declared = False  # perhaps what it is bound to is away: see again
            self.give_up_on(connection)
            raise BusUnavailable("no answer in time") from error
        except DeliveryError as error:
            raise Full(message.name) from error
        except TROUBLE as error:
            # A connection that was reset may go on calling itself open.
            if not isinstance(error, AMQPChannelError):
                self.give_up_on(connection)
            raise BusUnavailable(f"{type(error).__name__}: {error}") from error
        except asyncio.CancelledError as error:
            # A hung broker ends pending confirms as cancelled; our own cancellation is another.
            if (task := asyncio.current_task()) is not None and task.cancelling():
                raise
            self.give_up_on(connection)
            raise BusUnavailable("the connection was given up") from error

    async def _say(self, channel: BareChannel, message: Message) -> None:
        """Returns when it is confirmed. Raises `PublishError` for what no queue gets.

        A level below `aio_pika.Exchange.publish`, which waits for the socket after every message
        while all others wait for it.
        """
        taken = await channel.basic_publish(
            message.body,
            exchange=message.exchange,
            routing_key=message.name,
            properties=spec.Basic.Properties(
                content_type=CONTENT_TYPE,
                delivery_mode=PERSISTENT,
                message_id=message.message_id,
                message_type=message.name,
                user_id=self._bus.user,
            ),
            mandatory=True,
            wait=False,  # type: ignore[call-arg]  # the abstract channel lags behind the real one
        )
        if not isinstance(taken, spec.Basic.Ack):
            raise BusUnavailable("it was neither confirmed nor refused")

    async def _channel(self) -> BareChannel:
        async with self._connecting:
            if self._saying is not None and not self._saying.is_closed:
                return self._saying
            if self._connection is None or self._connection.is_closed:
                self._connection = await self._bus.connect(purpose="publish")
            # Without `on_return_raises` a message that no queue gets counts as published.
            channel = self._connection.channel(publisher_confirms=True, on_return_raises=True)
            await channel.initialize()
            self._opened, self._saying = channel, await channel.get_underlay_channel()
            return self._saying

    def give_up_on(self, connection: AbstractConnection | None) -> None:
        """A connection that does not answer is left, so that the next try has a fresh one."""
        if connection is not None and connection is not self._connection:
            return
        self._opened = self._saying = None
        if (left := self._connection) is not None:
            self._connection = None
            self._bus.leave(left)


def _speaks_of_a_name(refusal: ChannelAccessRefused) -> bool:
    return "topic '" in str(refusal)


def _speaks_of_the_name(refusal: ChannelAccessRefused, name: str) -> bool:
    return f"topic '{name}'" in str(refusal)
