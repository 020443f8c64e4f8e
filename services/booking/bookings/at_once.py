"""Bookings of the usual kind, made at once: what they stand on is at hand, one statement does all.

An edge: its statement is its transaction. One rule: whatever is unusual, or turns out to have
changed meanwhile, is left to the ordinary way, which decides and refuses by the same rules.
"""

from __future__ import annotations

from fastapi import Request, Response
from pydantic import TypeAdapter, ValidationError

from services.booking.bookings.alternatives import tell_alternatives
from services.booking.bookings.commands.making import Asked
from services.booking.bookings.domain import Wish
from services.booking.bookings.new import NewBooking
from services.booking.bookings.store.at_once import ToBook, book_at_once
from services.booking.bookings.views import booking_view
from services.booking.claims.domain import RoomTaken
from services.booking.links import link_of_booking
from services.booking.rooms.store import ROOMS, HeldCatalogue
from shared import directory
from shared.errors import Refusal, TryLater
from shared.events.directory import PersonFacts
from shared.messaging.crash import crash_point
from shared.messaging.outbox import announcement
from shared.once import Answer, RepeatableRequest
from shared.web import Ground, etag_of
from shared.web.callers import KnownCaller, KnownCallers
from shared.web.repeatable import LONGEST_KEY, repeatable

_NEW_BOOKING = TypeAdapter(NewBooking)


class Unusual(Exception):
    """This is for the ordinary way."""


class AtOnce:
    """Makes the bookings of one serving process."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._database = ground.database
        self._callers = KnownCallers(ground)
        self.made = 0
        """How many bookings were made this way."""

    async def book(self, request: Request) -> Response | None:
        """The answer once the booking is durable; None where the ordinary way is to be gone.

        Raises `RoomTaken`, and `TryLater` where the database cannot do its part.
        """
        try:
            asked, new = await self._prepare(request)
        except TryLater:
            raise
        except (Unusual, Refusal, ValidationError):  # it refuses by what stands now
            return None
        if not await self._write(asked, new):
            return None
        crash_point("after_commit")
        answer = new.answer
        headers = {"etag": answer.etag} if answer.etag else {}
        return Response(answer.body, answer.status, headers, "application/json")

    async def _prepare(self, request: Request) -> tuple[Asked, ToBook]:
        """All that the statement needs, by what is at hand."""
        if not request.headers.get("content-type", "").startswith("application/json"):
            raise Unusual
        body = await request.body()
        caller = await self._callers.calling(request)
        new, at = _NEW_BOOKING.validate_json(body), self._ground.clock()
        if new.room_id is None:
            raise Unusual
        asked = new.asked(timezone=self._ground.settings.timezone, at=at)
        held: HeldCatalogue = self._database.info[ROOMS]
        known = held.latest
        room = known.room(new.room_id, viewer=caller.person)
        booking, confirmed = asked.wish.granted(
            room, people=await self._people(asked.wish), by=caller.person, at=at
        )
        event = announcement(self._ground.name, confirmed) if confirmed else None
        if event is None:
            raise Unusual
        link = link_of_booking(self._database, booking.id)
        view = booking_view(booking, visits={}, viewer=caller.person, at=at, link=link)
        return asked, ToBook(
            caller=caller,
            rooms_version=known.version,
            wanted=booking.wanted(room),
            booking=booking,
            event=event,
            request=await _repeatable(request, caller),
            answer=Answer(201, view.model_dump_json().encode(), etag_of(booking.version)),
        )

    async def _people(self, wish: Wish) -> dict[str, PersonFacts]:
        if not wish.invited:
            return {}
        async with self._database.driver() as connection:
            return await directory.people_of_addresses(connection, wish.addresses)

    async def _write(self, asked: Asked, new: ToBook) -> bool:
        crash_point("before_commit")
        try:
            async with self._database.driver() as connection:
                done = await book_at_once(connection, new)
        except RoomTaken as taken:
            await self._tell_alternatives(taken, asked, new)
            raise
        if not done:
            self._callers.forget(new.caller)
        self.made += done
        return done

    async def _tell_alternatives(self, taken: RoomTaken, asked: Asked, new: ToBook) -> None:
        async with self._database.transaction() as session:
            by, at = new.caller.person, new.booking.created_at
            await tell_alternatives(session, taken, asked, by=by, at=at)


async def _repeatable(request: Request, caller: KnownCaller) -> RepeatableRequest | None:
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not key.strip() or len(key) > LONGEST_KEY:
        raise Unusual
    return await repeatable(request, key, by=caller.person)
