"""`parvis <service> events waiting | parked | dead | held | replay`: what could not be
reacted to, and what could not be said.

Prints one JSON object a line, oldest first; bodies are never shown, as they may be personal.
"""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from uuid import UUID

import orjson

from shared.messaging import operations
from shared.messaging.rabbit import RabbitBus
from shared.messaging.rabbit_publisher import TROUBLE
from shared.web.ground import Ground

MOST = 10_000
Row = operations.SetAside | operations.Held | operations.Dead | operations.Replayed
LISTS: dict[str, Callable[..., Awaitable[Sequence[Row]]]] = {
    "waiting": operations.waiting_events,
    "parked": operations.parked_events,
    "held": operations.held_events,
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """What follows `events`."""
    parser.add_argument("what", choices=[*LISTS, "dead", "replay"])
    parser.add_argument("--event-id", type=UUID, action="append", help="replay these alone")
    parser.add_argument("--limit", type=_some, default=operations.LIMIT, help="at most so many")


def _some(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= MOST:
        raise argparse.ArgumentTypeError(f"it must be a number from 1 to {MOST}")
    return int(text)


async def run(ground: Ground, asked: argparse.Namespace) -> None:
    """Lists, or has parked events and readable dead messages tried again by the worker."""
    if asked.what in LISTS:
        _show(await LISTS[asked.what](ground.database, limit=asked.limit))
        return
    if ground.settings.amqp_url is None:
        raise SystemExit("PARVIS_AMQP_URL is missing.")
    bus = RabbitBus(ground.settings.amqp_url)
    try:
        if asked.what == "dead":
            _show(await operations.dead_messages(bus, service=ground.name, limit=asked.limit))
        else:
            replayed = await operations.replay(
                ground.database,
                bus,
                service=ground.name,
                event_ids=asked.event_id,
                limit=asked.limit,
            )
            _show([replayed])
    except TROUBLE as error:
        raise SystemExit(
            f"RabbitMQ does not answer, or has no such queue yet ({type(error).__name__})."
        ) from None
    finally:
        await bus.close()


def _show(rows: Sequence[Row]) -> None:
    for row in rows:
        print(orjson.dumps(asdict(row), default=str).decode())
