"""What can be looked up of when rooms can be had, and by whom; never by whom they are held."""

from services.booking.availability.store.free import (
    FreeRoom,
    day_of_rooms,
    first_slots,
    free_now,
    free_rooms,
)
from services.booking.availability.store.held import busy_times

__all__ = [
    "FreeRoom",
    "busy_times",
    "day_of_rooms",
    "first_slots",
    "free_now",
    "free_rooms",
]
