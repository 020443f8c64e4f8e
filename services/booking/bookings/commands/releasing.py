"""Nobody came: the room is free again, its doors and guests follow."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings import store
from services.booking.bookings.domain import release
from services.booking.claims.store import give_back
from shared.messaging.outbox import announce


async def release_what_nobody_came_for(session: AsyncSession, *, at: datetime, limit: int) -> int:
    """At most so many; how many it were."""
    bookings = await store.bookings_nobody_came_for(session, at=at, limit=limit)
    for booking in bookings:
        announce(session, release(booking))
    await give_back(session, *(booking.id for booking in bookings))
    return len(bookings)
