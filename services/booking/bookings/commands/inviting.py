"""Who is invited: the directory's people by their address, silently; everybody else as a guest."""

from collections.abc import Sequence
from typing import cast

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings import store
from services.booking.bookings.domain import Booking, Invited, Participant, participants_of
from shared import directory
from shared.events.directory import Language, PersonFacts


async def participants_for(
    session: AsyncSession, booking: Booking, invited: Sequence[Invited], *, language: str
) -> list[Participant]:
    if not invited:
        return []
    people = await _people(session, booking, {one.email.lower() for one in invited})
    return participants_of(
        booking.id,
        invited,
        people=people,
        tenant_id=booking.tenant_id,
        organiser_id=booking.organiser_id,
        language=cast(Language, language),
        already=booking.participants,
    )


async def _people(
    session: AsyncSession, booking: Booking, addresses: set[str]
) -> dict[str, PersonFacts]:
    """Only whom it has not invited before is held: the delisting of the others finds the booking
    anyhow, and may have come first and wait for it.
    """
    before = addresses & {one.email for one in booking.participants}
    known = await directory.people_by_email(session, list(before))
    return known | await directory.people_held_by_email(session, list(addresses - before))


async def participants_still_listed(session: AsyncSession, booking: Booking) -> list[Participant]:
    """Those invited, without the people who have left; the others stay until the commit."""
    people = [one.person_id for one in booking.participants if one.person_id is not None]
    listed = await store.held_listed(session, people)
    return [one for one in booking.participants if one.is_guest or one.person_id in listed]
