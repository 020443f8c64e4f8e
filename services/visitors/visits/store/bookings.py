"""Looks up the visits that a booking brings, and what is known of the booking."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.visitors.visitors.domain import Visitor
from services.visitors.visits.domain import KnownBooking, Visit
from services.visitors.visits.store.locking import locked
from shared.events.booking import BookingEvent
from shared.events.visits import VisitStatus


async def visits_of_booking(
    session: AsyncSession, booking_id: UUID
) -> dict[UUID, tuple[Visit, Visitor]]:
    """The booking's visits by guest, locked, without the cancelled ones."""
    pairs = await locked(
        session,
        select(Visit)
        .where(col(Visit.booking_id) == booking_id)
        .where(col(Visit.status) != VisitStatus.CANCELLED)
        .order_by(col(Visit.id)),
    )
    return {visit.guest_id: (visit, visitor) for visit, visitor in pairs if visit.guest_id}


async def known_booking(session: AsyncSession, event: BookingEvent) -> KnownBooking:
    """What is known of that booking, locked; sequence 0 where nothing was."""
    await session.execute(
        insert(KnownBooking)
        .values(booking_id=event.booking.booking_id, sequence=0, does_stand=True, guest_ids=[])
        .on_conflict_do_nothing()
    )
    return await session.get_one(
        KnownBooking, event.booking.booking_id, with_for_update=True, populate_existing=True
    )
