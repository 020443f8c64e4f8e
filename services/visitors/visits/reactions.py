"""What visits do when others speak: guests of bookings are expected, doors see them come and go."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.inbox import inbox, timers
from services.visitors.notices.commands import warn_of_unawaited
from services.visitors.surroundings import surroundings_of
from services.visitors.visits import commands, store
from services.visitors.visits.bookings import follow_booking
from services.visitors.visits.domain import (
    Step,
    VisitPassage,
    does_stand,
    let_in_unawaited,
    steps_seen,
)
from shared.events.access import PassageTaken
from shared.events.booking import (
    BookingCancelled,
    BookingCheckedIn,
    BookingConfirmed,
    BookingEndedEarly,
    BookingEvent,
    BookingHandedOver,
    BookingParticipantsChanged,
    BookingReleased,
    BookingRescheduled,
)

log = structlog.get_logger(__name__)


@inbox.on(
    BookingConfirmed,
    BookingRescheduled,
    BookingParticipantsChanged,
    BookingHandedOver,
    BookingCheckedIn,
    BookingEndedEarly,
    BookingReleased,
    BookingCancelled,
)
async def expect_the_guests_of_the_booking(event: BookingEvent, session: AsyncSession) -> None:
    """Guests become visits, and follow the booking wherever it goes; older news has no effect."""
    known = await store.known_booking(session, event)
    if event.heard.sequence <= known.sequence:
        return
    known.sequence = event.heard.sequence
    known.does_stand = does_stand(event.booking)
    known.zone_id = event.booking.zone_id
    await follow_booking(
        session,
        event.booking,
        known=known,
        at=surroundings_of(session).clock(),
        is_told=not event.heard.replay,
    )


@inbox.on(PassageTaken)
async def let_the_doors_say_who_is_here(event: PassageTaken, session: AsyncSession) -> None:
    """The first way in is the arrival and, where policy has the door admit and nothing is open, the
    check-in; leaving the park checks out.
    """
    passage = event.passage
    if passage.visit_id is None:
        return
    found = await store.announced_visit(session, passage.visit_id)
    if found is None:
        log.warning("visit.passage_of_nobody", passage_id=str(passage.passage_id))
        return
    visit, visitor = found
    new = VisitPassage(**passage.model_dump(include=set(VisitPassage.model_fields)))
    if await store.is_known_passage(session, new):
        return
    seen = await store.passages_of_visit(session, visit.id)
    session.add(new)
    now = surroundings_of(session).clock()
    if not new.is_leaving:
        visit.be_seen_coming(at=new.happened_at)
    for step, by in steps_seen(visit, [*seen, new], recorded_at=now):
        if step is Step.CHECK_IN and await commands.conditions_of_visit(session, visit, at=by.at):
            continue  # inside, but the desk has something to do yet
        await commands.take(session, visit, visitor, step, by=by, is_told=not event.heard.replay)
    if visit.be_let_in(let_in_unawaited(visit, [*seen, new])) and not event.heard.replay:
        await warn_of_unawaited(session, commands.particulars(visit, visitor), at=now)


@timers.on(commands.UNANSWERED)
async def tell_others_where_the_host_is_silent(
    key: str, session: AsyncSession, at: datetime
) -> None:
    """The co-hosts are told, and then the desk, while nobody comes to meet the visitor."""
    found = await store.announced_visit(session, UUID(key))
    if found is not None:
        await commands.call_further(session, *found, at=at)
