"""The application of access: its slices' routers on one ground."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from prometheus_client import Gauge

from services.access.alarms.api import router as alarms
from services.access.ceilings.api import router as ceilings
from services.access.controllers.api import router as controllers
from services.access.credentials.api import ROUTERS as CREDENTIALS
from services.access.decisions.api import ReadsFirst
from services.access.decisions.api import router as decisions
from services.access.decisions.keeping_up import kept_up
from services.access.decisions.writer import Writer
from services.access.departures.api import router as departures
from services.access.directory.api import router as directory
from services.access.evacuations.api import router as evacuations
from services.access.evacuations.inputs import router as inputs
from services.access.groups.api import router as groups
from services.access.heartbeats.api import router as heartbeats
from services.access.imports.api import PEOPLE_FILES
from services.access.imports.api import router as imports
from services.access.imports.domain import MOST_BYTES
from services.access.journal.api import router as journal
from services.access.lockdowns.api import router as lockdowns
from services.access.lockdowns.plans import router as lockdown_plans
from services.access.needs.api import router as needs
from services.access.pins.api import router as pins
from services.access.premises.api import router as premises
from services.access.presence.api import router as presence
from services.access.reach.api import router as reach
from services.access.replays.api import router as replays
from services.access.rights.api import router as rights
from services.access.schedules.api import router as schedules
from services.access.surroundings import surround
from services.access.zone_delisting.api import router as zone_delisting
from shared.web import Ground, create_service, first_version

ROUTES = first_version(
    decisions,
    directory,
    needs,
    departures,
    imports,
    premises,
    zone_delisting,
    schedules,
    controllers,
    heartbeats,
    *CREDENTIALS,
    pins,
    groups,
    ceilings,
    presence,
    rights,
    reach,
    replays,
    lockdowns,
    lockdown_plans,
    evacuations,
    inputs,
    journal,
    alarms,
)
"""What every read at a door takes comes first."""


def create_app(ground: Ground) -> FastAPI:
    """Doors, people and the journal over HTTP."""
    around = surround(ground)
    app = create_service(
        ground,
        title="Parvis: access",
        description="Who may pass which door of the park, who did, and who is in its directory.",
        routes=ROUTES,
        lifespan=keep_up,
        first=ReadsFirst,
        has_doors=True,
        larger_bodies={PEOPLE_FILES: 2 * MOST_BYTES},  # the endpoint says itself what is too much
    )
    app.state.writer = writer = Writer(ground.database, around, metrics=ground.registry)
    known = Gauge(
        "parvis_policy_version",
        "The version of the policy that this process decides by.",
        registry=ground.registry,
    )
    known.set_function(lambda: writer.policy.version)
    return app


@asynccontextmanager
async def keep_up(app: FastAPI) -> AsyncIterator[None]:
    """While it serves, what decides is kept at hand, also while nobody asks."""
    async with kept_up(app.state.writer, app.state.ground.database):
        yield
