"""What bookings do when others speak: a passage checks in, guests stand where visitors says."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings import store
from services.booking.bookings.domain import GuestVisit
from services.booking.inbox import inbox
from shared.events.access import PassageTaken
from shared.events.visits import (
    VisitCancelled,
    VisitEvent,
    VisitExpected,
    VisitorArrived,
    VisitorCheckedIn,
    VisitorCheckedOut,
    VisitRescheduled,
)
from shared.messaging.outbox import announce

CHECK_IN_LEAD = "check_in_lead"
"""In the session's `info`: how long before its start a booking can be checked in."""


@inbox.on(PassageTaken)
async def check_in_the_bookings_they_came_for(event: PassageTaken, session: AsyncSession) -> None:
    """Whoever of them passes first, whatever right let them pass; a room's own door only."""
    passage, lead = event.passage, session.info[CHECK_IN_LEAD]
    if not passage.booking_ids:
        return
    for booking in await store.bookings_named(session, passage.booking_ids):
        if passage.to_zone_id != booking.zone_id:
            continue
        for one in booking.participants:
            if one.person_id == passage.person_id and one.is_from_next_door:
                await store.learn_visit(session, GuestVisit.by_own_badge(one))
        if booking.may_be_checked_in_at(passage.occurred_at, lead=lead):
            announce(session, booking.check_in(at=passage.occurred_at, lead=lead))


@inbox.on(
    VisitExpected,
    VisitRescheduled,
    VisitorArrived,
    VisitorCheckedIn,
    VisitorCheckedOut,
    VisitCancelled,
)
async def show_where_the_guest_stands(event: VisitEvent, session: AsyncSession) -> None:
    """Only visits that a booking has brought about."""
    visit = event.visit
    if visit.booking_id is None or visit.guest_id is None:
        return
    await store.learn_visit(
        session,
        GuestVisit(
            visit_id=visit.visit_id,
            booking_id=visit.booking_id,
            guest_id=visit.guest_id,
            status=visit.status.value,
            sequence=event.heard.sequence,
        ),
    )
