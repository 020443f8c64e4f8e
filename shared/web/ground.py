"""What a running service stands on; made at the edge, passed in, found again from each request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from fastapi import Request
from opentelemetry.trace import TracerProvider, get_tracer_provider
from prometheus_client import CollectorRegistry
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import Clock, system_clock
from shared.database import Database
from shared.identity.listed import Listed, SignInClaims
from shared.identity.tokens import TokenVerifier
from shared.settings import ServiceSettings
from shared.web.language import Catalogue

Directory = Callable[[AsyncSession, SignInClaims, datetime], Awaitable[Listed | None]]
"""Finds whose account it is, in the service's own tables; ties it by verified e-mail the first
time.
"""


@dataclass(frozen=True)
class Ground:
    """A service's settings, database, clock, and the ways it knows callers and languages."""

    name: str
    settings: ServiceSettings
    database: Database
    directory: Directory
    verifier: TokenVerifier
    clock: Clock = system_clock
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    traces: TracerProvider = field(default_factory=get_tracer_provider)

    @property
    def catalogue(self) -> Catalogue:
        """The service's own words in three languages."""
        return Catalogue.of(self.name)


def ground_of(request: Request) -> Ground:
    """The ground of the service that answers this request."""
    ground: Ground = request.app.state.ground
    return ground
