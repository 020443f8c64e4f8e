"""Whoever may pass because of a visit or a booking may pass as long as it stands, and no longer."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.inbox import inbox
from services.access.presence.store import move
from services.access.rights import commands
from services.access.rights.known import KnownBooking, KnownVisit
from services.access.surroundings import surroundings_of
from shared.events.access import HolderKind
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
from shared.events.visits import VISITS, VisitEvent, VisitorCheckedOut


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
async def open_and_close_the_doors_of_the_booking(
    event: BookingEvent, session: AsyncSession
) -> None:
    await commands.follow_booking(session, KnownBooking.of(event))


@inbox.on(*(event for event in VISITS if event is not VisitorCheckedOut))
async def open_and_close_the_doors_of_the_visit(event: VisitEvent, session: AsyncSession) -> None:
    await commands.follow_visit(session, KnownVisit.of(event))


@inbox.on(VisitorCheckedOut)
async def let_nobody_in_who_was_checked_out(
    event: VisitorCheckedOut, session: AsyncSession
) -> None:
    visit = KnownVisit.of(event)
    if await commands.follow_visit(session, visit):
        await move(
            session,
            visit.visit_id,
            kind=HolderKind.VISITOR,
            zone_id=None,
            at=surroundings_of(session).clock(),
            decision_id=None,
        )
