"""Bookings and visits of which nothing is told any more: their doors close as if they had ended."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.rights import commands, store
from services.access.rights.known import HERE, KnownBooking, KnownVisit
from shared.events.booking import BookingStatus
from shared.events.visits import VisitStatus
from shared.untold import Untold


async def end_bookings(session: AsyncSession, untold: Untold) -> int:
    """They are cancelled, as far as doors are concerned."""
    found = await store.untold_bookings(session, untold)
    for known in found:
        over = {"status": BookingStatus.CANCELLED, "sequence": untold.floor}
        await commands.follow_booking(session, KnownBooking(**known.model_dump() | over))
    return len(found)


async def end_visits(session: AsyncSession, untold: Untold) -> int:
    """Their passes open no way in any more; whoever is inside comes out by theirs."""
    found = await store.untold_visits(session, untold)
    for known in found:
        status = VisitStatus.LEFT_UNSEEN if known.status in HERE else VisitStatus.CANCELLED
        over = {"status": status, "sequence": untold.floor}
        await commands.follow_visit(session, KnownVisit(**known.model_dump() | over))
    return len(found)
