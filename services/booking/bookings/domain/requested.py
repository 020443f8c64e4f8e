"""Requests: a room that is given on somebody's word is asked for first, and held only then.

One rule: a request is between who asks and who decides. Nobody else is told of it; from the
approval on it is a booking like any other.
"""

from datetime import datetime
from uuid import UUID

from services.booking.bookings.domain.booking import Booking
from services.booking.bookings.domain.extras import must_be_offered
from services.booking.bookings.domain.kept import Standing
from services.booking.bookings.domain.participants import Participant
from services.booking.bookings.domain.refusals import (
    NotRequested,
    NotRestorable,
    RequestLapsed,
)
from services.booking.rooms.domain import BookableRoom
from shared.events.booking import BookingConfirmed, BookingReason
from shared.identity.listed import Person


def approve(booking: Booking, *, by: Person, note: str | None, at: datetime) -> BookingConfirmed:
    """It stands once its room is claimed."""
    _decide(booking, Standing.CONFIRMED, by=by, note=note, at=at)
    return BookingConfirmed(booking=booking.facts())


def decline(booking: Booking, *, by: Person, note: str | None, at: datetime) -> None:
    _decide(booking, Standing.DECLINED, by=by, note=note, at=at)


def withdraw(booking: Booking, *, by: Person, at: datetime) -> None:
    """Whoever asked does not want it any more."""
    booking.must_be_changeable(by=by)
    _must_be_undecided(booking, at=at)
    booking.be_cancelled(BookingReason.BY_ORGANISER)


def lose_who_asked(booking: Booking) -> None:
    """The organiser has left; nobody decides on their wish any more, and nobody inherits it."""
    booking.be_cancelled(BookingReason.ORGANISER_LEFT)


def lose_whom_it_names(booking: Booking, person_id: UUID) -> None:
    """Somebody who would have been invited has left."""
    booking.be_without(person_id)
    booking.version += 1


def restore(
    booking: Booking,
    participants: list[Participant],
    *,
    room: BookableRoom,
    by: Person,
    at: datetime,
) -> BookingConfirmed:
    """What its organiser cancelled stands again, once its room is claimed."""
    _revive(booking, Standing.CONFIRMED, participants, room=room, by=by, at=at)
    return BookingConfirmed(booking=booking.facts())


def request_again(
    booking: Booking,
    participants: list[Participant],
    *,
    room: BookableRoom,
    by: Person,
    at: datetime,
) -> None:
    """The approval went with the cancellation: it is asked for anew."""
    _revive(booking, Standing.REQUESTED, participants, room=room, by=by, at=at)
    booking.decided_by = booking.decision_note = None


def _decide(
    booking: Booking, decision: Standing, *, by: Person, note: str | None, at: datetime
) -> None:
    _must_be_undecided(booking, at=at)
    booking.status = decision
    booking.decided_by, booking.decision_note = by.person_id, note
    booking.version += 1


def _must_be_undecided(booking: Booking, *, at: datetime) -> None:
    if booking.status != Standing.REQUESTED:
        raise NotRequested
    if booking.status_at(at) == Standing.LAPSED:
        raise RequestLapsed


def _revive(
    booking: Booking,
    status: Standing,
    participants: list[Participant],
    *,
    room: BookableRoom,
    by: Person,
    at: datetime,
) -> None:
    booking.must_be_changeable(by=by)
    was_theirs = booking.reason == BookingReason.BY_ORGANISER
    if booking.status != Standing.CANCELLED or not was_theirs or at >= booking.starts_at:
        raise NotRestorable
    booking.be_for(participants)
    room.must_take(booking.window, people=booking.people, layout=booking.layout, by=by, at=at)
    must_be_offered(booking.ordered, offered=room.extras, starts_at=booking.starts_at, at=at)
    booking.be_in(room, layout=booking.layout)
    booking.status, booking.reason, booking.checked_in_at = status, None, None
    booking.version += 1
