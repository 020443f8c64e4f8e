"""Closures as they are kept, and the bookings that they meet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.booking.bookings.domain import LIVE, Booking, Standing
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
    session: AsyncSession, within: Within, *, at: datetime, limit: int
) -> list[Booking]:
    """The bookings that stand there, by their start."""
    query = select(Booking).where(_stands(), _meets(within, at=at))
    query = query.order_by(col(Booking.starts_at), col(Booking.id)).limit(limit)
    return list(await session.scalars(query.execution_options(populate_existing=True)))


async def to_be_cleared(
    session: AsyncSession, within: Within, *, at: datetime, limit: int
) -> list[Booking]:
    """What stands there, or is asked for and can still be decided; locked in the order of ids."""
    query = select(Booking).where(or_(_stands(), _is_open(at)), _meets(within, at=at))
    query = query.order_by(col(Booking.id)).limit(limit).with_for_update(of=Booking)
    return list(await session.scalars(query.execution_options(populate_existing=True)))


async def lock_bookings(session: AsyncSession, within: Within, *, at: datetime) -> None:
    """Whoever is changing one of them, or deciding it, comes first."""
    query = select(col(Booking.id)).where(or_(_stands(), _is_open(at)), _meets(within, at=at))
    await session.execute(query.order_by(col(Booking.id)).with_for_update())


async def how_many(session: AsyncSession, within: Within, *, at: datetime) -> int:
    """Of the bookings that stand there."""
    query = select(func.count()).select_from(Booking).where(_stands(), _meets(within, at=at))
    return int(await session.scalar(query) or 0)


def _stands() -> ColumnElement[bool]:
    return col(Booking.status).in_(LIVE)


def _is_open(at: datetime) -> ColumnElement[bool]:
    return and_(col(Booking.status) == Standing.REQUESTED, col(Booking.starts_at) > at)


def _meets(within: Within, *, at: datetime) -> ColumnElement[bool]:
    ends_at = within.ends_at
    return and_(
        col(Booking.room_id).in_(within.room_ids),
        col(Booking.ends_at) > max(at, within.starts_at),
        true() if ends_at is None else col(Booking.starts_at) < ends_at,
    )
