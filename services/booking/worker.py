"""What booking does beside relay, inbox and timers."""

from __future__ import annotations

from collections.abc import Sequence

from services.booking.bookings.commands.releasing import release_what_nobody_came_for
from services.booking.bookings.domain import KEPT_FOR
from services.booking.bookings.store import forget_changes
from services.booking.settings import Settings
from services.booking.waiting.worker import offering
from shared.web import Ground
from shared.worker import Loop

ONCE_AN_HOUR = 3600.0
AT_ONCE = 5000
RELEASED_AT_ONCE = 100


def loops(ground: Ground) -> Sequence[Loop]:
    """Forgets what changed for whom a month ago; gives up bookings for which nobody came;
    offers what is given back to those who wait.
    """

    async def forget() -> bool:
        async with ground.database.transaction() as session:
            before = ground.clock() - KEPT_FOR
            return await forget_changes(session, before=before, limit=AT_ONCE) == AT_ONCE

    async def release() -> bool:
        async with ground.database.transaction() as session:
            at, limit = ground.clock(), RELEASED_AT_ONCE
            return await release_what_nobody_came_for(session, at=at, limit=limit) == limit

    settings = ground.settings
    assert isinstance(settings, Settings)
    return [
        Loop("changes.forget", forget, every=ONCE_AN_HOUR),
        Loop(
            "bookings.release",
            release,
            every=settings.release_seconds,
            hears_first=settings.release_hears_first_seconds,
        ),
        offering(ground, every=settings.waiting_seconds),
    ]
