"""What booking does beside relay, inbox and timers."""

from __future__ import annotations

from collections.abc import Sequence

from services.booking.bookings.domain import KEPT_FOR
from services.booking.bookings.store import forget_changes
from shared.web import Ground
from shared.worker import Loop

ONCE_AN_HOUR = 3600.0
AT_ONCE = 5000


def loops(ground: Ground) -> Sequence[Loop]:
    """Forgets what changed for whom a month ago."""

    async def forget() -> bool:
        async with ground.database.transaction() as session:
            before = ground.clock() - KEPT_FOR
            return await forget_changes(session, before=before, limit=AT_ONCE) == AT_ONCE

    return [Loop("changes.forget", forget, every=ONCE_AN_HOUR)]
