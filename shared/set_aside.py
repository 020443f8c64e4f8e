"""`parvis <service> events waiting | parked | dead | held | replay`: what could not be
reacted to, and what could not be said.

Prints one JSON object a line, oldest first; bodies are never shown, as they may be personal.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Annotated
from uuid import UUID

import orjson
import typer

from shared.messaging import operations
from shared.messaging.bus import Bus
from shared.messaging.rabbit import RabbitBus
from shared.messaging.rabbit_publisher import TROUBLE
from shared.service import Command, Work
from shared.web.ground import Ground

MOST = 10_000
Limit = Annotated[int, typer.Option(min=1, max=MOST, help="At most so many.")]
Row = operations.SetAside | operations.Held | operations.Dead | operations.Replayed
Listing = Callable[..., Awaitable[Sequence[Row]]]


def waiting(limit: Limit = operations.LIMIT) -> Work:
    """Events that failed and are tried again by themselves."""
    return _listed(operations.waiting_events, limit=limit)


def parked(limit: Limit = operations.LIMIT) -> Work:
    """Events that failed for good: they wait for you."""
    return _listed(operations.parked_events, limit=limit)


def held(limit: Limit = operations.LIMIT) -> Work:
    """Events that the broker does not take."""
    return _listed(operations.held_events, limit=limit)


def dead(limit: Limit = operations.LIMIT) -> Work:
    """Messages that could not even be read."""

    async def work(ground: Ground) -> None:
        async with _bus(ground) as bus:
            _show(await operations.dead_messages(bus, service=ground.name, limit=limit))

    return work


def replay(
    event_id: Annotated[list[UUID] | None, typer.Option(help="Replay these alone.")] = None,
    limit: Limit = operations.LIMIT,
) -> Work:
    """Have parked events, and dead ones now readable, tried again."""

    async def work(ground: Ground) -> None:
        async with _bus(ground) as bus:
            replayed = await operations.replay(
                ground.database, bus, service=ground.name, event_ids=event_id, limit=limit
            )
            _show([replayed])

    return work


COMMANDS = tuple(
    Command(name=each.__name__, asked=each) for each in (waiting, parked, held, dead, replay)
)


def _listed(listing: Listing, *, limit: int) -> Work:
    async def work(ground: Ground) -> None:
        _show(await listing(ground.database, limit=limit))

    return work


@asynccontextmanager
async def _bus(ground: Ground) -> AsyncIterator[Bus]:
    if ground.settings.amqp_url is None:
        raise SystemExit("PARVIS_AMQP_URL is missing.")
    bus = RabbitBus(ground.settings.amqp_url)
    try:
        yield bus
    except TROUBLE as error:
        raise SystemExit(
            f"RabbitMQ does not answer, or has no such queue yet ({type(error).__name__})."
        ) from None
    finally:
        await bus.close()


def _show(rows: Sequence[Row]) -> None:
    for row in rows:
        print(orjson.dumps(asdict(row), default=str).decode())
