"""Series as rows, and who sees them: who has one, their company's admin, whoever decides on some of
it or has decided, the facility managers.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Table, exists, or_, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.booking.bookings.domain import Booking
from services.booking.bookings.store import waits_for
from services.booking.bookings.store.bookings import visible_to as bookings_visible_to
from services.booking.database import metadata
from services.booking.series.domain.kept import Series
from services.booking.series.domain.refusals import NoSuchSeries, NotYourSeries
from shared.identity.listed import Person, Role


def had_by(person: Person) -> ColumnElement[bool]:
    """What they made, and what a leaver made of which they organise bookings now.

    The two are joined by UNION, each by its index: with OR the whole table would be read.
    """
    people: Table = metadata.tables["known_people"]
    inherited = aliased(Series)
    maker_is_listed = exists().where(
        people.c.person_id == col(inherited.organiser_id), people.c.is_listed
    )
    of_leavers = (
        select(col(inherited.id))
        .join(Booking, col(Booking.series_id) == col(inherited.id))
        .where(col(Booking.organiser_id) == person.person_id, ~maker_is_listed)
    )
    made = select(col(Series.id)).where(col(Series.organiser_id) == person.person_id)
    return col(Series.id).in_(made.union(of_leavers))


async def _visible_to(session: AsyncSession, viewer: Person) -> ColumnElement[bool]:
    if viewer.has(Role.FACILITY_MANAGER):
        return true()
    decided = or_(await waits_for(session, viewer), col(Booking.decided_by) == viewer.person_id)
    is_theirs_to_decide = exists().where(col(Booking.series_id) == col(Series.id), decided)
    seen = or_(had_by(viewer), is_theirs_to_decide)
    if viewer.has(Role.TENANT_ADMIN):
        return or_(seen, col(Series.tenant_id) == viewer.tenant_id)
    return seen


async def series(session: AsyncSession, series_id: UUID, *, seen_by: Person) -> Series:
    """Raises `NoSuchSeries`, also where it is not theirs to see."""
    return await _seen(session, series_id, seen_by=seen_by, lock=False)


async def series_to_decide(session: AsyncSession, series_id: UUID, *, by: Person) -> Series:
    """Locked until the commit, whoever sees it. Raises `NoSuchSeries`."""
    return await _seen(session, series_id, seen_by=by, lock=True)


async def _seen(session: AsyncSession, series_id: UUID, *, seen_by: Person, lock: bool) -> Series:
    is_visible = await _visible_to(session, seen_by)
    query = select(Series).where(col(Series.id) == series_id, is_visible)
    query = query.with_for_update(of=Series) if lock else query
    found: Series | None = await session.scalar(query)
    if found is None:
        raise NoSuchSeries
    return found


async def series_to_change(session: AsyncSession, series_id: UUID, *, by: Person) -> Series:
    """Locked until the commit. Raises `NoSuchSeries`, and `NotYourSeries` to who only sees it."""
    query = select(Series).where(col(Series.id) == series_id, had_by(by))
    found: Series | None = await session.scalar(query.with_for_update(of=Series))
    if found is None:
        await series(session, series_id, seen_by=by)
        raise NotYourSeries
    return found


async def all_series(
    session: AsyncSession, person: Person, *, after: tuple[datetime, UUID] | None, limit: int
) -> list[Series]:
    """Those that somebody has, in the order they were made; one more than `limit` if there is."""
    place = tuple_(col(Series.created_at), col(Series.id))
    query = select(Series).where(had_by(person))
    query = query.where(true() if after is None else place > tuple_(*after))
    query = query.order_by(col(Series.created_at), col(Series.id)).limit(limit + 1)
    return list(await session.scalars(query))


async def occurrences(
    session: AsyncSession,
    series_id: UUID,
    *,
    seen_by: Person,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Booking]:
    """Of its bookings those that somebody sees, whatever became of them, by start."""
    place = tuple_(col(Booking.starts_at), col(Booking.id))
    query = select(Booking).where(
        col(Booking.series_id) == series_id,
        or_(bookings_visible_to(seen_by), await waits_for(session, seen_by)),
        true() if after is None else place > tuple_(*after),
    )
    query = query.order_by(col(Booking.starts_at), col(Booking.id)).limit(limit + 1)
    return list(await session.scalars(query))
