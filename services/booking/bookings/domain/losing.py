"""What a booking loses that nobody wished to give up: its organiser, its room, its people."""

from datetime import datetime
from uuid import UUID

from services.booking.bookings.domain.booking import Booking
from shared.events.booking import BookingCancelled, BookingParticipantsChanged, BookingReason


def lose_organiser(booking: Booking) -> BookingCancelled:
    """They have left, and nobody takes over."""
    return booking.be_cancelled(BookingReason.ORGANISER_LEFT)


def lose_room(booking: Booking, *, at: datetime) -> BookingCancelled:
    """It is closed, or no room any more."""
    booking.must_stand(at=at)
    return booking.be_cancelled(BookingReason.BY_FACILITY)


def lose_participant(booking: Booking, person_id: UUID) -> BookingParticipantsChanged:
    """Somebody who was invited has left."""
    booking.be_without(person_id)
    booking.version += 1
    return BookingParticipantsChanged(booking=booking.facts())
