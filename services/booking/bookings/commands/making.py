"""How a booking comes about: somebody asks, and the room is theirs when this commits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings import store
from services.booking.bookings.domain import (
    Booking,
    Fitting,
    NothingFits,
    OfferUsed,
    Wish,
    digest_of,
    unseal,
)
from services.booking.claims.domain import RoomTaken, Wanted
from services.booking.claims.store import claim, give_back, seem_taken
from services.booking.rooms import store as rooms
from services.booking.rooms.domain import BookableRoom, Catalogue
from shared import directory
from shared.events.booking import BookingConfirmed
from shared.identity.listed import NoLongerListed, Person
from shared.messaging.outbox import announce
from shared.messaging.timers import cancel_timer

LOOKED_AT_ONCE = 40
"""Rooms that are asked for together whether they seem free."""


@dataclass(frozen=True)
class Asked:
    """What is to be booked: a certain room, or any that fits."""

    wish: Wish
    room_id: UUID | None = None
    fitting: Fitting | None = None
    offer_digest: bytes | None = None
    """Of the token that says all this, where there is one."""


async def book(session: AsyncSession, asked: Asked, *, by: Person, at: datetime) -> Booking:
    """The booking stands when this transaction commits. Raises why it cannot, or `RoomTaken`."""
    if asked.offer_digest is not None and await store.is_offer_used(session, asked.offer_digest):
        raise OfferUsed
    if asked.room_id is None:
        return await _book_any(session, asked.fitting or Fitting(), asked.wish, by=by, at=at)
    return await book_room(
        session, asked.room_id, asked.wish, by=by, at=at, offer_digest=asked.offer_digest
    )


def offered(token: str, *, by: Person, at: datetime, keys: Sequence[bytes]) -> Asked:
    """What a token asks for. Raises `NoSuchOffer` and `OfferExpired`."""
    offer = unseal(token, by=by, keys=keys)
    offer.must_stand(at=at)
    return Asked(offer.wish, room_id=offer.room_id, offer_digest=digest_of(token))


async def book_room(
    session: AsyncSession,
    room_id: UUID,
    wish: Wish,
    *,
    by: Person,
    at: datetime,
    booking_id: UUID | None = None,
    offer_digest: bytes | None = None,
) -> Booking:
    """A certain room; `booking_id` where it has been given one. Raises why not, or `RoomTaken`.

    Those invited and the organiser are held first, then the spaces; then the rules by which it was
    judged must still stand, for whoever changes them holds the same spaces.
    """
    booking_id = booking_id or uuid4()
    wish.must_be_possible(at=at)
    people = await directory.people_held_by_email(session, wish.addresses) if wish.invited else {}
    if not await store.is_held_listed(session, by.person_id):
        raise NoLongerListed

    async def judge(known: Catalogue) -> tuple[Booking, BookingConfirmed | None]:
        room = known.room(room_id, viewer=by)
        booking, confirmed = wish.granted(room, people=people, by=by, at=at, booking_id=booking_id)
        if confirmed is None:
            await give_back(session, booking.id)
        else:
            await claim(session, booking.wanted(room), at=at)
        return booking, confirmed

    booking, confirmed = await rooms.judged(session, judge)
    booking.offer_digest = offer_digest
    await store.write_new(session, booking)
    if confirmed is not None:
        announce(session, confirmed)
    return booking


async def book_held(
    session: AsyncSession, hold_id: UUID, *, by: Person, at: datetime, **particulars: Any
) -> Booking:
    """What was held becomes a booking; `particulars` are those of the wish that a hold has not.

    Raises `NoSuchHold` and `HoldExpired`.
    """
    hold = await store.hold(session, hold_id, of=by, lock=True)
    hold.must_hold(at=at)
    wish = replace(hold.wish(), **particulars)
    booking = await book_room(session, hold.room_id, wish, by=by, at=at, booking_id=hold.booking_id)
    await session.delete(hold)
    await cancel_timer(session, store.HOLD_ENDS, key=str(hold.booking_id))
    return booking


async def _book_any(
    session: AsyncSession, fitting: Fitting, wish: Wish, *, by: Person, at: datetime
) -> Booking:
    """The smallest room that fits; the next where a rival was quicker. Raises `NothingFits` and
    `RoomTaken`.
    """
    wish.must_be_possible(at=at)
    known = await rooms.catalogue(session)
    fit = fitting.among(known.seen_by(by), layout=wish.layout)
    booking_id, has_found = uuid4(), False
    for some in _slices(fit):
        had = [room for room in some if wish.is_had_at_once(room, by=by, at=at)]
        has_found = has_found or bool(had)
        for room in await free_of(session, had, wish, at=at):
            try:
                return await book_room(
                    session, room.room_id, wish, by=by, at=at, booking_id=booking_id
                )
            except RoomTaken:
                continue
    raise RoomTaken if has_found else NothingFits


async def free_of(
    session: AsyncSession, among: Sequence[BookableRoom], wish: Wish, *, at: datetime
) -> list[BookableRoom]:
    """Those that nobody seems to hold at the time of the wish."""
    wanted = [Wanted(room.room_id, room.space_ids, room.claimed_by(wish.window)) for room in among]
    held = await seem_taken(session, wanted, at=at) if wanted else set()
    return [room for room in among if room.room_id not in held]


def _slices(rooms: Sequence[BookableRoom]) -> Iterator[Sequence[BookableRoom]]:
    for first in range(0, len(rooms), LOOKED_AT_ONCE):
        yield rooms[first : first + LOOKED_AT_ONCE]
