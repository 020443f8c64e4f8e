"""How visits follow the booking that brings the guests: one comparison, whatever has changed.

One rule: who has not come yet follows the booking in everything; who is here stays until they go,
and whose visit is over is expected anew where the booking moves on.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.visitors.commands import know_visitor
from services.visitors.visitors.domain import Visitor, details_of_guest
from services.visitors.visits import commands, store
from services.visitors.visits.commands import Beginning
from services.visitors.visits.domain import Appointment, By, KnownBooking, Visit, guests_of
from shared import directory
from shared.events.booking import BookingFacts, ParticipantFacts
from shared.events.visits import How, VisitStatus
from shared.untold import Untold


async def follow_booking(
    session: AsyncSession,
    booking: BookingFacts,
    *,
    known: KnownBooking,
    at: datetime,
    is_told: bool,
) -> None:
    """Makes the visits of the booking's guests what the booking says now."""
    guests = guests_of(booking) if known.does_stand else {}
    if not guests and not known.guest_ids:
        return
    await store.keep_tenants_zones(session, booking.tenant_id)
    visits = await store.visits_of_booking(session, booking.booking_id)
    by = By(at=at, how=How.HOST)
    uninvited = guests.keys() - visits.keys() - set(known.guest_ids)
    for guest_id, (visit, visitor) in visits.items():
        guest = guests.get(guest_id)
        is_guest = guest is not None and _is_same(guest, visitor)
        if guest is not None and visit.is_left_behind(booking.starts_at, at=at):
            await commands.record(session, visit.stand_alone(visitor=visitor, by=by))
            await session.flush()  # before the booking has another visit of that guest
            uninvited |= {guest_id}
            continue
        if guest is not None and (is_guest or visit.status is not VisitStatus.EXPECTED):
            await _carry_along(session, visit, visitor, booking, guest, by=by, is_told=is_told)
        elif visit.status is VisitStatus.EXPECTED:
            await commands.cancel_visit(session, visit, visitor, by=by, is_told=is_told)
            uninvited |= {guest_id} & guests.keys()
    for guest_id in sorted(uninvited):
        if booking.ends_at > at:
            await _invite(session, booking, guests[guest_id], by=by, is_told=is_told)
    called_off = set(known.guest_ids) - visits.keys()  # they stay so, also where it is restored
    known.guest_ids = sorted(guests if known.does_stand else called_off)


async def end_bookings(session: AsyncSession, untold: Untold) -> int:
    """Bookings of which nothing is told any more: whoever was to come to them is told not to."""
    bookings = await store.untold_bookings(session, untold)
    by = By(at=untold.at, how=How.HOST)
    for known in bookings:
        for visit, visitor in (await store.visits_of_booking(session, known.booking_id)).values():
            if visit.status is VisitStatus.EXPECTED:
                await commands.cancel_visit(session, visit, visitor, by=by)
        known.does_stand, known.sequence = False, untold.floor
    await session.flush()
    return len(bookings)


def _is_same(guest: ParticipantFacts, visitor: Visitor) -> bool:
    """Another address is somebody else: whoever read the first one's mail must hold no pass."""
    email = (guest.email or "").lower()
    return email in visitor.addresses if visitor.addresses else not email


async def _invite(
    session: AsyncSession,
    booking: BookingFacts,
    guest: ParticipantFacts,
    *,
    by: By,
    is_told: bool,
) -> None:
    appointment = await _appointment(session, booking, guest)
    details = details_of_guest(guest.name, email=guest.email)
    await commands.expect(session, appointment, details, Beginning(by, is_told=is_told))


async def _carry_along(
    session: AsyncSession,
    visit: Visit,
    visitor: Visitor,
    booking: BookingFacts,
    guest: ParticipantFacts,
    *,
    by: By,
    is_told: bool,
) -> None:
    if visit.is_over or booking.ends_at <= by.at:
        return
    details = details_of_guest(guest.name, email=guest.email)
    appointment = await _appointment(session, booking, guest)
    if visit.host_id != booking.organiser_id and await _has_left(session, booking.organiser_id):
        appointment = replace(appointment, host_id=visit.host_id)  # whom the desk has named
    if visit.is_here:
        details = details if _is_same(guest, visitor) else visitor.details
    if appointment == visit.appointment and details == visitor.details:
        return
    if details != visitor.details:
        visitor = await know_visitor(session, details, tenant_id=visit.tenant_id, at=by.at)
    if appointment == visit.appointment and visitor.id == visit.visitor_id:
        return  # the details are those of somebody who was merged into this visitor
    await commands.move(session, visit, visitor, appointment, by=by, is_told=is_told)


async def _has_left(session: AsyncSession, person_id: UUID) -> bool:
    person = await directory.person(session, person_id)
    return person is not None and not person.is_listed


async def _appointment(
    session: AsyncSession, booking: BookingFacts, guest: ParticipantFacts
) -> Appointment:
    zones = await commands.zones_of(session, booking.tenant_id, asked=None, booked=booking.zone_id)
    return Appointment(
        tenant_id=booking.tenant_id,
        host_id=booking.organiser_id,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        timezone=booking.timezone,
        zone_ids=zones,
        language=guest.language,
        booking_id=booking.booking_id,
        guest_id=guest.guest_id,
        room_zone_id=booking.zone_id,
    )
