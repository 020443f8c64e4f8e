"""Somebody's own bookings: what they organise, and what they take part in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.booking.bookings.domain import LIVE, Booking, Participant, Standing
from services.booking.bookings.store.requests import is_told
from services.booking.window import LONGEST
from shared.identity.listed import Person


async def bookings_of(
    session: AsyncSession,
    person: Person,
    *,
    between: tuple[datetime, datetime],
    standing: Sequence[Standing],
    at: datetime,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Booking]:
    """Those within that time which are shown so `at` that time, by start; one more than `limit` if
    there is.
    """

    def wanted(booking: type[Booking]) -> tuple[ColumnElement[bool], ...]:
        is_over = col(booking.status).in_(LIVE) & (col(booking.ends_at) <= at)
        shown = case((is_over, Standing.ENDED.value), else_=col(booking.status))
        return (
            col(booking.ends_at) > between[0],
            col(booking.starts_at) > between[0] - LONGEST,  # what an index can find
            col(booking.starts_at) < between[1],
            shown.in_(standing),
        )

    place = tuple_(col(Booking.starts_at), col(Booking.id))
    query = (
        select(Booking)
        .where(_is_mine(person, wanted), true() if after is None else place > tuple_(*after))
        .order_by(col(Booking.starts_at), col(Booking.id))
    )
    return list(await session.scalars(query.limit(limit + 1)))


async def those_of(
    session: AsyncSession, person: Person, booking_ids: Sequence[UUID]
) -> dict[UUID, Booking]:
    """Those of these bookings that are somebody's own, by id."""

    def among(booking: type[Booking]) -> tuple[ColumnElement[bool], ...]:
        return (col(booking.id).in_(booking_ids),)

    found = await session.scalars(select(Booking).where(_is_mine(person, among)))
    return {booking.id: booking for booking in found}


def _is_mine(person: Person, wanted: Any) -> ColumnElement[bool]:
    """The two are joined by UNION, each by its index: with OR the whole table would be read."""
    led, joined = aliased(Booking), aliased(Booking)
    leads: Select[UUID] = select(col(led.id)).where(
        col(led.organiser_id) == person.person_id, *wanted(led)
    )
    takes_part: Select[UUID] = (
        select(col(joined.id))
        .join(Participant, col(Participant.booking_id) == col(joined.id))
        .where(col(Participant.person_id) == person.person_id, is_told(joined), *wanted(joined))
    )
    return col(Booking.id).in_(leads.union(takes_part))
