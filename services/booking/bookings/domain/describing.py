"""What a booking says of itself: its title, to whom that is shown, and how many come.

One rule: none of it is among what is announced; doors, guests and room stay as they are.
"""

from datetime import datetime

from services.booking.bookings.domain.booking import Booking
from services.booking.rooms.domain import RoomTooSmall


def describe(
    booking: Booking, *, title: str | None, is_private: bool, people: int | None, at: datetime
) -> None:
    """Without `people`, as many come as are named. More than come now must fit its seats."""
    booking.must_stand(at=at)
    named = len(booking.participants) + 1
    expected = max(people or named, named)
    if expected > max(booking.people, booking.capacity):
        raise RoomTooSmall(capacity=booking.capacity, people=expected)
    said = (title, is_private, expected)
    if said == (booking.title, booking.is_private, booking.people):
        return
    booking.title, booking.is_private, booking.people = said
    booking.version += 1
