"""Bookings and visits of which nothing is told any more: their doors close as if they had ended."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.rights import commands, store
from services.access.rights.known import KnownBooking, KnownVisit
from shared.events.booking import BookingStatus
from shared.events.visits import HERE, VisitStatus
from shared.untold import Untold


async def end_bookings(session: AsyncSession, untold: Untold) -> int:
    """They are cancelled, as far as doors are concerned."""
    found = await store.untold_bookings(session, untold)
    for known in found:
        over = {"status": BookingStatus.CANCELLED, "sequence": untold.floor}
        await commands.follow_booking(session, KnownBooking.model_validate(_as_known(known) | over))
    return len(found)


async def end_visits(session: AsyncSession, untold: Untold) -> int:
    """Their passes open no way in any more; whoever is inside comes out by theirs."""
    found = await store.untold_visits(session, untold)
    for known in found:
        status = VisitStatus.LEFT_UNSEEN if known.status in HERE else VisitStatus.CANCELLED
        over = {"status": status, "sequence": untold.floor}
        await commands.follow_visit(session, KnownVisit.model_validate(_as_known(known) | over))
    return len(found)


def _as_known(known: KnownBooking | KnownVisit) -> dict[str, Any]:
    """Words, as rows hold them, which become what they stand for when they are validated."""
    return known.model_dump(warnings=False)
