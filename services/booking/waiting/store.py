"""The waiting list as rows: each is seen by who waits alone; the worker reads them in order."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, exists, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.booking.bookings.domain import Booking, Hold
from services.booking.bookings.store import absent
from services.booking.waiting.domain import NoSuchWaiting, Turn, Waiting
from shared import directory
from shared.identity.listed import NoLongerListed, Person, Role

Place = tuple[datetime, UUID]
"""Somebody's in the order of the list."""


async def waiting_of(
    session: AsyncSession, person: Person, *, at: datetime, after: Place | None, limit: int
) -> Sequence[Waiting]:
    """What somebody waits for, by when they asked; one more than `limit` if there is."""
    found = await session.scalars(
        select(Waiting)
        .where(col(Waiting.person_id) == person.person_id, col(Waiting.starts_at) > at)
        .where(*_behind(after))
        .order_by(col(Waiting.created_at), col(Waiting.id))
        .limit(limit + 1)
    )
    return found.all()


async def waiting(session: AsyncSession, waiting_id: UUID, *, of: Person) -> Waiting:
    """Locked. Raises `NoSuchWaiting`, also where somebody else waits."""
    mine = (col(Waiting.id) == waiting_id, col(Waiting.person_id) == of.person_id)
    found = await session.scalar(select(Waiting).where(*mine).with_for_update())
    if found is None:
        raise NoSuchWaiting
    return found


async def count_waiting(session: AsyncSession, person: Person, *, at: datetime) -> int:
    """For how much somebody waits."""
    query = select(func.count()).where(
        col(Waiting.person_id) == person.person_id,
        col(Waiting.starts_at) > at,
        col(Waiting.status).in_([Turn.WAITING, Turn.OFFERED]),
    )
    return await session.scalar(query) or 0


async def queue(
    session: AsyncSession, *, at: datetime, after: Place | None, limit: int
) -> Sequence[Waiting]:
    """Those whose turn has not come, by when they asked."""
    found = await session.scalars(
        select(Waiting)
        .where(col(Waiting.status) == Turn.WAITING, col(Waiting.starts_at) > at)
        .where(*_behind(after))
        .order_by(col(Waiting.created_at), col(Waiting.id))
        .limit(limit)
    )
    return found.all()


async def still_waiting(session: AsyncSession, waiting_id: UUID, *, at: datetime) -> Waiting:
    """Locked. Raises `NoSuchWaiting` where they had their turn, or wait no more."""
    found = await session.get(Waiting, waiting_id, with_for_update=True)
    if found is None or found.status != Turn.WAITING or found.starts_at <= at:
        raise NoSuchWaiting
    return found


async def offers_without_hold(
    session: AsyncSession, *, at: datetime, limit: int
) -> Sequence[Waiting]:
    """Offers that were booked, let go or let expire; those that are being changed are left."""
    holds = exists().where(
        and_(col(Hold.booking_id) == col(Waiting.hold_id), col(Hold.expires_at) > at)
    )
    found = await session.scalars(
        select(Waiting)
        .where(col(Waiting.status) == Turn.OFFERED, ~holds)
        .order_by(col(Waiting.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return found.all()


async def is_booked(session: AsyncSession, hold_id: UUID) -> bool:
    """Whether what was held has become a booking."""
    return bool(await session.scalar(select(exists().where(col(Booking.id) == hold_id))))


async def forget_begun(session: AsyncSession, *, at: datetime, limit: int) -> None:
    """Nobody waits any more for a time that has begun; what is offered stands to its end."""
    begun = (
        select(col(Waiting.id))
        .where(col(Waiting.starts_at) <= at, col(Waiting.status) != Turn.OFFERED)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    await session.execute(delete(Waiting).where(col(Waiting.id).in_(begun)))


async def who_waits(session: AsyncSession, person_id: UUID) -> Person:
    """As every employee is: nobody is at hand to say which roles they have. Raises
    `NoLongerListed`.
    """
    known = await directory.person(session, person_id)
    tenant = await directory.tenant(session, known.tenant_id) if known else None
    if known is None or not known.is_listed or (tenant is not None and not tenant.is_listed):
        raise NoLongerListed
    is_landlord = tenant is not None and tenant.is_landlord
    return absent(known, is_landlord=is_landlord, roles=frozenset({Role.EMPLOYEE}))


def _behind(after: Place | None) -> list[ColumnElement[bool]]:
    if after is None:
        return []
    return [tuple_(col(Waiting.created_at), col(Waiting.id)) > tuple_(*after)]
