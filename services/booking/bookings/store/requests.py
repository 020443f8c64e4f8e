"""Requests, as those find them who decide."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.booking.bookings.domain import Booking, Standing
from services.booking.database import metadata
from services.booking.rooms import store as rooms
from services.booking.rooms.domain import ApprovedBy
from shared.identity.listed import Person, Role

_SUBJECTS = metadata.tables["subjects"]
"""Whatever was ever announced has its row there."""


def is_told(booking: type[Booking]) -> ColumnElement[bool]:
    """Whether those it names have been told of it: of no request, and of none that was declined or
    taken back before it ever stood, and so was never announced.

    The triggers that log changes ask the same of the database's own `is_told`.
    """
    subject = func.concat("booking/", col(booking.id))
    was_announced = exists().where(_SUBJECTS.c.subject == subject)
    is_secret = col(booking.status).in_((Standing.REQUESTED, Standing.DECLINED))
    return ~is_secret & or_(col(booking.status) != Standing.CANCELLED, was_announced)


async def may_decide(session: AsyncSession, booking_id: UUID, *, person: Person) -> bool:
    """Whether this is a request that waits for their word. Locks nothing."""
    query = select(col(Booking.id)).where(
        col(Booking.id) == booking_id, await waits_for(session, person)
    )
    return await session.scalar(query) is not None


async def requests_to_decide(
    session: AsyncSession,
    person: Person,
    *,
    at: datetime,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Booking]:
    """What waits for their word and has not lapsed, by start; one more than `limit` if there is."""
    place = tuple_(col(Booking.starts_at), col(Booking.id))
    query = (
        select(Booking)
        .where(
            col(Booking.starts_at) > at,
            await waits_for(session, person),
            true() if after is None else place > tuple_(*after),
        )
        .order_by(col(Booking.starts_at), col(Booking.id))
    )
    return list(await session.scalars(query.limit(limit + 1)))


async def count_requests_to_decide(
    session: AsyncSession, person: Person, *, at: datetime, at_most: int
) -> int:
    """How many wait for their word; no more are counted than `at_most`."""
    waiting = select(col(Booking.id)).where(
        col(Booking.starts_at) > at, await waits_for(session, person)
    )
    counted = select(func.count()).select_from(waiting.limit(at_most).subquery())
    return await session.scalar(counted) or 0


async def waits_for(session: AsyncSession, person: Person) -> ColumnElement[bool]:
    """The requests that wait for their word, lapsed or not."""
    return and_(col(Booking.status) == Standing.REQUESTED, await _decided_by(session, person))


async def _decided_by(session: AsyncSession, person: Person) -> ColumnElement[bool]:
    """The bookings of the rooms that wait for their word; of some, those of their tenant alone."""
    if person.has(Role.FACILITY_MANAGER):
        return true()
    known = (await rooms.catalogue(session)).rooms.values()
    named = [
        room.room_id
        for room in known
        if room.approval.by is ApprovedBy.PEOPLE and person.person_id in room.approval.person_ids
    ]
    theirs: ColumnElement[bool] = false()
    if person.has(Role.TENANT_ADMIN):
        led = [room.room_id for room in known if room.approval.by is ApprovedBy.TENANT_ADMINS]
        theirs = and_(col(Booking.tenant_id) == person.tenant_id, col(Booking.room_id).in_(led))
    return or_(theirs, col(Booking.room_id).in_(named))
