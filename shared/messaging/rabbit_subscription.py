"""A service's hold on its queue: binds, consumes, comes back after every loss, drains when told.

One rule: a message is acknowledged by hand, after its row is committed; whatever ends this task
otherwise leaves it on the queue.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog
from aio_pika.abc import AbstractIncomingMessage, AbstractQueue
from aio_pika.exceptions import CONNECTION_EXCEPTIONS

from shared.events.base import owner_of
from shared.messaging.backoff import Backoff
from shared.messaging.bus import Deliver, Message, Ready, Verdict
from shared.messaging.crash import crash_point
from shared.messaging.rabbit_acks import Acks
from shared.messaging.topology import queue_of

if TYPE_CHECKING:
    from shared.messaging.rabbit import RabbitBus

log = structlog.get_logger(__name__)


class RabbitSubscription:
    """Consumes a service's inbox for as long as it is not closed."""

    def __init__(
        self, bus: RabbitBus, service: str, deliver: Deliver, *, ready: Ready | None
    ) -> None:
        self.is_bound = False
        self._bus, self._service, self._deliver, self._ready = bus, service, deliver, ready
        self._closing = asyncio.Event()
        self._working: set[asyncio.Task[None]] = set()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name=f"{self._service}.inbox")

    async def _run(self) -> None:
        settings = self._bus.settings
        backoff = Backoff(first=settings.backoff_first, longest=settings.backoff_longest)
        while not self._closing.is_set():
            try:
                if self._ready is not None:
                    await self._ready()
                await self._bus.declare(self._service)
                await self._consume(backoff)
            except (*CONNECTION_EXCEPTIONS, TimeoutError) as error:
                kind = type(error).__name__
                log.warning("messaging.queue_lost", service=self._service, error=kind)
            except Exception:  # an edge loop: a worker that hears nothing any more must not be
                log.exception("messaging.queue_lost", service=self._service)
            except asyncio.CancelledError:
                # The library ends pending calls on a hung broker as cancelled.
                if (task := asyncio.current_task()) is None or task.cancelling():
                    raise
                log.warning("messaging.queue_lost", service=self._service, error="CancelledError")
            finally:
                self.is_bound = False
            await backoff.wait(unless=self._closing)

    async def _consume(self, backoff: Backoff) -> None:
        """Returns when the queue is lost, or after a drain when it is being closed."""
        connection = await self._bus.connect(purpose="consume")
        try:
            channel = await connection.channel(publisher_confirms=False)
            await channel.set_qos(prefetch_count=self._bus.settings.prefetch)
            lost = asyncio.Event()
            connection.close_callbacks.add(lambda *_: lost.set())
            channel.close_callbacks.add(lambda *_: lost.set())
            underlay = await channel.get_underlay_channel()
            underlay.on_consumer_cancel_callbacks.add(lambda *_: lost.set())
            queue = await channel.get_queue(queue_of(self._service), ensure=False)
            acks = Acks(underlay)

            async def take(incoming: AbstractIncomingMessage) -> None:
                self._take(incoming, acks)

            tag = await queue.consume(take)
            self.is_bound = True
            backoff.reset()
            log.info("messaging.listening", service=self._service)
            await _first_of(lost, self._closing)
            if not lost.is_set():
                await self._drain(queue, tag)
        finally:
            with suppress(*CONNECTION_EXCEPTIONS, TimeoutError):
                async with asyncio.timeout(self._bus.settings.publish_timeout):
                    await connection.close()

    async def _drain(self, queue: AbstractQueue, tag: str) -> None:
        """In this order: late acknowledgements on a closed channel would break the connection."""
        with suppress(*CONNECTION_EXCEPTIONS, TimeoutError):
            await queue.cancel(tag, timeout=self._bus.settings.publish_timeout)
        if self._working:
            await asyncio.wait(self._working, timeout=self._bus.settings.drain)
        for task in self._working:
            task.cancel()
        if self._working:
            await asyncio.wait(self._working)

    def _take(self, incoming: AbstractIncomingMessage, acks: Acks) -> None:
        # A task of our own: the library cancels its own when the channel closes.
        task = asyncio.create_task(self._work(incoming, acks))
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    async def _work(self, incoming: AbstractIncomingMessage, acks: Acks) -> None:
        message = in_hand(incoming)
        verdict: Verdict | None
        try:
            if is_false(message, reader=self._service, user=self._bus.user):
                log.error("messaging.false_sender", event_name=message.name, user=message.user_id)
                verdict = Verdict.REJECT
            else:
                verdict = await self._deliver(message)
        except Exception as error:  # an edge: whatever broke, the message is not lost
            kind = type(error).__name__
            log.error("messaging.delivery_failed", event_name=message.name, error=kind)
            verdict = None
        crash_point("before_ack")
        assert incoming.delivery_tag is not None
        if verdict is Verdict.ACK:
            await acks.ack(incoming.delivery_tag)
        else:
            await acks.reject(incoming.delivery_tag, requeue=verdict is None)

    async def close(self) -> None:
        self._closing.set()
        if self._task is not None:
            grace = self._bus.settings.drain + 2 * self._bus.settings.publish_timeout
            await asyncio.wait([self._task], timeout=grace)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        for task in self._working:
            task.cancel()
        await asyncio.gather(*self._working, return_exceptions=True)


def is_false(message: Message, *, reader: str, user: str | None) -> bool:
    """Whether it was said by another than whose name it bears.

    Where each service is a user of its own the broker vouches for who published. Known by our own
    user's name: then the others' are theirs too.
    """
    return user == reader and message.user_id != owner_of(message.name)


def in_hand(incoming: AbstractIncomingMessage) -> Message:
    """A delivery as the bus's own kind of message."""
    return Message(
        exchange=incoming.exchange or "",
        name=incoming.routing_key or "",
        message_id=incoming.message_id or "",
        body=incoming.body,
        user_id=incoming.user_id,
    )


async def _first_of(*events: asyncio.Event) -> None:
    waiting = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waiting:
            each.cancel()
