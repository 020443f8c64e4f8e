"""The application of one service: its routes on its ground, with health, metrics and problems."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager

from fastapi import APIRouter, FastAPI, Response
from starlette.types import ASGIApp

from shared.settings import origins_in
from shared.web.compressed import Compressed
from shared.web.described import describe
from shared.web.ground import Ground
from shared.web.limited import Limited
from shared.web.observed import Observed
from shared.web.origins import let_in
from shared.web.problems import PROBLEM_RESPONSES, answer_refusals
from shared.web.rates import Rates
from shared.web.shown import shown
from shared.web.undone import OnceMore

ASGIMiddleware = Callable[[ASGIApp], ASGIApp]
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_service(
    ground: Ground,
    *,
    title: str,
    description: str,
    routes: APIRouter,
    lifespan: Lifespan | None = None,
    first: ASGIMiddleware | None = None,
    larger_bodies: Mapping[str, int] | None = None,
    codes: Collection[str] = (),
    has_doors: bool = False,
) -> FastAPI:
    """The ASGI application: `routes`, `/health/live`, `/health/ready`, `/metrics`, `/openapi.json`,
    `/docs`. `first` may answer before a route is looked for; `larger_bodies` are the bytes that the
    paths of files may take, `codes` begin the paths at which a short code can be tried. With
    `has_doors` nothing that `first` answers or a device asks is ever told to wait.
    """
    app = FastAPI(
        title=title,
        description=description,
        version="1.0.0",
        lifespan=lifespan,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # `Observed` sees to it
        redirect_slashes=False,
        docs_url=None,  # `describe` shows it
        redoc_url=None,
        servers=[{"url": ground.settings.base_url.rstrip("/")}],
    )
    app.state.ground = ground
    app.router.routes.extend(routes.routes)
    app.include_router(_health(ground), responses=PROBLEM_RESPONSES)
    answer_refusals(app)
    app.add_middleware(OnceMore)
    app.add_middleware(Compressed)  # within `first`, whose answers are small
    if first is not None and not has_doors:
        app.add_middleware(first)
    app.add_middleware(Rates, ground=ground, codes=codes, knows_devices=has_doors)
    if first is not None and has_doors:
        app.add_middleware(first)
    app.add_middleware(Limited, larger=larger_bodies or {})
    let_in(app, origins_in(ground.settings.cors_origins))
    app.add_middleware(Observed, ground=ground)
    describe(app)
    return app


def first_version(*routers: APIRouter) -> APIRouter:
    """The slices' routers below `/v1`, looked through in this order with each request.

    Put together once a process, not with each application: what a route depends on is worked out at
    the first request, which takes a tenth of a second for all.
    """
    whole = APIRouter()
    for router in routers:
        whole.include_router(router, prefix="/v1", responses=PROBLEM_RESPONSES)
    return whole


def _health(ground: Ground) -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        """The process answers."""
        return {"status": "live"}

    @router.get("/health/ready")
    async def ready(response: Response) -> dict[str, str]:
        """The database answers. A dead broker makes nobody unready for HTTP."""
        if await ground.database.answers():
            return {"status": "ready"}
        response.status_code = 503
        return {"status": "database away"}

    @router.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        return await shown(ground)

    return router
