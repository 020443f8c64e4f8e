"""Waiting for a room, and being offered it.

One rule: those of a batch are judged by what one look at the claims says, in the order in which
they asked. So nobody is offered what came free after those before them were looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings.commands.holding import hold_room
from services.booking.bookings.commands.making import Asked
from services.booking.bookings.domain import Fitting
from services.booking.bookings.store import HOLD_ENDS, hold_to_end, is_held_alone
from services.booking.claims.domain import Wanted
from services.booking.claims.store import give_back, seem_taken
from services.booking.rooms.store import catalogue
from services.booking.waiting import store
from services.booking.waiting.domain import AT_MOST, TooManyWaiting, Turn, Waiting
from shared.identity.listed import NoLongerListed, Person
from shared.messaging.timers import cancel_timer


@dataclass(frozen=True)
class Chance:
    """A room that seems free for somebody who waits."""

    waiting_id: UUID
    person_id: UUID
    room_id: UUID
    wanted: Wanted


@dataclass(frozen=True)
class Looked:
    """What a look at some of those who wait has found, and after whom to look on."""

    chances: Sequence[Chance]
    last: store.Place | None
    """None: that was the end of the list."""


async def wait_for(session: AsyncSession, asked: Asked, *, by: Person, at: datetime) -> Waiting:
    """Raises why it could never be had, and `TooManyWaiting`."""
    if not await is_held_alone(session, by.person_id):
        raise NoLongerListed
    fitting = asked.fitting or Fitting()
    waiting = Waiting.made(asked.wish, room_id=asked.room_id, fitting=fitting, by=by, at=at)
    waiting.must_be_possible(await catalogue(session), by=by, at=at)
    count = await store.count_waiting(session, by, at=at)
    if count >= AT_MOST:
        raise TooManyWaiting(count=count)
    session.add(waiting)
    return waiting


async def stop_waiting(session: AsyncSession, waiting_id: UUID, *, by: Person) -> None:
    """What they are offered is let go, too. Raises `NoSuchWaiting`."""
    waiting = await store.waiting(session, waiting_id, of=by)
    if waiting.status == Turn.OFFERED and waiting.hold_id is not None:
        hold = await hold_to_end(session, waiting.hold_id)
        if hold is not None:
            await give_back(session, hold.booking_id)
            await session.delete(hold)
            await cancel_timer(session, HOLD_ENDS, key=str(hold.booking_id))
    await session.delete(waiting)


async def settle_offers(session: AsyncSession, *, at: datetime, limit: int) -> None:
    """Those that were booked or went by; and nobody waits for what has begun."""
    await store.forget_begun(session, at=at, limit=limit)
    for waiting in await store.offers_without_hold(session, at=at, limit=limit):
        assert waiting.hold_id is not None
        # Whoever is just booking it is waited for, and counts.
        hold = await hold_to_end(session, waiting.hold_id)
        if hold is None or hold.has_expired(at=at):
            waiting.settle(is_booked=await store.is_booked(session, waiting.hold_id))


async def look(
    session: AsyncSession, *, at: datetime, after: store.Place | None, limit: int
) -> Looked:
    """What could be offered to the next of those who wait; whoever has left waits no more."""
    known = await catalogue(session)
    rows = await store.queue(session, at=at, after=after, limit=limit)
    could: list[Chance] = []
    for waiting in rows:
        try:
            person = await store.who_waits(session, waiting.person_id)
        except NoLongerListed:
            await session.delete(waiting)
            continue
        window = waiting.wish().window
        for room in waiting.had_by(known, by=person, at=at):
            wanted = Wanted(uuid4(), room.space_ids, room.claimed_by(window))
            could.append(Chance(waiting.id, waiting.person_id, room.room_id, wanted))
    taken = await seem_taken(session, [each.wanted for each in could], at=at) if could else set()
    first: dict[UUID, Chance] = {}
    for chance in could:
        if chance.wanted.booking_id not in taken:
            first.setdefault(chance.waiting_id, chance)
    last = (rows[-1].created_at, rows[-1].id) if len(rows) == limit else None
    return Looked(list(first.values()), last)


async def offer(session: AsyncSession, chance: Chance, *, at: datetime) -> None:
    """They hold the room from the commit on. Raises why not: a rival was quicker, they hold too
    much already, or they wait no more.
    """
    waiting = await store.still_waiting(session, chance.waiting_id, at=at)
    person = await store.who_waits(session, chance.person_id)
    hold = await hold_room(
        session, chance.room_id, waiting.wish(), by=person, at=at, waiting_id=waiting.id
    )
    waiting.offer(hold)
