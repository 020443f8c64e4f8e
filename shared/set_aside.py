"""`parvis <service> events waiting | parked | dead | replay`: what could not be reacted to.

Prints one JSON object a line, oldest first; bodies are never shown, as they may be personal.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

import orjson

from shared.messaging import operations
from shared.messaging.rabbit import RabbitBus
from shared.web.ground import Ground

LISTS = {"waiting": operations.waiting_events, "parked": operations.parked_events}


def arguments(parser: argparse.ArgumentParser) -> None:
    """What follows `events`."""
    parser.add_argument("what", choices=["waiting", "parked", "dead", "replay"])
    parser.add_argument("--event-id", type=UUID, action="append", help="replay these alone")
    parser.add_argument("--limit", type=int, default=operations.LIMIT)


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
    finally:
        await bus.close()


def _show(rows: Sequence[operations.SetAside | operations.Dead | operations.Replayed]) -> None:
    for row in rows:
        print(orjson.dumps(asdict(row), default=str).decode())
