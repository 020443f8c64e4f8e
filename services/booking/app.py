"""The HTTP face of booking."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg
from fastapi import FastAPI

from services.booking.availability.api import router as availability
from services.booking.bookings.api import ROUTERS as BOOKINGS
from services.booking.bookings.api import BookingsFirst
from services.booking.bookings.at_once import AtOnce
from services.booking.bookings.domain.offers import OFFER_KEY
from services.booking.closures.api import router as closures
from services.booking.feeds.api import router as feed
from services.booking.feeds.domain import Limits
from services.booking.feeds.feed import Feeds
from services.booking.home.api import router as home
from services.booking.rooms.api import router as rooms
from services.booking.rooms.store import catalogue
from services.booking.series.api import ROUTERS as SERIES
from services.booking.utilisation.api import router as utilisation
from services.booking.waiting.api import router as waiting
from shared.errors import TryLater
from shared.keys import KeyFile
from shared.web import Ground, create_service, first_version
from shared.web.service import Lifespan

ROUTES = first_version(
    *(home, availability, rooms, closures, feed),
    *(*BOOKINGS, *SERIES, waiting, utilisation),
)
"""What has a name of its own stands before what has an id: `/rooms/free` is no room's."""


def create_app(ground: Ground, *, limits: Limits | None = None) -> FastAPI:
    """Rooms and bookings over HTTP; live feeds within these limits."""
    # A missing key ends the start, not a request.
    ground.database.info[OFFER_KEY] = KeyFile(ground.settings.keys_dir, OFFER_KEY)
    feeds = Feeds(ground, limits or Limits())
    app = create_service(
        ground,
        title="Parvis booking",
        description="Rooms of the park, and who holds them when.",
        routes=ROUTES,
        lifespan=serving_with(feeds),
        first=BookingsFirst,
    )
    app.state.feeds = feeds
    app.state.at_once = AtOnce(ground)
    return app


def serving_with(feeds: Feeds) -> Lifespan:
    """While it serves, feeds are woken; the rooms are known before the first request asks."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        # Without its database, or its tables, it starts all the same, and learns later.
        with suppress(TryLater, asyncpg.PostgresError):
            async with app.state.ground.database.transaction() as session:
                await catalogue(session)
        gc.freeze()  # all this stays: looking through it for garbage took 150 ms, time and again
        async with feeds.lifespan(app):
            yield

    return lifespan
