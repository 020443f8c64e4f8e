"""Whoever may pass because of a visit or a booking may pass as long as it stands, and no longer."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.inbox import inbox
from services.access.premises import store as premises
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
from shared.events.visits import VISITS, VisitCheckOutUndone, VisitEvent, VisitorCheckedOut


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


@inbox.on(*(each for each in VISITS if each not in {VisitorCheckedOut, VisitCheckOutUndone}))
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


@inbox.on(VisitCheckOutUndone)
async def look_for_whom_the_desk_has_not_seen_off(
    event: VisitCheckOutUndone, session: AsyncSession
) -> None:
    """In an evacuation they are looked for again: where the desk is, else where they visit."""
    visit, facts = KnownVisit.of(event), event.visit
    if not await commands.follow_visit(session, visit):
        return
    asked = [each for each in (facts.desk_zone_id, *facts.zone_ids) if each is not None]
    known = await premises.zones_by_id(session, asked)
    for zone_id in [each for each in asked if each in known][:1]:
        await move(
            session,
            visit.visit_id,
            kind=HolderKind.VISITOR,
            zone_id=zone_id,
            at=surroundings_of(session).clock(),
            decision_id=None,
        )
