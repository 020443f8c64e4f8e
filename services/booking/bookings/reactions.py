"""What bookings do when others speak: a passage checks in, a leaver's bookings go on or go."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings import store
from services.booking.bookings.domain import GuestVisit
from services.booking.inbox import inbox
from shared import directory
from shared.events.access import PassageTaken
from shared.events.directory import PersonDelisted
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
        is_its_door = passage.to_zone_id == booking.zone_id
        if is_its_door and booking.may_be_checked_in_at(passage.occurred_at, lead=lead):
            announce(session, booking.check_in(at=passage.occurred_at, lead=lead))


@inbox.on(PersonDelisted)
async def let_go_of_the_leavers_bookings(event: PersonDelisted, session: AsyncSession) -> None:
    """Handed to the successor where there is one; else what nobody has begun is cancelled."""
    if not await directory.learn_person(session, event):
        return
    left_at = event.heard.time
    bookings = await store.bookings_led_by(session, event.person.person_id, ends_after=left_at)
    if not bookings:
        return
    successor_id = await _successor(session, event)
    cancelled: list[UUID] = []
    for booking in bookings:
        if successor_id is not None:
            announce(session, booking.hand_over(to=successor_id, at=left_at))
        elif booking.is_ahead(at=left_at):
            announce(session, booking.lose_its_organiser())
            cancelled.append(booking.id)
    await store.give_back(session, *cancelled)


async def _successor(session: AsyncSession, event: PersonDelisted) -> UUID | None:
    """A listed colleague of the leaver's own tenant, held listed; None where there is none."""
    leaver = event.person
    if leaver.successor_id is None or leaver.successor_id == leaver.person_id:
        return None
    successor = await directory.person(session, leaver.successor_id)
    if successor is None or successor.tenant_id != leaver.tenant_id:
        return None
    is_held = await store.is_held_listed(session, successor.person_id)
    return successor.person_id if is_held else None


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
