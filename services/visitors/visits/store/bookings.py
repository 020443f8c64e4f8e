"""Looks up the visits that a booking brings, and what is known of the booking."""

from __future__ import annotations

from collections.abc import Sequence
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
from shared.untold import Untold


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


async def untold_bookings(session: AsyncSession, untold: Untold) -> Sequence[KnownBooking]:
    """Those that were said to stand, below the floor, with a guest who may still come; locked."""
    may_come = (
        select(col(Visit.id))
        .where(col(Visit.booking_id) == col(KnownBooking.booking_id))
        .where(col(Visit.status) == VisitStatus.EXPECTED, col(Visit.ends_at) > untold.at)
    )
    query = (
        select(KnownBooking)
        .where(col(KnownBooking.does_stand), col(KnownBooking.sequence) < untold.floor)
        .where(may_come.exists())
        .order_by(col(KnownBooking.booking_id))
        .limit(untold.limit)
    )
    return (await session.scalars(query.with_for_update())).all()
