"""What becomes of a leaver's bookings: a successor takes over, else what is ahead is cancelled."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings.domain import (
    Standing,
    lose_organiser,
    lose_participant,
    lose_who_asked,
    lose_whom_it_names,
)
from services.booking.claims.store import give_back
from services.booking.leavers import store
from shared.events.booking import BookingPersonLeft, BookingsOfLeaver
from shared.leaving import Leaver, at_once, successor_of
from shared.messaging.outbox import announce

CANCELLED, HANDED_OVER, REMOVED = (
    "bookings_cancelled",
    "bookings_handed_over",
    "participations_removed",
)


async def let_go_of_bookings(session: AsyncSession, leaver: Leaver) -> Counter[str]:
    """At most a batch: what they ask for, then what they organise, then where they take part."""
    done = await _withdraw(session, leaver)
    successor_id = await successor_of(session, leaver)
    left = at_once(session) - done.total()
    if successor_id is None:
        done += await _cancel(session, leaver, limit=left)
    else:
        done += await _hand_over(session, leaver, to=successor_id, limit=left)
    attended = await store.bookings_attended(
        session, leaver.person_id, ends_after=leaver.left_at, limit=at_once(session) - done.total()
    )
    for booking in attended:
        if booking.status == Standing.REQUESTED:
            lose_whom_it_names(booking, leaver.person_id)
        else:
            announce(session, lose_participant(booking, leaver.person_id))
    done[REMOVED] = len(attended)
    return done


async def answer(session: AsyncSession, leaver: Leaver) -> BookingPersonLeft:
    """All is done; so much it was."""
    facts = BookingsOfLeaver(
        person_id=leaver.person_id,
        tenant_id=leaver.tenant_id,
        successor_id=leaver.successor_id,
        bookings_cancelled=leaver.counts.get(CANCELLED, 0),
        bookings_handed_over=leaver.counts.get(HANDED_OVER, 0),
        participations_removed=leaver.counts.get(REMOVED, 0),
    )
    return BookingPersonLeft(leaver=facts)


async def _withdraw(session: AsyncSession, leaver: Leaver) -> Counter[str]:
    """Whoever decides was to decide about them: a successor asks anew."""
    requests = await store.requests_of(
        session, leaver.person_id, starts_after=leaver.left_at, limit=at_once(session)
    )
    for request in requests:
        lose_who_asked(request)
    return Counter({CANCELLED: len(requests)})


async def _hand_over(
    session: AsyncSession, leaver: Leaver, *, to: UUID, limit: int
) -> Counter[str]:
    bookings = await store.bookings_to_hand_over(
        session, leaver.person_id, ends_after=leaver.left_at, limit=limit
    )
    for booking in bookings:
        announce(session, booking.hand_over(to=to, at=leaver.left_at))
    return Counter({HANDED_OVER: len(bookings)})


async def _cancel(session: AsyncSession, leaver: Leaver, *, limit: int) -> Counter[str]:
    """What has begun stays, for somebody may be sitting there; their company's admin may end it."""
    bookings = await store.bookings_to_cancel(
        session, leaver.person_id, starts_after=leaver.left_at, limit=limit
    )
    for booking in bookings:
        announce(session, lose_organiser(booking))
    await give_back(session, *(booking.id for booking in bookings))
    return Counter({CANCELLED: len(bookings)})
