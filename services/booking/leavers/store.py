"""What a leaver still has in bookings that hold their room; a few at a time, locked."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.booking.bookings.domain import LIVE, Booking, Participant, Standing


async def bookings_to_hand_over(
    session: AsyncSession, person_id: UUID, *, ends_after: datetime, limit: int
) -> list[Booking]:
    """What they organise and what is not over then."""
    return await _bookings(
        session,
        col(Booking.organiser_id) == person_id,
        col(Booking.status).in_(LIVE),
        col(Booking.ends_at) > ends_after,
        limit=limit,
    )


async def bookings_to_cancel(
    session: AsyncSession, person_id: UUID, *, starts_after: datetime, limit: int
) -> list[Booking]:
    """What they organise, what has not begun then, and for which nobody has come."""
    return await _bookings(
        session,
        col(Booking.organiser_id) == person_id,
        col(Booking.status) == Standing.CONFIRMED,
        col(Booking.starts_at) > starts_after,
        limit=limit,
    )


async def requests_of(
    session: AsyncSession, person_id: UUID, *, starts_after: datetime, limit: int
) -> list[Booking]:
    """What they have asked for, and what might still be approved."""
    return await _bookings(
        session,
        col(Booking.organiser_id) == person_id,
        col(Booking.status) == Standing.REQUESTED,
        col(Booking.starts_at) > starts_after,
        limit=limit,
    )


async def bookings_attended(
    session: AsyncSession, person_id: UUID, *, ends_after: datetime, limit: int
) -> list[Booking]:
    """To which others have invited them, and which are not over then."""
    invited = select(col(Participant.booking_id)).where(col(Participant.person_id) == person_id)
    return await _bookings(
        session,
        col(Booking.id).in_(invited),
        col(Booking.status).in_(LIVE | {Standing.REQUESTED}),
        col(Booking.ends_at) > ends_after,
        limit=limit,
    )


async def _bookings(
    session: AsyncSession, *which: ColumnElement[bool], limit: int
) -> list[Booking]:
    query = select(Booking).where(*which).order_by(col(Booking.id)).limit(limit)
    return list(await session.scalars(query.with_for_update(of=Booking)))
