"""Where guests stand, by what visitors says."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import case, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.booking.bookings.domain import GuestVisit
from shared.events.visits import VisitStatus
from shared.untold import Untold


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


_HERE = tuple(
    each.value for each in (VisitStatus.ARRIVED, VisitStatus.CHECKED_IN, VisitStatus.ON_BREAK)
)


async def end_visits(session: AsyncSession, untold: Untold) -> int:
    """Whoever is expected is so no more, and whoever is here has left without being seen. Those
    from next door, of whom visitors tells nothing, stay.
    """
    stands = (
        (col(GuestVisit.sequence) < untold.floor)
        & col(GuestVisit.status).in_((VisitStatus.EXPECTED.value, *_HERE))
        & (col(GuestVisit.visit_id) != col(GuestVisit.guest_id))
    )
    key = col(GuestVisit.visit_id)
    some = select(key).where(stands).order_by(key).limit(untold.limit).with_for_update()
    is_here = col(GuestVisit.status).in_(_HERE)
    status = case((is_here, VisitStatus.LEFT_UNSEEN.value), else_=VisitStatus.CANCELLED.value)
    ended = update(GuestVisit).where(key.in_(some), stands)
    ended = ended.values(status=status, sequence=untold.floor)
    return len((await session.execute(ended.returning(key))).all())
