"""A service at work until it is told to stop: answering HTTP, or relaying and reacting, or both.

Everything is built here from the settings, and taken down in the reverse order.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any, Literal

import uvicorn
from fastapi import FastAPI, Response

from shared.keys import make_key, read_keys
from shared.messaging.bus import Bus
from shared.messaging.machinery import Machinery
from shared.messaging.rabbit import RabbitBus
from shared.migrate import must_be_migrated
from shared.service import Service
from shared.serving import OrderlyServer
from shared.settings import ServiceSettings
from shared.web.ground import Ground
from shared.web.shown import shown
from shared.worker import working

DRAIN_SECONDS = 20
Part = Literal["serve", "work", "both"]


async def run(service: Service[Any], ground: Ground, *, part: Part) -> None:
    """Comes back when it was stopped in order."""
    if part == "both":
        for key in service.keys:
            make_key(ground.settings.keys_dir, key)
    patience = ground.settings.start_patience_seconds
    await must_be_migrated(service.name, database=ground.database, patience=patience)
    for key in service.keys:
        read_keys(ground.settings.keys_dir, key)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(ground.database.close)
        app = service.create_app(ground)
        if part != "serve":
            bus = _bus(ground.settings)
            stack.push_async_callback(bus.close)
            machinery = await stack.enter_async_context(
                working(
                    ground,
                    bus,
                    inbox=service.inbox,
                    timers=service.timers,
                    loops=service.loops(ground),
                )
            )
            if part == "work":
                app = _health_only(ground, machinery)
        await _serve(app, ground.settings)


def _bus(settings: ServiceSettings) -> Bus:
    if settings.amqp_url is None:
        raise SystemExit("PARVIS_AMQP_URL is missing.")
    return RabbitBus(settings.amqp_url)


async def _serve(app: FastAPI, settings: ServiceSettings) -> None:
    server = OrderlyServer(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            forwarded_allow_ips=settings.trusted_proxies,
            timeout_graceful_shutdown=DRAIN_SECONDS,
        )
    )
    server.end_on_signals()
    try:
        await server.serve()
    except SystemExit:  # the log has said why
        raise SystemExit(f"{settings.host}:{settings.port} cannot be listened on.") from None


def _health_only(ground: Ground, machinery: Machinery) -> FastAPI:
    """What a worker answers: whether it is ready (database and queue), and its metrics."""
    app = FastAPI(title=f"{ground.name} worker", openapi_url=None)

    @app.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "live"}

    @app.get("/health/ready")
    async def ready(response: Response) -> dict[str, str]:
        if machinery.is_ready and await ground.database.answers():
            return {"status": "ready"}
        response.status_code = 503
        return {"status": "not ready"}

    @app.get("/metrics")
    async def metrics() -> Response:
        return await shown(ground)

    return app
