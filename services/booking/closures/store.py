"""Closures as they are kept, and the bookings that they meet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.booking.bookings.domain import LIVE, Booking
from services.booking.rooms.domain import Closure
from shared.database import refuse_as
from shared.errors import NotFound


class NoSuchClosure(NotFound):
    """There is no such closure."""


class NothingToClose(NotFound):
    """There is no such room or zone, or no room lies in it."""


@dataclass(frozen=True)
class Within:
    """Some rooms, for some time."""

    room_ids: Sequence[UUID]
    starts_at: datetime
    ends_at: datetime | None
    """None: from then on."""


async def add(session: AsyncSession, closure: Closure) -> None:
    """Raises `NothingToClose`."""
    session.add(closure)
    with refuse_as({"closures_room_id_fkey": NothingToClose}):
        await session.flush()


async def closure(session: AsyncSession, closure_id: UUID, *, lock: bool = False) -> Closure:
    """One that stands. Raises `NoSuchClosure`."""
    query = select(Closure).where(col(Closure.id) == closure_id, col(Closure.lifted_at).is_(None))
    found = await session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NoSuchClosure
    return found


async def closures(
    session: AsyncSession, *, at: datetime, after: tuple[datetime, UUID] | None, limit: int
) -> list[Closure]:
    """Those that stand now or later, by their start; one more than `limit` if there is."""
    order = (col(Closure.starts_at), col(Closure.id))
    query = (
        select(Closure)
        .where(col(Closure.lifted_at).is_(None), col(Closure.ends_at) > at)
        .where(true() if after is None else tuple_(*order) > tuple_(*after))
    )
    return list(await session.scalars(query.order_by(*order).limit(limit + 1)))


async def bookings_hit(
    session: AsyncSession, within: Within, *, at: datetime, limit: int, lock: bool = False
) -> list[Booking]:
    """The bookings that stand there, by their start; locked in the order of their ids."""
    query = select(Booking).where(_stands(within, at=at))
    if lock:
        query = query.order_by(col(Booking.id)).with_for_update(of=Booking)
    else:
        query = query.order_by(col(Booking.starts_at), col(Booking.id))
    return list(await session.scalars(query.limit(limit).execution_options(populate_existing=True)))


async def lock_bookings(session: AsyncSession, within: Within, *, at: datetime) -> None:
    """Whoever is changing one of them comes first."""
    query = select(col(Booking.id)).where(_stands(within, at=at)).order_by(col(Booking.id))
    await session.execute(query.with_for_update())


async def how_many(session: AsyncSession, within: Within, *, at: datetime) -> int:
    """Of the bookings that stand there."""
    query = select(func.count()).select_from(Booking).where(_stands(within, at=at))
    return int(await session.scalar(query) or 0)


def _stands(within: Within, *, at: datetime) -> ColumnElement[bool]:
    ends_at = within.ends_at
    return and_(
        col(Booking.room_id).in_(within.room_ids),
        col(Booking.status).in_(LIVE),
        col(Booking.ends_at) > max(at, within.starts_at),
        true() if ends_at is None else col(Booking.starts_at) < ends_at,
    )
