"""How messages travel: by RabbitMQ (`rabbit.RabbitBus`) or within one process (`MemoryBus`).

One rule: `publish` returns only when the message is as safe as the outbox row was.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Protocol

from shared.events.base import owner_of
from shared.messaging.topology import SERVICES, audited_names, exchange_of, names_read_by


@dataclass(frozen=True, slots=True)
class Message:
    """One event on the wire: where it was said, what it is called, and the envelope in JSON."""

    exchange: str
    name: str
    message_id: str
    body: bytes
    user_id: str | None = None
    """As whom the broker knows its publisher."""
    reason: str | None = None
    """Of a dead message: why it was put aside."""


class Verdict(StrEnum):
    """What becomes of a delivered message."""

    ACK = "ack"
    """Its row is committed: done, waiting or parked."""
    REJECT = "reject"
    """It cannot even be read: to the dead queue."""


class BusUnavailable(Exception):
    """The message may or may not have been taken; publish it again, with the same id."""


class NotTaken(Exception):
    """Events of this name are not taken at present: the message must be kept, others may flow."""

    why: ClassVar[str]

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Unroutable(NotTaken):
    """No queue is bound to this name: a binding is missing."""

    why = "unroutable"


class Forbidden(NotTaken):
    """The broker does not let this user say this name."""

    why = "forbidden"


class Full(NotTaken):
    """A queue that is bound to this name has no room."""

    why = "full"


Deliver = Callable[[Message], Coroutine[Any, Any, Verdict]]
"""Returns when the message is dealt with. If it raises, the message comes again."""
Ready = Callable[[], Awaitable[None]]
"""Returns when the receiver can work; nothing is consumed before."""


class Subscription(Protocol):
    """A service's hold on its queue."""

    @property
    def is_bound(self) -> bool:
        """Whether the queue stands and is bound."""
        ...

    async def close(self) -> None:
        """Take no more, let what is being worked on end (`drain`), then go."""
        ...


class DeadMessage(Protocol):
    """A message that was put aside, in hand: it goes only when `remove` is called."""

    message: Message
    is_false: bool
    """It was said by another than whose name it bears: replaying must not make it true."""

    async def remove(self) -> None: ...


class Bus(Protocol):
    """What carries messages."""

    async def declare(self, service: str) -> None:
        """See to it that the exchanges, queues and bindings stand, also those of the others."""
        ...

    async def publish(self, message: Message) -> None:
        """Confirmed and routed, else `BusUnavailable` or one of `NotTaken`."""
        ...

    async def subscribe(
        self, service: str, deliver: Deliver, *, ready: Ready | None = None
    ) -> Subscription:
        """Have what others say to this service delivered; returns before the queue is bound."""
        ...

    def dead(
        self, service: str, *, limit: int = 100
    ) -> AbstractAsyncContextManager[list[DeadMessage]]:
        """The messages that the service could not read, oldest first; kept unless removed."""
        ...

    async def count_dead(self, service: str) -> int:
        """How many those are. Raises `BusUnavailable`."""
        ...

    async def close(self) -> None: ...


@dataclass(slots=True)
class _MemorySubscription:
    bus: MemoryBus
    service: str
    deliver: Deliver
    is_bound: bool = True
    working: set[asyncio.Task[Verdict]] = field(default_factory=set)

    async def take(self, message: Message) -> Verdict:
        """In a task of its own, which ends with the publisher's: nobody works for nobody."""
        task = asyncio.ensure_future(self.deliver(message))
        self.working.add(task)
        try:
            return await task
        finally:
            self.working.discard(task)

    async def close(self) -> None:
        if self.bus.subscriptions.get(self.service) is self:
            del self.bus.subscriptions[self.service]
        self.is_bound = False
        if self.working:
            await asyncio.wait(self.working, timeout=self.bus.drain)


@dataclass(slots=True)
class _MemoryDead:
    message: Message
    shelf: list[Message] = field(repr=False)
    is_false: bool = False

    async def remove(self) -> None:
        self.shelf.remove(self.message)


class MemoryBus:
    """Carries messages within one process, with the promises of the real one.

    It confirms only after the inbox of every service that reads the event has *committed* its row,
    so nothing is ever held in memory alone. `services` are those that live in this process; while
    one of them has not subscribed yet, what it reads stays in the outboxes.
    """

    def __init__(self, *, services: Collection[str] = SERVICES, drain: float = 20.0) -> None:
        self.services, self.drain = tuple(services), drain
        self.subscriptions: dict[str, _MemorySubscription] = {}
        self._dead: dict[str, list[Message]] = {service: [] for service in self.services}

    async def declare(self, service: str) -> None:
        """Nothing to do: who reads what is known."""

    async def publish(self, message: Message) -> None:
        owner = owner_of(message.name)
        readers = [each for each in SERVICES if message.name in names_read_by(each)]
        if owner is None or message.exchange != exchange_of(owner):
            raise Unroutable(message.name)
        if not readers and message.name not in audited_names():
            raise Unroutable(message.name)
        for reader in readers:
            if reader in self.services:
                await self._hand_over(message, to=reader)

    async def _hand_over(self, message: Message, *, to: str) -> None:
        subscription = self.subscriptions.get(to)
        if subscription is None:
            raise BusUnavailable(f"{to} does not listen yet")
        try:
            verdict = await subscription.take(message)
        except Exception as error:  # an edge: whatever broke there, the message stays in the outbox
            raise BusUnavailable(f"{to} could not take {message.name}") from error
        if verdict is Verdict.REJECT and message not in self._dead[to]:
            self._dead[to].append(message)

    async def subscribe(
        self, service: str, deliver: Deliver, *, ready: Ready | None = None
    ) -> Subscription:
        subscription = _MemorySubscription(self, service, deliver)
        self.subscriptions[service] = subscription
        return subscription

    @asynccontextmanager
    async def dead(self, service: str, *, limit: int = 100) -> AsyncIterator[list[DeadMessage]]:
        shelf = self._dead[service]
        yield [_MemoryDead(message, shelf) for message in shelf[:limit]]

    async def count_dead(self, service: str) -> int:
        return len(self._dead[service])

    async def close(self) -> None:
        self.subscriptions.clear()
