"""Which bookings have waited long enough for somebody to come."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.booking.bookings.domain import HAS_COME, Booking, GuestVisit, Standing
from services.booking.rooms.domain import KnownController, Room
from services.booking.window import LONGEST


async def bookings_nobody_came_for(
    session: AsyncSession, *, at: datetime, limit: int
) -> Sequence[Booking]:
    """By start, locked; those that somebody is changing just now are left for later.

    Room and time decide, no guest of theirs has come, and the room's doors would have told: while a
    controller of them is silent nobody is missed, and once it is heard again the time begins anew.
    """
    of_its_doors = col(Booking.zone_id) == col(KnownController.zone_ids).any_()
    silent = exists().where(of_its_doors, col(KnownController.silent_since).is_not(None))
    heard_again = select(func.max(col(KnownController.heard_at))).where(of_its_doors)
    expected_from = func.greatest(
        col(Booking.starts_at), heard_again.correlate(Booking).scalar_subquery()
    )
    given_up = expected_from + func.make_interval(0, 0, 0, 0, 0, col(Room.release_after_minutes))
    a_guest_has_come = exists().where(
        col(GuestVisit.booking_id) == col(Booking.id),
        col(GuestVisit.status).in_([each.value for each in HAS_COME]),
    )
    found = await session.scalars(
        select(Booking)
        .join(Room, col(Room.id) == col(Booking.room_id))
        .where(col(Booking.status) == Standing.CONFIRMED)
        .where(col(Booking.starts_at) > at - LONGEST, col(Booking.starts_at) <= at)
        .where(and_(given_up <= at, col(Booking.ends_at) > at), ~a_guest_has_come, ~silent)
        .order_by(col(Booking.starts_at), col(Booking.id))
        .limit(limit)
        .with_for_update(of=Booking, skip_locked=True)
    )
    return found.all()
