"""What `/metrics` shows: what the service has counted, and how its process and its database are at
that moment.
"""

import asyncio

from fastapi import Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from prometheus_client.process_collector import ProcessCollector

from shared.database import Database
from shared.web.ground import Ground

PATIENCE = 3.0
"""Seconds; whoever scrapes waits for ten at most."""


async def shown(ground: Ground) -> Response:
    """In the text format of Prometheus."""
    now = CollectorRegistry()
    ProcessCollector(registry=now)
    answers = Gauge("parvis_database_answers", "Whether its database answers (1).", registry=now)
    answers.set(await _answers(ground.database))
    text = generate_latest(ground.registry) + generate_latest(now)
    return Response(text, media_type=CONTENT_TYPE_LATEST)


async def _answers(database: Database) -> bool:
    try:
        async with asyncio.timeout(PATIENCE):
            return await database.answers()
    except TimeoutError:
        return False
