"""Where guests stand, by what visitors says."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.booking.bookings.domain import GuestVisit


async def learn_visit(session: AsyncSession, visit: GuestVisit) -> None:
    """Keeps what is said of a visit if it is news."""
    statement = insert(GuestVisit).values(visit.model_dump())
    news = {
        name: statement.excluded[name] for name in ("booking_id", "guest_id", "status", "sequence")
    }
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[col(GuestVisit.visit_id)],
            set_=news,
            where=col(GuestVisit.sequence) < statement.excluded.sequence,
        )
    )


async def visits_of_guests(
    session: AsyncSession, booking_ids: Sequence[UUID]
) -> dict[UUID, GuestVisit]:
    """By guest: their visit; of several, one that stands before one that is cancelled."""
    found = await session.scalars(
        select(GuestVisit)
        .where(col(GuestVisit.booking_id).in_(booking_ids))
        .order_by(col(GuestVisit.status) != "cancelled", col(GuestVisit.visit_id))
    )
    return {visit.guest_id: visit for visit in found}
