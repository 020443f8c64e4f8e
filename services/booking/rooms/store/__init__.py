"""What can be looked up of rooms: the catalogue to decide by, and rows to edit."""

from services.booking.rooms.store.catalogue import (
    ROOMS,
    HeldCatalogue,
    catalogue,
    judged,
    room_to_book,
    still_stands,
)
from services.booking.rooms.store.learning import learn
from services.booking.rooms.store.rooms import add, hold_spaces, listed_room, spaces_of_codes
from services.booking.rooms.store.untold import end_emergencies, end_silences, end_special_days

__all__ = [
    "ROOMS",
    "HeldCatalogue",
    "add",
    "catalogue",
    "end_emergencies",
    "end_silences",
    "end_special_days",
    "hold_spaces",
    "judged",
    "learn",
    "listed_room",
    "room_to_book",
    "spaces_of_codes",
    "still_stands",
]
