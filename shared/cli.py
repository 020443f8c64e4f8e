"""The commands of a service: `python -m services.<service> [serve | work | migrate | …]`.

Without a command it serves and works in one process, which is enough for a small park. This is the
outermost edge: settings are read here, and everything is built from them.
"""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from typing import Any

import uvicorn
import uvloop
from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared import set_aside
from shared.clock import prepare_zones
from shared.database import as_refusals
from shared.errors import Refusal
from shared.keys import make_key, read_key
from shared.log import prepare_logs
from shared.messaging.bus import Bus
from shared.messaging.machinery import Machinery
from shared.messaging.rabbit import RabbitBus
from shared.messaging.settings import MessagingSettings
from shared.migrate import migrate, must_be_migrated
from shared.service import Command, Service
from shared.serving import OrderlyServer
from shared.settings import ServiceSettings, load
from shared.telemetry import prepare_traces
from shared.web.ground import Ground
from shared.worker import working

DRAIN_SECONDS = 20


def main(service: Service[Any], argv: Sequence[str] | None = None) -> None:
    """Reads the command line and the settings, and runs one command to its end."""
    asked = _parser(service).parse_args(argv)
    prepare_zones()
    settings = load(service.settings)
    load(MessagingSettings)
    prepare_logs(level=settings.log_level)
    prepare_traces(service.name)
    with _told_in_a_sentence():
        _run_command(service, settings, asked)


@contextmanager
def _told_in_a_sentence() -> Iterator[None]:
    """What stands in a command's way and is no mistake of ours is no traceback either."""
    try:
        with as_refusals():
            yield
    except Refusal as refusal:
        raise SystemExit(str(refusal)) from None


def _run_command(
    service: Service[Any], settings: ServiceSettings, asked: argparse.Namespace
) -> None:
    if asked.command == "migrate":
        _prepare(service, settings)
        return
    ground = service.ground(settings)
    match asked.command:
        case None | "serve" | "work":
            uvloop.run(_run(service, ground, command=asked.command))
        case "announce-again":
            uvloop.run(_own(service, ground, lambda: _announce_again(service, ground)))
        case own:
            command = next(each for each in _commands(service) if each.name == own)
            uvloop.run(_own(service, ground, lambda: command.run(ground, asked)))


def _parser(service: Service[Any]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"parvis {service.name}", description=__doc__)
    commands = parser.add_subparsers(dest="command", metavar="command")
    commands.add_parser("serve", help="answer HTTP only")
    commands.add_parser("work", help="relay, react and run timers only")
    commands.add_parser("migrate", help="bring the schema up to date and make missing keys")
    commands.add_parser("announce-again", help="send the latest facts of everything that lives")
    for command in _commands(service):
        command.arguments(commands.add_parser(command.name, help=command.help))
    return parser


def _commands(service: Service[Any]) -> Sequence[Command]:
    """What every service can be told beside running, and what this one can."""
    events = Command(
        name="events",
        help="what could not be reacted to: waiting, parked, dead; or replay it",
        arguments=set_aside.arguments,
        run=set_aside.run,
    )
    return (events, *service.commands)


def _prepare(service: Service[Any], settings: ServiceSettings) -> None:
    for key in service.keys:  # first, since others wait for the schema
        make_key(settings.keys_dir, key)
    migrate(service.name, url=settings.database_url, patience=settings.start_patience_seconds)


async def _run(service: Service[Any], ground: Ground, *, command: str | None) -> None:
    if command is None:
        for key in service.keys:
            make_key(ground.settings.keys_dir, key)
    patience = ground.settings.start_patience_seconds
    await must_be_migrated(service.name, database=ground.database, patience=patience)
    for key in service.keys:
        read_key(ground.settings.keys_dir, key)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(ground.database.close)
        app = service.create_app(ground)
        if command != "serve":
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
            if command == "work":
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
        return Response(generate_latest(ground.registry), media_type=CONTENT_TYPE_LATEST)

    return app


async def _announce_again(service: Service[Any], ground: Ground) -> None:
    print(f"{await service.announce_again(ground.database)} facts are announced again")


async def _own(service: Service[Any], ground: Ground, run: Callable[[], Awaitable[None]]) -> None:
    try:
        await must_be_migrated(service.name, database=ground.database)
        await run()
    finally:
        await ground.database.close()
