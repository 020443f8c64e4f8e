"""Where guests stand, by what visitors says."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import case, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.booking.bookings.domain import GuestVisit
from services.booking.database import metadata
from shared.events.visits import HERE, VisitStatus
from shared.untold import Untold, end_rows


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


async def let_visit_go(session: AsyncSession, visit_id: UUID, *, sequence: int) -> None:
    """The visit is no booking's any more, if it was one's and that is news."""
    await session.execute(
        update(GuestVisit)
        .where(col(GuestVisit.visit_id) == visit_id, col(GuestVisit.sequence) < sequence)
        .values(status=VisitStatus.CANCELLED.value, sequence=sequence)
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


async def end_visits(session: AsyncSession, untold: Untold) -> int:
    """Whoever is expected is so no more, and whoever is here has left without being seen. Those
    from next door, of whom visitors tells nothing, stay.
    """
    visits = metadata.tables["guest_visits"]
    is_from_next_door = visits.c.visit_id == visits.c.guest_id
    is_here = visits.c.status.in_(HERE)
    stands = (is_here | (visits.c.status == VisitStatus.EXPECTED)) & ~is_from_next_door
    status = case((is_here, VisitStatus.LEFT_UNSEEN.value), else_=VisitStatus.CANCELLED.value)
    return len(await end_rows(session, visits, untold, stands=stands, status=status))
