"""The rules of availability: when a room can be had, how that is packed, and for whom it will do.

Pure rules: no session, no clock, no network.
"""

from services.booking.availability.domain.days import Day, SlotMinutes, free_slots
from services.booking.availability.domain.free import Held, earliest_start, free_stretches, held_of
from services.booking.availability.domain.needs import Need
from services.booking.availability.domain.slots import FirstSlot, WishedHours, first_slot

__all__ = [
    "Day",
    "FirstSlot",
    "Held",
    "Need",
    "SlotMinutes",
    "WishedHours",
    "earliest_start",
    "first_slot",
    "free_slots",
    "free_stretches",
    "held_of",
]
