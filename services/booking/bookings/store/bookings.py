"""Bookings as rows, found and locked; new ones are written by `new`."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.booking.bookings.domain import LIVE, Booking, Participant, Standing
from services.booking.bookings.store.requests import is_told, may_decide
from services.booking.database import metadata
from shared.errors import NotFound
from shared.identity.listed import Person, Role


class NoSuchBooking(NotFound):
    """There is no such booking."""


def _names(table: str) -> list[str]:
    return [column.name for column in metadata.tables[table].columns]


BOOKING, PARTICIPANT = _names("bookings"), _names("participants")


def visible_to(viewer: Person) -> ColumnElement[bool]:
    """Organiser, participants, who has decided it, the tenant's admin.

    Facility managers see all, requests too: they decide on any, and cancel, clear and swap
    anybody's; of what it is about they are shown less (`booking_view`).
    """
    if viewer.has(Role.FACILITY_MANAGER):
        return true()
    leads = col(Booking.organiser_id) == viewer.person_id
    decided = col(Booking.decided_by) == viewer.person_id
    theirs = or_(leads, decided, col(Booking.id).in_(_invited(viewer)))
    if viewer.has(Role.TENANT_ADMIN):
        return or_(theirs, col(Booking.tenant_id) == viewer.tenant_id)
    return theirs


def _invited(person: Person) -> Select[UUID]:
    """The bookings that somebody takes part in, and has been told of."""
    joined = aliased(Booking)
    return (
        select(col(joined.id))
        .join(Participant, col(Participant.booking_id) == col(joined.id))
        .where(col(Participant.person_id) == person.person_id, is_told(joined))
    )


async def booking(
    session: AsyncSession, booking_id: UUID, *, seen_by: Person, lock: bool = False
) -> Booking:
    """Raises `NoSuchBooking`, also where it is not theirs to see; then nothing is locked.

    A request is also seen by those who may decide it.
    """
    query = select(Booking).where(col(Booking.id) == booking_id)
    query = query.with_for_update(of=Booking) if lock else query
    found = await session.scalar(query.where(visible_to(seen_by)))
    if found is None and await may_decide(session, booking_id, person=seen_by):
        found = await session.scalar(query)
    if found is None:
        raise NoSuchBooking
    return found


async def lock_in_order(session: AsyncSession, *booking_ids: UUID, seen_by: Person) -> None:
    """Who changes several bookings takes them in the order of their ids, so that two who want the
    same ones wait for each other, and not both for ever.
    """
    query = select(col(Booking.id)).where(col(Booking.id).in_(booking_ids), visible_to(seen_by))
    await session.execute(query.order_by(col(Booking.id)).with_for_update())


async def bookings_named(session: AsyncSession, booking_ids: Sequence[UUID]) -> list[Booking]:
    """Those of them that there are, locked in the order of their ids."""
    query = select(Booking).where(col(Booking.id).in_(booking_ids)).order_by(col(Booking.id))
    return list(await session.scalars(query.with_for_update(of=Booking)))


async def bookings_in_room(
    session: AsyncSession,
    room_id: UUID,
    *,
    between: tuple[datetime, datetime],
    at: datetime,
    limit: int,
) -> list[Booking]:
    """What stands there in that time, or is asked for and can still be decided `at` that time;
    locked in the order of their ids.
    """
    is_open = and_(col(Booking.status) == Standing.REQUESTED, col(Booking.starts_at) > at)
    query = select(Booking).where(
        col(Booking.room_id) == room_id,
        or_(col(Booking.status).in_(LIVE), is_open),
        col(Booking.ends_at) > between[0],
        col(Booking.starts_at) < between[1],
    )
    query = query.order_by(col(Booking.id)).limit(limit)
    return list(await session.scalars(query.with_for_update(of=Booking)))


async def live_bookings(
    session: AsyncSession, *, after: UUID | None, ends_after: datetime, limit: int
) -> list[Booking]:
    """Bookings that hold their room after that time, by id; locked."""
    query = (
        select(Booking)
        .where(col(Booking.status).in_(LIVE), col(Booking.ends_at) > ends_after)
        .where(true() if after is None else col(Booking.id) > after)
        .order_by(col(Booking.id))
    )
    return list(await session.scalars(query.limit(limit).with_for_update(of=Booking)))
