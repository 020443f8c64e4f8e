"""What whoever lost a room may have instead: each can be booked by them at this very moment."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, islice
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings.commands.making import Asked
from services.booking.bookings.domain import Fitting, Offer, Wish, like, parts_of, shifted
from services.booking.bookings.domain.offers import STANDS_FOR
from services.booking.claims.domain import Wanted
from services.booking.claims.store import seem_taken
from services.booking.rooms import store as rooms
from services.booking.rooms.domain import BookableRoom, Catalogue
from shared.identity.listed import Person

AT_MOST = 5
LOOKED_AT = 24
"""Rooms and times that are asked for whether they seem free."""
OF_A_KIND = 2
"""So many of the room itself, and of its parts, before others have their turn."""


@dataclass(frozen=True)
class Alternative:
    """A room and a time that somebody can have."""

    room: BookableRoom
    wish: Wish

    def offer(self, *, at: datetime) -> Offer:
        wish = replace(self.wish, asked_at=at)
        return Offer(self.room.room_id, wish, expires_at=at + STANDS_FOR)

    def is_had_at_once(self, *, by: Person, at: datetime) -> bool:
        return self.wish.is_had_at_once(self.room, by=by, at=at)


async def alternatives(
    session: AsyncSession, asked: Asked, *, by: Person, at: datetime
) -> list[Alternative]:
    """Up to five, the nearest to what was asked for first: rules and claims speak for each."""
    known = await rooms.catalogue(session)
    if asked.room_id is None:
        kinds = _of_any(asked, known, by=by)
    else:
        room = known.room(asked.room_id, viewer=by)
        kinds = _of_room(room, asked.wish, known.seen_by(by))
    each_had = [
        list(islice((each for each in kind if each.is_had_at_once(by=by, at=at)), LOOKED_AT))
        for kind in kinds
    ]
    free = await _free(session, [each for kind in each_had for each in kind], at=at)
    return _chosen([[each for each in kind if each in free] for kind in each_had])


def _of_room(
    room: BookableRoom, wish: Wish, seen: list[BookableRoom]
) -> list[Iterable[Alternative]]:
    """Itself a little earlier or later; its parts; others of its building."""
    return [
        [Alternative(room, later) for later in shifted(wish)],
        [Alternative(part, wish) for part in parts_of(room, seen)],
        (Alternative(other, wish) for other in like(room, seen)),
    ]


def _of_any(asked: Asked, known: Catalogue, *, by: Person) -> list[Iterable[Alternative]]:
    """Whatever fits, a little earlier or later."""
    fitting = asked.fitting or Fitting()
    fit = fitting.among(known.seen_by(by), layout=asked.wish.layout)
    times = shifted(asked.wish)
    return [(Alternative(room, later) for room in fit for later in times)]


async def _free(
    session: AsyncSession, among: list[Alternative], *, at: datetime
) -> list[Alternative]:
    wanted = {uuid4(): (each, each.room.claimed_by(each.wish.window)) for each in among}
    if not wanted:
        return []
    held = await seem_taken(
        session,
        [Wanted(nth, each.room.space_ids, during) for nth, (each, during) in wanted.items()],
        at=at,
    )
    return [each for nth, (each, _) in wanted.items() if nth not in held]


def _chosen(kinds: list[list[Alternative]]) -> list[Alternative]:
    """A few of each kind first, then whatever is left."""
    return list(islice(_in_turn(kinds), AT_MOST))


def _in_turn(kinds: list[list[Alternative]]) -> Iterator[Alternative]:
    first, rest = kinds[:-1], kinds[-1]
    yield from chain.from_iterable(kind[:OF_A_KIND] for kind in first)
    yield from rest
    yield from chain.from_iterable(kind[OF_A_KIND:] for kind in first)
