"""What bookings do when others speak: a passage checks in, guests stand where visitors
says, holds come to their end.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings import store
from services.booking.bookings.domain import GuestVisit
from services.booking.bookings.domain.holds import KNOWN_FOR
from services.booking.bookings.store import HOLD_ENDS
from services.booking.claims.store import give_back
from services.booking.inbox import inbox, timers
from shared.events.access import PassageTaken
from shared.events.visits import VISITS, VisitEvent
from shared.messaging.outbox import announce
from shared.messaging.timers import set_timer

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


@inbox.on(*VISITS)
async def show_where_the_guest_stands(event: VisitEvent, session: AsyncSession) -> None:
    """Only visits that a booking has brought about; of one that goes on without its booking no
    more, as the guest has another then.
    """
    visit = event.visit
    if visit.booking_id is None or visit.guest_id is None:
        await store.let_visit_go(session, visit.visit_id, sequence=event.heard.sequence)
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


@timers.on(HOLD_ENDS)
async def tidy_the_hold_away(key: str, session: AsyncSession, at: datetime) -> None:
    """Its claims when it has expired, itself when nobody asks for it any more. Whoever it was
    offered to is told that it no longer is.
    """
    hold = await store.hold_to_end(session, UUID(key))
    if hold is None:
        return
    if at >= hold.expires_at + KNOWN_FOR:
        await session.delete(hold)
        return
    if hold.has_expired(at=at):
        await give_back(session, hold.booking_id)
        hold.waiting_id = None
    due_at = hold.expires_at + KNOWN_FOR if hold.has_expired(at=at) else hold.expires_at
    await set_timer(session, HOLD_ENDS, key=key, due_at=due_at)
