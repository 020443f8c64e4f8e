"""The whole system in one process: three services behind one port, their workers, one bus.

It promises what separate processes on RabbitMQ promise: outbox and inbox are the same, and what a
killed process had committed is carried on by the next start.
"""

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog
import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from deploy.local.databases import own_databases
from deploy.local.issuer import Issuer, issuer_with_key_in
from deploy.local.park_files import ParkFiles
from deploy.local.places import reachable_home
from deploy.local.postgres import UNPRIVILEGED, EmbeddedPostgres
from deploy.services import all_services
from shared.clock import prepare_zones
from shared.keys import make_key
from shared.log import prepare_logs
from shared.messaging.bus import MemoryBus
from shared.messaging.machinery import Machinery
from shared.migrate import migrate
from shared.serving import OrderlyServer
from shared.settings import load
from shared.telemetry import prepare_traces
from shared.web.ground import Ground
from shared.worker import working

START_SECONDS = 30.0
DRAIN_SECONDS = 5
OWN_SETTINGS = {"booking": {"release_hears_first_seconds": 0.0}}
"""On a bus in memory nothing is on its way while nobody works."""


@dataclass(frozen=True)
class EmbeddedPark:
    """The running system: where it is reached, who signs its tokens, what services stand on."""

    base_url: str
    issuer: Issuer
    files: ParkFiles
    grounds: dict[str, Ground]
    machineries: dict[str, Machinery]


def wanted_port() -> int:
    """`PORT`, or 8000."""
    text = os.environ.get("PORT", "8000")
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise SystemExit(f"PORT is {text!r}; it must be a number from 1 to 65535.")
    return int(text)


def listen(port: int) -> socket.socket:
    """A socket that listens on 127.0.0.1; one sentence where the port is taken."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
    except OSError as error:
        listening.close()
        raise SystemExit(
            f"Port {port} of 127.0.0.1 cannot be used ({error.strerror}): "
            "stop the other program, or choose another one with PORT=8080."
        ) from None
    listening.listen(128)
    return listening


@asynccontextmanager
async def embedded_park(root: Path, *, port: int) -> AsyncIterator[EmbeddedPark]:
    """Start everything, serve while the block lasts, stop in order."""
    prepare_zones()
    files = ParkFiles(root.resolve())
    async with AsyncExitStack() as stack:
        stack.enter_context(files.held())
        listening = stack.enter_context(listen(port))
        stack.enter_context(_logs_into(files.log))
        server = EmbeddedPostgres(reachable_home(files.postgres, user=UNPRIVILEGED))
        stack.callback(server.stop)
        await _to_its_end(server.start)
        base_url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        issuer = issuer_with_key_in(files.keys, address=f"{base_url}/issuer")
        grounds = await _grounds(files, server, issuer=issuer, base_url=base_url)
        for ground in grounds.values():
            stack.push_async_callback(ground.database.close)
        app = await _application(grounds, issuer, stack=stack)
        machineries = await _workers(grounds, stack=stack)
        await stack.enter_async_context(_serving(app, listening))
        yield EmbeddedPark(base_url, issuer, files, grounds, machineries)


async def _to_its_end(work: Callable[[], None]) -> None:
    """In a thread, which cannot be interrupted: whoever is told to stop waits until it is done."""
    working = asyncio.create_task(asyncio.to_thread(work))
    try:
        await asyncio.shield(working)
    finally:
        await asyncio.wait([working])


async def _grounds(
    files: ParkFiles, server: EmbeddedPostgres, *, issuer: Issuer, base_url: str
) -> dict[str, Ground]:
    services = all_services()
    urls = await own_databases(server, [service.name for service in services])
    files.write_private("databases.json", urls)
    grounds = {}
    for service in services:
        await _to_its_end(partial(migrate, service.name, url=urls[service.name]))
        for key in service.keys:
            make_key(files.keys, key)
        settings = load(
            service.settings,
            database_url=urls[service.name],
            amqp_url=None,
            oidc_issuer=issuer.address,
            oidc_audience=issuer.audience,
            jwks_url=None,
            base_url=f"{base_url}/{service.name}",
            keys_dir=files.keys,
            mail_dir=files.mail,
            HOST="127.0.0.1",
            PORT=int(base_url.rsplit(":", 1)[1]),
            **OWN_SETTINGS.get(service.name, {}),
        )
        grounds[service.name] = service.ground(settings)
    return grounds


async def _application(
    grounds: dict[str, Ground], issuer: Issuer, *, stack: AsyncExitStack
) -> FastAPI:
    """One application with the services below it, whose lifespans are entered here."""
    whole = FastAPI(title="Parvis", docs_url=None, redoc_url=None, openapi_url=None)
    for service in all_services():
        app = service.create_app(grounds[service.name])
        await stack.enter_async_context(app.router.lifespan_context(app))
        whole.mount(f"/{service.name}", app)
    whole.mount("/issuer", issuer.app())
    whole.get("/", response_class=HTMLResponse)(_front_page)
    return whole


async def _front_page() -> str:
    links = "".join(
        f'<li><a href="/{name}/docs">{name}</a> (<a href="/{name}/openapi.json">OpenAPI</a>)</li>'
        for name in ("access", "visitors", "booking")
    )
    return f"<!doctype html><title>Parvis</title><h1>Parvis</h1><ul>{links}</ul>"


async def _workers(grounds: dict[str, Ground], *, stack: AsyncExitStack) -> dict[str, Machinery]:
    bus = MemoryBus(services=list(grounds))
    stack.push_async_callback(bus.close)
    machineries = {}
    for service in all_services():
        ground = grounds[service.name]
        machineries[service.name] = await stack.enter_async_context(
            working(
                ground,
                bus,
                inbox=service.inbox,
                timers=service.timers,
                loops=service.loops(ground),
            )
        )
    return machineries


@asynccontextmanager
async def _serving(app: FastAPI, listening: socket.socket) -> AsyncIterator[None]:
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
    server = OrderlyServer(config)
    task = asyncio.create_task(server.serve(sockets=[listening]), name="serving")
    try:
        yield
    finally:
        server.should_exit = True
        await task


@contextmanager
def _logs_into(path: Path) -> Iterator[None]:
    """Logs go to a file: the terminal belongs to whoever plays or watches the day."""
    prepare_traces("local")
    with path.open("a", encoding="utf-8", buffering=1) as file:
        prepare_logs(level=os.environ.get("PARVIS_LOG_LEVEL", "info"), stream=file)
        try:
            yield
        finally:
            logging.getLogger().handlers.clear()
            structlog.reset_defaults()
