"""The exchanges, queues and bindings on RabbitMQ, declared idempotently.

Whoever starts first declares everything, also what belongs to the others: so services start in any
order and no first event is missed. Where the broker forbids that, a deploy step has done it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aio_pika import ExchangeType
from aio_pika.abc import AbstractChannel, AbstractConnection
from aiormq.exceptions import (
    ChannelAccessRefused,
    ChannelNotFoundEntity,
    ChannelPreconditionFailed,
)

from shared.events.base import owner_of
from shared.messaging.settings import MessagingSettings
from shared.messaging.topology import (
    AUDIT,
    SERVICES,
    audited_names,
    bindings_of,
    dead_exchange_of,
    dead_queue_of,
    exchange_of,
    queue_of,
)

log = structlog.get_logger(__name__)

REFUSED = (ChannelAccessRefused, ChannelPreconditionFailed)
"""Not ours to declare, or declared otherwise by whoever may."""

DEAD_LIMIT = 1_000_000
"""Looking at a dead message counts as a delivery, and 4.x drops after 20 unless told otherwise."""


def inbox_arguments(service: str, *, settings: MessagingSettings) -> dict[str, Any]:
    """One consumer at a time, others stand by; refuses rather than drops; rejects are kept."""
    return {
        "x-queue-type": "quorum",
        "x-single-active-consumer": True,
        "x-delivery-limit": settings.delivery_limit,
        "x-dead-letter-exchange": dead_exchange_of(service),
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
        "x-max-length": settings.max_length,
    }


async def declare_everything(channel: AbstractChannel, *, settings: MessagingSettings) -> None:
    """Raises one of `REFUSED` at the first thing that this user may not declare."""
    for service in SERVICES:
        await channel.declare_exchange(exchange_of(service), ExchangeType.TOPIC, durable=True)
    for service in SERVICES:
        await _declare_inbox(channel, service, settings=settings)
        for exchange, name in bindings_of(service):
            await _bind(channel, queue_of(service), exchange, name)


async def declare_audit(connection: AbstractConnection, *, settings: MessagingSettings) -> bool:
    """The stream beside the queues, fed through an exchange of its own; False where it is away.

    A stream that is down confirms nothing and would hold up every event bound to it (3.10 does not
    find its stream again after a SIGKILL). So it is taken off, and put on again when it is back.
    """
    arguments: dict[str, Any] = {
        "x-queue-type": "stream",
        "x-max-age": f"{settings.audit_days}D",
    }
    try:
        async with connection.channel() as channel:
            await channel.declare_exchange(AUDIT, ExchangeType.FANOUT, durable=True)
            await channel.declare_queue(AUDIT, durable=True, arguments=arguments)
            await _bind(channel, AUDIT, AUDIT, "")
            underlay = await channel.get_underlay_channel()
            for name in audited_names():
                source = exchange_of(owner_of(name) or "")
                await underlay.exchange_bind(destination=AUDIT, source=source, routing_key=name)
    except ChannelNotFoundEntity as error:
        log.error("messaging.audit_stream_is_away", error=type(error).__name__)
        await _take_the_audit_off(connection)
        return False
    return True


async def _take_the_audit_off(connection: AbstractConnection) -> None:
    async with connection.channel() as channel:
        underlay = await channel.get_underlay_channel()
        for name in audited_names():
            source = exchange_of(owner_of(name) or "")
            await underlay.exchange_unbind(destination=AUDIT, source=source, routing_key=name)


async def _declare_inbox(
    channel: AbstractChannel, service: str, *, settings: MessagingSettings
) -> None:
    dead = dead_exchange_of(service)
    await channel.declare_exchange(dead, ExchangeType.FANOUT, durable=True)
    arguments: dict[str, Any] = {"x-queue-type": "quorum", "x-delivery-limit": DEAD_LIMIT}
    await channel.declare_queue(dead_queue_of(service), durable=True, arguments=arguments)
    await _bind(channel, dead_queue_of(service), dead, "")
    await channel.declare_queue(
        queue_of(service), durable=True, arguments=inbox_arguments(service, settings=settings)
    )


async def _bind(channel: AbstractChannel, queue: str, exchange: str, name: str) -> None:
    """By names alone: looking the objects up first would be a round trip each."""
    underlay = await channel.get_underlay_channel()
    await underlay.queue_bind(queue=queue, exchange=exchange, routing_key=name)


async def declare_own(
    connection: AbstractConnection, service: str, *, settings: MessagingSettings
) -> None:
    """What a hardened user can: see that its queue stands, and bind it where it may.

    Raises `ChannelNotFoundEntity` while the deploy step or another service has yet to come.
    """
    await _as_far_as_allowed(connection, lambda channel: _own_queue(channel, service, settings))
    await _on_a_channel(connection, lambda channel: _stands(channel, service))
    for exchange, name in bindings_of(service):
        await _as_far_as_allowed(
            connection,
            lambda channel, exchange=exchange, name=name: _bind(  # type: ignore[misc]  # bound now
                channel, queue_of(service), exchange, name
            ),
        )


async def _own_queue(channel: AbstractChannel, service: str, settings: MessagingSettings) -> None:
    await channel.declare_exchange(exchange_of(service), ExchangeType.TOPIC, durable=True)
    await _declare_inbox(channel, service, settings=settings)


async def _stands(channel: AbstractChannel, service: str) -> None:
    await channel.declare_queue(queue_of(service), passive=True)


async def _on_a_channel(
    connection: AbstractConnection, step: Callable[[AbstractChannel], Awaitable[None]]
) -> None:
    async with connection.channel() as channel:
        await step(channel)


async def _as_far_as_allowed(
    connection: AbstractConnection, step: Callable[[AbstractChannel], Awaitable[None]]
) -> None:
    try:
        await _on_a_channel(connection, step)
    except REFUSED as refused:
        log.debug("messaging.left_to_the_deploy_step", why=type(refused).__name__)
